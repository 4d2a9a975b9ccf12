//! Algorithm confusion: a token cannot choose how it is verified (RFC 8725 3.1 and 3.2).

use axum::{body::Body, http::Request};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use crypto::key::{Algorithm, PrivateKey, Signer};
use serde_json::{Value, json};

use crate::testing::{
    Answer, Bench, NOW,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

/// Claims that would open the Management API.
fn claims(bench: &Bench) -> Value {
    json!({
        "iss": bench.site.issuer(), "aud": bench.site.management_indicator(), "sub": "tester",
        "client_id": "tester", "scope": "all",
        "iat": NOW.seconds().0, "exp": NOW.seconds().0 + 3_600,
    })
}

/// A token of a header, claims and whatever signature.
fn token(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

async fn manage(bench: &Bench, token: &str) -> Answer {
    let request = Request::get("/api/users").header("authorization", format!("Bearer {token}"));
    bench.send(request.body(Body::empty()).unwrap()).await
}

/// The Management API and the logout endpoint both refuse the token.
async fn is_refused(bench: &Bench, header: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) {
    let access = token(header, &claims(bench), &sign);
    assert_eq!(manage(bench, &access).await.refusal(), (401, "auth.unauthorized"), "{header}");
    let mut plain = header.clone();
    plain.as_object_mut().unwrap().remove("typ");
    let id = json!({"iss": bench.site.issuer(), "sub": "tom", "aud": "demo-app"});
    let hint = token(&plain, &id, &sign);
    let answered =
        Browser::new(bench).open(&format!("/oidc/session/end?id_token_hint={hint}")).await;
    let description = "could not validate id_token_hint";
    assert_eq!(answered.told(), super::refused(400, "invalid_request", description), "{header}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_key_is_no_secret_for_a_symmetric_signature() {
    let bench = Bench::new().await;
    let jwk = serde_json::to_value(bench.site.signer().unwrap().public_jwk()).unwrap();
    let kid = jwk["kid"].as_str().unwrap();
    let point = |name: &str| jwk[name].as_str().map(|text| URL_SAFE_NO_PAD.decode(text).unwrap());
    let raw: Vec<u8> = [vec![4], point("x").unwrap(), point("y").unwrap_or_default()].concat();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        STANDARD.encode(&raw)
    );
    for secret in
        [raw, jwk.to_string().into_bytes(), pem.into_bytes(), kid.as_bytes().to_vec(), vec![]]
    {
        for alg in ["HS256", "HS384", "HS512"] {
            let header = json!({"alg": alg, "typ": "at+jwt", "kid": kid});
            is_refused(&bench, &header, |message| hmac_sha256(&secret, message)).await;
        }
    }
}

/// HMAC-SHA256 with a key of any length (RFC 2104).
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    let short = if key.len() > 64 { crypto::digest::sha256(key).to_vec() } else { key.to_vec() };
    block[..short.len()].copy_from_slice(&short);
    let pad = |byte: u8| block.iter().map(|held| held ^ byte).collect::<Vec<u8>>();
    let inner = crypto::digest::sha256(&[pad(0x36), message.to_vec()].concat());
    crypto::digest::sha256(&[pad(0x5c), inner.to_vec()].concat()).to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_a_signature_is_none() {
    let bench = Bench::new().await;
    let signer = bench.site.signer().unwrap();
    let own = signer.algorithm().as_str();
    for alg in ["none", "None", "NONE", "nOnE", "", own] {
        let header = json!({"alg": alg, "typ": "at+jwt", "kid": signer.kid()});
        is_refused(&bench, &header, |_| Vec::new()).await;
    }
    // A signature of zeros must not verify for any message.
    for bytes in [64, 96, 256] {
        let header = json!({"alg": own, "typ": "at+jwt", "kid": signer.kid()});
        is_refused(&bench, &header, |_| vec![0; bytes]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_cannot_bring_its_own_key() {
    let bench = Bench::new().await;
    let forger = Signer::new(PrivateKey::generate(Algorithm::ES384).unwrap());
    let ours = bench.site.signer().unwrap().kid().to_owned();
    let jwk = serde_json::to_value(forger.public_jwk()).unwrap();
    let sign = |message: &[u8]| forger.sign(message).unwrap();
    for kid in [forger.kid(), &ours, "../../../../dev/null", "' OR 1=1 --", ""] {
        for extra in [
            json!({}),
            json!({"jwk": jwk}),
            json!({"jku": "https://evil.example/jwks", "x5u": "https://evil.example/x5u"}),
            json!({"x5c": ["MIIB"]}),
            json!({"crit": ["exp"]}),
        ] {
            let mut header = json!({"alg": "ES384", "typ": "at+jwt", "kid": kid});
            header.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            is_refused(&bench, &header, sign).await;
        }
    }
    let nameless = json!({"alg": "ES384", "typ": "at+jwt", "jwk": jwk});
    is_refused(&bench, &nameless, sign).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_signature_over_another_algorithm_or_extension_does_not_count() {
    let bench = Bench::new().await;
    let signer = bench.site.signer().unwrap();
    let sign = |message: &[u8]| signer.sign(message).unwrap();
    for header in [
        json!({"alg": "ES256", "typ": "at+jwt", "kid": signer.kid()}),
        json!({"alg": "RS256", "typ": "at+jwt", "kid": signer.kid()}),
        json!({"alg": signer.algorithm().as_str(), "typ": "at+jwt", "kid": signer.kid(), "crit": ["x"], "x": 1}),
        json!({"alg": signer.algorithm().as_str(), "typ": "at+jwt", "kid": signer.kid(), "b64": false, "crit": ["b64"]}),
    ] {
        if header["alg"] != signer.algorithm().as_str() || header.get("crit").is_some() {
            is_refused(&bench, &header, sign).await;
        }
    }
    let right = json!({"alg": signer.algorithm().as_str(), "typ": "at+jwt", "kid": signer.kid()});
    let right = token(&right, &claims(&bench), sign);
    assert_eq!(manage(&bench, &right).await.status, 200, "the ground of this test is wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_kind_is_not_taken_for_another() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let browser = Browser::new(&bench);
    let tokens = browser.tokens(&party, &party.request(), "tom").await;
    // An ID token, and one that we would sign for anything but access, open no API.
    let id_token = tokens.text_of("id_token");
    assert_eq!(manage(&bench, &id_token).await.refusal(), (401, "auth.unauthorized"));
    let signer = bench.site.signer().unwrap();
    for typ in [None, Some("JWT"), Some("logout+jwt"), Some("dpop+jwt")] {
        let other = crypto::jwt::mint(&signer, typ, &claims(&bench)).unwrap();
        assert_eq!(manage(&bench, &other).await.refusal(), (401, "auth.unauthorized"), "{typ:?}");
    }
    // An access token is no hint of who is meant.
    let access = bench.token("tom", "demo-app", "openid");
    let hinted = browser.open(&format!("/oidc/session/end?id_token_hint={access}")).await;
    let description = "could not validate id_token_hint";
    assert_eq!(hinted.told(), super::refused(400, "invalid_request", description));
}
