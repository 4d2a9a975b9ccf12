//! Each client proves itself in its own way and no other; answers can be signed; keys of public
//! clients bind their refresh tokens.

use axum::{body::Body, http::Request};
use crypto::{
    jws::{ForeignToken, signing},
    key::{Algorithm, ForeignKeys, PrivateKey, Signer},
};
use form_urlencoded::Serializer;
use serde_json::{Value, json};

use super::registered_with;
use crate::testing::{
    Answer, Bench, NOW,
    browser::{Browser, person},
    relying_party::{RelyingParty, VERIFIER},
};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn new_key() -> Signer {
    Signer::new(PrivateKey::generate(Algorithm::EdDSA).unwrap())
}

fn claims(bench: &Bench, id: &str, jti: &str) -> Value {
    let now = NOW.seconds().0;
    json!({"iss": id, "sub": id, "aud": bench.site.issuer(), "exp": now + 60, "jti": jti})
}

/// Asks for a token by client credentials with more members in the body.
async fn machine(bench: &Bench, fields: &[(&str, &str)], headers: &[(&str, String)]) -> Answer {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials")
        .append_pair("resource", bench.site.management_indicator())
        .extend_pairs(fields);
    let mut request =
        Request::post("/oidc/token").header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    bench.send(request.body(Body::from(form.finish())).unwrap()).await
}

async fn by_assertion(bench: &Bench, jwt: &str) -> Answer {
    let fields = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", jwt)];
    machine(bench, &fields, &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jwt_signed_with_the_secret_proves_the_client_once() {
    let bench = Bench::new().await;
    let oidc = json!({"tokenEndpointAuthMethod": "client_secret_jwt"});
    let (party, secret) = registered_with(&bench, "MachineToMachine", &[], oidc, json!({})).await;
    let sign = |secret: &str, jti: &str| {
        signing::by_secret(secret.as_bytes(), &json!({}), &claims(&bench, &party.id, jti))
    };
    let good = sign(&secret, "a");
    let answered = by_assertion(&bench, &good).await;
    assert_eq!(answered.status, 200, "{}", answered.text);
    assert_eq!(bench.count("ProofPresented").await, 1);
    let foreign = sign("another", "b");
    let by_key = signing::by_key(&new_key(), &json!({}), &claims(&bench, &party.id, "c")).unwrap();
    let unsigned = signing::unsigned(&json!({}), &claims(&bench, &party.id, "d"));
    for jwt in [&good, &foreign, &by_key, &unsigned] {
        let refused = by_assertion(&bench, jwt).await;
        assert_eq!(refused.oauth(), (401, "invalid_client"), "{jwt}: {}", refused.text);
    }
    // The secret itself is no longer a way.
    let fields = [("client_id", party.id.as_str()), ("client_secret", secret.as_str())];
    assert_eq!(machine(&bench, &fields, &[]).await.oauth(), (401, "invalid_client"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_key_is_no_secret_of_its_client() {
    let bench = Bench::new().await;
    let key = new_key();
    let jwk = serde_json::to_value(key.public_jwk()).unwrap();
    let oidc = json!({"tokenEndpointAuthMethod": "private_key_jwt", "jwks": {"keys": [jwk]}});
    let (party, secret) = registered_with(&bench, "MachineToMachine", &[], oidc, json!({})).await;
    let good = signing::by_key(&key, &json!({}), &claims(&bench, &party.id, "a")).unwrap();
    let answered = by_assertion(&bench, &good).await;
    assert_eq!(answered.status, 200, "{}", answered.text);
    for (at, known) in [jwk.to_string(), secret].iter().enumerate() {
        let claims = claims(&bench, &party.id, &format!("forged-{at}"));
        let forged = signing::by_secret(known.as_bytes(), &json!({"kid": key.kid()}), &claims);
        assert_eq!(by_assertion(&bench, &forged).await.oauth(), (401, "invalid_client"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_with_a_private_key_is_refused_by_name() {
    let bench = Bench::new().await;
    let mut jwk = serde_json::to_value(new_key().public_jwk()).unwrap();
    jwk["d"] = "AQAB".into();
    let body = json!({
        "name": "X", "type": "Traditional",
        "oidcClientMetadata": {
            "redirectUris": [], "postLogoutRedirectUris": [], "jwks": {"keys": [jwk]},
        },
    });
    let refused = bench.request("POST", "/api/applications", body).await;
    assert_eq!(refused.refusal(), (400, "guard.invalid_input"));
    let path = &refused.body["data"]["issues"][0]["path"];
    assert_eq!(*path, json!(["oidcClientMetadata", "jwks"]), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_answer_tells_nothing_in_the_clear() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let keys = json!({"keys": &*bench.site.published_keys().unwrap()});
    let keys = ForeignKeys::usable(&keys).unwrap();
    let request = party.request().with("response_mode", "jwt");
    let sent_on = Browser::new(&bench).authorize(&request, "tom").await;
    assert!(sent_on.sent_on("code").is_empty() && sent_on.sent_on("state").is_empty());
    let answer = ForeignToken::parse(&sent_on.sent_on("response")).unwrap();
    let claims = answer.verify_by_keys(&keys).unwrap();
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(bench.site.issuer()), &json!(party.id)));
    assert_eq!(claims["state"], "a-state");
    let code = claims["code"].as_str().unwrap();
    assert_eq!(party.redeem(&bench, code).await.status, 200);
    // An error comes the same way.
    let request = party.request().with("response_mode", "query.jwt").with("max_age", "x");
    let refused = Browser::new(&bench).open(&request.target()).await;
    assert!(refused.sent_on("error").is_empty(), "{:?}", refused.headers);
    let answer = ForeignToken::parse(&refused.sent_on("response")).unwrap();
    assert_eq!(answer.verify_by_keys(&keys).unwrap()["error"], "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_tokens_of_a_public_client_are_bound_to_the_key_that_it_proved() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let code = Browser::new(&bench).authorize(&party.request(), "tom").await.sent_on("code");
    let (holder, thief) = (new_key(), new_key());
    let ask = async |key: Option<&Signer>, jti: &str, nonce: &str, fields: &[(&str, &str)]| {
        let mut form = Serializer::new(String::new());
        form.append_pair("client_id", &party.id).extend_pairs(fields);
        let mut request = Request::post("/oidc/token")
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(key) = key {
            let claims = json!({
                "jti": jti, "htm": "POST", "htu": format!("{}/token", bench.site.issuer()),
                "iat": NOW.seconds().0, "nonce": nonce,
            });
            let header = json!({"typ": "dpop+jwt", "jwk": key.public_jwk()});
            request = request.header("dpop", signing::by_key(key, &header, &claims).unwrap());
        }
        bench.send(request.body(Body::from(form.finish())).unwrap()).await
    };
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", &party.redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    let first = ask(Some(&holder), "1", "", &exchange).await;
    assert_eq!(first.oauth(), (400, "use_dpop_nonce"), "{}", first.text);
    let nonce = first.header("dpop-nonce").to_owned();
    let tokens = ask(Some(&holder), "1", &nonce, &exchange).await;
    assert_eq!((tokens.status, &tokens.body["token_type"]), (200, &json!("DPoP")));
    let refresh = tokens.text_of("refresh_token");
    let again = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert_eq!(ask(None, "", "", &again).await.oauth(), (400, "invalid_grant"));
    assert_eq!(ask(Some(&thief), "2", &nonce, &again).await.oauth(), (400, "invalid_grant"));
    assert_eq!(ask(Some(&holder), "1", &nonce, &again).await.oauth(), (400, "invalid_dpop_proof"));
    assert_eq!(ask(Some(&holder), "3", &nonce, &again).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_told_the_application_by_a_readable_cookie() {
    let bench = Bench::new().await;
    let party = RelyingParty::register(&bench, false).await;
    let target = party.request().with("ui_locales", "de").target();
    let request = Request::get(target).body(Body::empty()).unwrap();
    let answered = bench.send(request).await;
    assert_eq!(answered.status, 303, "{}", answered.text);
    let lines = answered.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
    let line = lines.into_iter().find(|line| line.starts_with("_logto=")).unwrap();
    assert!(!line.contains("HttpOnly") && line.contains("SameSite=Lax"), "{line}");
    let value = line.strip_prefix("_logto=").unwrap().split(';').next().unwrap();
    let value = percent_encoding::percent_decode_str(value).decode_utf8().unwrap();
    let context: Value = serde_json::from_str(&value).unwrap();
    assert_eq!(context, json!({"appId": party.id, "uiLocales": "de"}));
}
