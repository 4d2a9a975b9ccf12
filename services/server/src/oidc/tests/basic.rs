//! What the OpenID Foundation's list for a basic provider asks and no other test here shows.

use axum::{body::Body, http::Request};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use form_urlencoded::Serializer;
use serde_json::{Value, json};

use crate::{
    oidc::tests::me,
    testing::{
        Answer, Bench, NOW,
        browser::{Browser, person},
        relying_party::{AuthorizationRequest, RelyingParty},
    },
};

/// The claims of an ID token; its signature is looked at elsewhere.
fn claims(tokens: &Answer) -> Value {
    let text = tokens.text_of("id_token");
    let part = text.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A person of a demo application, and how they got in by a request.
async fn signed_in(change: impl Fn(AuthorizationRequest) -> AuthorizationRequest) -> Answer {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    Browser::new(&bench).tokens(&party, &change(party.request()), "tom").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_says_what_it_must_and_repeats_the_nonce() {
    let tokens = signed_in(|request| request).await;
    let claims = claims(&tokens);
    assert_eq!(
        (&claims["iss"], &claims["aud"]),
        (&json!("http://localhost:3001/oidc"), &json!("demo-app"))
    );
    assert_eq!(claims["nonce"], "a-nonce");
    assert_eq!(claims["iat"], NOW.seconds().0);
    assert_eq!(claims["exp"], NOW.seconds().0 + 3_600);
    assert!(claims["sub"].is_string());
    let header = tokens.text_of("id_token").split('.').next().unwrap().to_owned();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    assert!(header["kid"].is_string() && header["alg"] != "none" && header.get("typ").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_nonce_gets_an_id_token_without_one() {
    let tokens = signed_in(|request| request.with("nonce", "")).await;
    assert!(claims(&tokens).get("nonce").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_scopes_does_not_matter() {
    let tokens = signed_in(|request| request.with("scope", "profile offline_access openid")).await;
    assert_eq!(claims(&tokens)["username"], "tom");
    assert!(tokens.body["refresh_token"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_ask_for_nothing_we_have_are_passed_over() {
    let tokens = signed_in(|request| {
        [
            ("display", "popup"),
            ("claims_locales", "de"),
            ("ui_locales", "de en"),
            ("acr_values", "1 2"),
            ("login_hint", "tom"),
            ("claims", r#"{"userinfo":{"name":{"essential":true}}}"#),
            ("extra", "anything"),
        ]
        .into_iter()
        .fold(request, |request, (name, value)| request.with(name, value))
    })
    .await;
    assert_eq!(claims(&tokens)["username"], "tom");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_max_age_is_told_when_the_person_signed_in() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let browser = Browser::new(&bench);
    let without = claims(&browser.tokens(&party, &party.request(), "tom").await);
    assert!(without.get("auth_time").is_none());
    bench.advance_millis(2_000);
    let long = browser.open(&party.request().with("max_age", "10000").target()).await;
    let tokens = party.redeem(&bench, &long.sent_on("code")).await;
    assert_eq!(claims(&tokens)["auth_time"], NOW.seconds().0);
    let short = browser.open(&party.request().with("max_age", "1").target()).await;
    assert!(short.header("location").starts_with("/sign-in"), "{:?}", short.headers);
    let again = browser.sign_in("tom").await;
    let tokens = party.redeem(&bench, &again.sent_on("code")).await;
    assert_eq!(claims(&tokens)["auth_time"], NOW.seconds().0 + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_by_post_is_the_same_request() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let browser = Browser::new(&bench);
    let target = party.request().target();
    let (path, form) = target.split_once('?').unwrap();
    let kind = "application/x-www-form-urlencoded";
    let begun = browser.send("POST", path, kind, form).await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    let code = browser.sign_in("tom").await.sent_on("code");
    assert_eq!(party.redeem(&bench, &code).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_are_told_by_get_and_by_post() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let token = tokens.text_of("access_token");
    let by_get = me(&bench, &token).await;
    let post = Request::post("/oidc/me").header("authorization", format!("Bearer {token}"));
    let by_post = bench.send(post.body(Body::empty()).unwrap()).await;
    assert_eq!((by_get.status, by_post.status), (200, 200), "{}", by_post.text);
    assert_eq!(by_get.body, by_post.body);
    assert_eq!(by_get.body["sub"], claims(&tokens)["sub"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_comes_again_after_half_a_minute_takes_back_what_it_gave() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let code = Browser::new(&bench).authorize(&party.request(), "tom").await.sent_on("code");
    let token = party.redeem(&bench, &code).await.text_of("access_token");
    bench.advance_millis(30_000);
    assert_eq!(party.redeem(&bench, &code).await.oauth(), (400, "invalid_grant"));
    assert_eq!(me(&bench, &token).await.oauth(), (401, "invalid_token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_by_form_carries_what_an_error_by_query_does() {
    let bench = Bench::new().await;
    let party = RelyingParty::demo(&bench);
    let silent = party.request().with("prompt", "none").with("response_mode", "form_post");
    let page = Browser::new(&bench).open(&silent.target()).await;
    assert_eq!((page.status, page.header("location")), (200, ""));
    for (name, value) in [
        ("error", "login_required"),
        ("error_description", "End-User authentication is required"),
        ("state", "a-state"),
        ("iss", "http://localhost:3001/oidc"),
    ] {
        let field = format!("name=\"{name}\" value=\"{value}\"");
        assert!(page.text.contains(&field), "{name}: {}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn discovery_tells_what_clients_need_and_every_endpoint_is_there() {
    let bench = Bench::new().await;
    let request = Request::get("/oidc/.well-known/openid-configuration");
    let told = bench.send(request.body(Body::empty()).unwrap()).await.body;
    let issuer = bench.site.issuer().to_owned();
    assert_eq!(told["issuer"], issuer.as_str());
    for member in [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "end_session_endpoint",
        "revocation_endpoint",
        "introspection_endpoint",
        "device_authorization_endpoint",
        "pushed_authorization_request_endpoint",
    ] {
        let url = told[member].as_str().unwrap_or_else(|| panic!("no {member}"));
        assert!(url.starts_with(&format!("{issuer}/")), "{member}: {url}");
        // Some method is served: an unknown path is 404 for each.
        let path = url.strip_prefix(bench.site.endpoint()).unwrap();
        let kind = "application/x-www-form-urlencoded";
        let browser = Browser::new(&bench);
        let get = browser.send("GET", path, kind, "").await.status;
        let post = browser.send("POST", path, kind, "").await.status;
        assert!(get != 404 || post != 404, "{member} is not served");
        assert!(get < 500 && post < 500, "{member}: {get} {post}");
    }
    for (member, value) in [
        ("response_types_supported", "code"),
        ("response_modes_supported", "form_post"),
        ("subject_types_supported", "public"),
        ("claim_types_supported", "normal"),
        ("scopes_supported", "openid"),
        ("claims_supported", "sub"),
        ("code_challenge_methods_supported", "S256"),
        ("grant_types_supported", "authorization_code"),
        ("grant_types_supported", "urn:ietf:params:oauth:grant-type:device_code"),
        ("grant_types_supported", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("token_endpoint_auth_methods_supported", "private_key_jwt"),
        ("token_endpoint_auth_methods_supported", "client_secret_basic"),
        ("dpop_signing_alg_values_supported", "ES256"),
    ] {
        let held = told[member].as_array().unwrap_or_else(|| panic!("no {member}"));
        assert!(held.iter().any(|held| held == value), "{member}: {held:?}");
    }
    for (member, value) in [
        ("claims_parameter_supported", false),
        ("request_uri_parameter_supported", false),
        ("authorization_response_iss_parameter_supported", true),
        ("backchannel_logout_supported", true),
        ("backchannel_logout_session_supported", true),
    ] {
        assert_eq!(told[member], value, "{member}");
    }
    let keys = bench.send(Request::get("/oidc/jwks").body(Body::empty()).unwrap()).await.body;
    let algorithms = told["id_token_signing_alg_values_supported"].as_array().unwrap();
    for key in keys["keys"].as_array().unwrap() {
        assert_eq!(key["use"], "sig");
        assert!(key.get("d").is_none() && key["kid"].is_string());
        assert!(algorithms.contains(&key["alg"]), "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_in_the_body_is_read_as_one_whatever_the_order_of_its_fields() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let code = Browser::new(&bench).authorize(&party.request(), "tom").await.sent_on("code");
    let form = Serializer::new(String::new())
        .append_pair("code_verifier", crate::testing::relying_party::VERIFIER)
        .append_pair("code", &code)
        .append_pair("unknown", "1")
        .append_pair("redirect_uri", &party.redirect_uri)
        .append_pair("client_id", &party.id)
        .append_pair("grant_type", "authorization_code")
        .finish();
    let request = Request::post("/oidc/token")
        .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8");
    let answered = bench.send(request.body(Body::from(form)).unwrap()).await;
    assert_eq!(answered.status, 200, "{}", answered.text);
}
