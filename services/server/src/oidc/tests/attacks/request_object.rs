//! Requests that come as a token: only what the client signed, for us, is its request (RFC 9101 10).

use crypto::{
    jws::signing,
    key::{Algorithm, PrivateKey, Signer},
};
use serde_json::{Value, json};

use super::registered_with;
use crate::testing::{
    Answer, Bench, NOW,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

const CALLBACK: &str = "https://app.example/callback";

fn new_key() -> Signer {
    Signer::new(PrivateKey::generate(Algorithm::ES256).unwrap())
}

/// A client with a key, and the claims of a request of its own.
async fn ground(bench: &Bench) -> (RelyingParty, Signer, Value) {
    person(bench, "tom").await;
    let key = new_key();
    let jwk = serde_json::to_value(key.public_jwk()).unwrap();
    let oidc = json!({"jwks": {"keys": [jwk]}});
    let (party, _) = registered_with(bench, "SPA", &[CALLBACK], oidc, json!({})).await;
    let now = NOW.seconds().0;
    let challenge = crypto::digest::sha256_base64url(crate::testing::relying_party::VERIFIER);
    let claims = json!({
        "iss": party.id, "aud": bench.site.issuer(), "client_id": party.id,
        "iat": now, "nbf": now, "exp": now + 60, "jti": "j",
        "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid", "state": "signed",
        "nonce": "a-nonce", "code_challenge": challenge, "code_challenge_method": "S256",
    });
    (party, key, claims)
}

async fn open(bench: &Bench, party: &RelyingParty, name: &str, value: &str, more: &str) -> Answer {
    let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let target = format!("/oidc/auth?client_id={}&{name}={value}{more}", party.id);
    Browser::new(bench).open(&target).await
}

/// Whether a request was answered with this error, here or at the client.
fn is_refused(answer: &Answer, error: &str) -> bool {
    let sent_on = answer.header("location");
    if sent_on.is_empty() { answer.oauth().1 == error } else { answer.sent_on("error") == error }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_signed_request_says_counts_and_nothing_beside_it() {
    let bench = Bench::new().await;
    let (party, key, claims) = ground(&bench).await;
    let header = json!({"typ": "oauth-authz-req+jwt"});
    let request = signing::by_key(&key, &header, &claims).unwrap();
    let browser = Browser::new(&bench);
    let evil = "https%3A%2F%2Fevil.example";
    let target = format!(
        "/oidc/auth?client_id={}&request={request}&redirect_uri={evil}&state=outside&scope=email",
        party.id
    );
    let begun = browser.open(&target).await;
    assert!(begun.header("location").starts_with("/sign-in"), "{:?} {}", begun.headers, begun.text);
    let sent_on = browser.sign_in("tom").await;
    assert!(sent_on.header("location").starts_with(CALLBACK), "{:?}", sent_on.headers);
    assert_eq!(sent_on.sent_on("state"), "signed");
    let tokens = party.redeem(&bench, &sent_on.sent_on("code")).await;
    assert_eq!(tokens.body["scope"], "openid", "{}", tokens.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_object_that_nobody_signed_is_refused() {
    let bench = Bench::new().await;
    let (party, key, claims) = ground(&bench).await;
    let header = json!({"typ": "oauth-authz-req+jwt"});
    let good = signing::by_key(&key, &header, &claims).unwrap();
    let (message, _) = good.rsplit_once('.').unwrap();
    let public = key.public_jwk();
    let text = serde_json::to_string(public).unwrap();
    let own_key = json!({"typ": "oauth-authz-req+jwt", "jwk": public});
    let mut attempts = vec![
        signing::unsigned(&header, &claims),
        signing::by_key(&new_key(), &header, &claims).unwrap(),
        signing::by_key(&new_key(), &own_key, &claims).unwrap(),
        signing::by_secret(text.as_bytes(), &header, &claims),
        signing::by_secret(b"", &header, &claims),
        format!("{message}."),
        format!("{message}.{}", "A".repeat(86)),
        "x".to_owned(),
        "a.b.c".to_owned(),
    ];
    // Signed by the client, but no request of it to us now.
    let now = NOW.seconds().0;
    for (name, value) in [
        ("aud", json!("https://evil.example")),
        ("iss", json!("another")),
        ("client_id", json!("another")),
        ("exp", json!(now - 61)),
        ("exp", Value::Null),
        ("nbf", json!(now + 61)),
        ("sub", json!(party.id)),
        ("request", json!("x")),
        ("request_uri", json!("https://evil.example")),
    ] {
        let mut changed = claims.clone();
        changed[name] = value;
        attempts.push(signing::by_key(&key, &header, &changed).unwrap());
    }
    for typ in ["at+jwt", "dpop+jwt", "logout+jwt"] {
        attempts.push(signing::by_key(&key, &json!({"typ": typ}), &claims).unwrap());
    }
    for request in attempts {
        let answered = open(&bench, &party, "request", &request, "").await;
        assert!(is_refused(&answered, "invalid_request_object"), "{request}: {}", answered.text);
    }
    assert_eq!(bench.count("InteractionStarted").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_by_reference_to_elsewhere_is_refused() {
    let bench = Bench::new().await;
    let (party, key, claims) = ground(&bench).await;
    let rest = format!("&redirect_uri={CALLBACK}&response_type=code&state=s");
    for uri in [
        "https://app.example/request.jwt",
        "http://127.0.0.1/request.jwt",
        "file:///etc/passwd",
        "urn:ietf:params:oauth:request_uri:nobodys",
    ] {
        let answered = open(&bench, &party, "request_uri", uri, &rest).await;
        let error = if answered.header("location").is_empty() {
            answered.oauth().1.to_owned()
        } else {
            answered.sent_on("error")
        };
        let known = ["request_uri_not_supported", "invalid_request_uri", "invalid_request"];
        assert!(known.contains(&error.as_str()), "{uri}: {error} {}", answered.text);
    }
    // Of both ways at once neither counts.
    let request = signing::by_key(&key, &json!({"typ": "oauth-authz-req+jwt"}), &claims).unwrap();
    let both = format!("&request_uri=urn:ietf:params:oauth:request_uri:x{rest}");
    let answered = open(&bench, &party, "request", &request, &both).await;
    assert!(is_refused(&answered, "invalid_request"), "{}", answered.text);
    assert_eq!(bench.count("InteractionStarted").await, 0);
}
