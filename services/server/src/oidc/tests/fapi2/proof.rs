//! Proofs of possession: each counts once, for one request, by one key (RFC 9449).

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use super::{Client, exchange, new_key};
use crate::testing::{Answer, Bench, NOW, browser::person};

async fn ground() -> (Bench, Client) {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let client = Client::register(&bench).await;
    (bench, client)
}

/// A token request with this proof.
async fn redeem(bench: &Bench, client: &Client, code: &str, proof: Option<&str>) -> Answer {
    let assertion = client.assertion(bench, |_| {});
    client.send(bench, "/token", (&assertion, proof), &exchange(code)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_request_without_a_proof_gets_nothing() {
    let (bench, client) = ground().await;
    let code = client.code(&bench, &[]).await;
    let answered = redeem(&bench, &client, &code, None).await;
    assert_eq!(answered.oauth(), (400, "invalid_dpop_proof"), "{}", answered.text);
    assert_eq!(client.redeem(&bench, &code).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_is_not_for_this_request_is_refused() {
    let (bench, client) = ground().await;
    let code = client.code(&bench, &[]).await;
    let now = NOW.seconds().0;
    let changes: [(&str, Value, &str); 11] = [
        ("htm", json!("GET"), "invalid_dpop_proof"),
        ("htm", json!("post"), "invalid_dpop_proof"),
        ("htu", json!("https://evil.example/oidc/token"), "invalid_dpop_proof"),
        ("htu", json!(format!("{}/request", bench.site.issuer())), "invalid_dpop_proof"),
        ("htu", Value::Null, "invalid_dpop_proof"),
        ("jti", Value::Null, "invalid_dpop_proof"),
        ("iat", json!(now - 3_600), "invalid_dpop_proof"),
        ("iat", json!(now + 3_600), "invalid_dpop_proof"),
        ("iat", Value::Null, "invalid_dpop_proof"),
        ("nonce", Value::Null, "use_dpop_nonce"),
        ("nonce", json!("not-ours"), "use_dpop_nonce"),
    ];
    for (name, value, error) in changes {
        let proof = client.proof(&bench, "POST", "/token", |claims| {
            claims[name] = value.clone();
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            }
        });
        let answered = redeem(&bench, &client, &code, Some(&proof)).await;
        assert_eq!(answered.oauth(), (400, error), "{name} {value}: {}", answered.text);
        if error == "use_dpop_nonce" {
            assert!(!answered.header("dpop-nonce").is_empty());
        }
    }
    // None of them was a use of the code.
    assert_eq!(client.redeem(&bench, &code).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_from_a_clock_that_is_a_little_off_counts() {
    let (bench, client) = ground().await;
    let now = NOW.seconds().0;
    for iat in [now - 10, now + 10] {
        let code = client.code(&bench, &[]).await;
        let proof = client.proof(&bench, "POST", "/token", |claims| {
            claims["iat"] = json!(iat);
            // Members that the specification does not know of are passed over.
            claims["nbf"] = json!(iat);
            claims["exp"] = json!(iat + 60);
        });
        let answered = redeem(&bench, &client, &code, Some(&proof)).await;
        assert_eq!(answered.status, 200, "{iat}: {}", answered.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_was_seen_is_worth_nothing_anywhere() {
    let (bench, client) = ground().await;
    let (one, two) = (client.code(&bench, &[]).await, client.code(&bench, &[]).await);
    let proof = client.proof(&bench, "POST", "/token", |_| {});
    let first = redeem(&bench, &client, &one, Some(&proof)).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let replayed = redeem(&bench, &client, &two, Some(&proof)).await;
    assert_eq!(replayed.oauth(), (400, "invalid_dpop_proof"), "{}", replayed.text);
    // The code that came along was not used up by it.
    assert_eq!(client.redeem(&bench, &two).await.status, 200);
    // At a resource the same holds.
    let access = first.text_of("access_token");
    let ath = crypto::digest::sha256_base64url(&access);
    let proof = client.proof(&bench, "GET", "/me", |claims| claims["ath"] = json!(ath));
    let me = async || {
        let request = Request::get("/oidc/me")
            .header("authorization", format!("DPoP {access}"))
            .header("dpop", &proof);
        bench.send(request.body(Body::empty()).unwrap()).await
    };
    let told = me().await;
    assert_eq!(told.status, 200, "{}", told.text);
    let replayed = me().await;
    assert_eq!(replayed.status, 401, "{}", replayed.text);
    assert!(replayed.header("www-authenticate").starts_with("DPoP "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bound_token_is_worth_nothing_by_another_key_or_as_a_bearer() {
    let (bench, client) = ground().await;
    let code = client.code(&bench, &[]).await;
    let access = client.redeem(&bench, &code).await.text_of("access_token");
    let ath = crypto::digest::sha256_base64url(&access);
    let thief = new_key();
    let stolen = client.proof_of(&thief, &bench, "GET", "/me", |claims| claims["ath"] = json!(ath));
    let other = client.proof(&bench, "GET", "/me", |claims| {
        claims["ath"] = json!(crypto::digest::sha256_base64url("at_x.y"));
    });
    let bare = client.proof(&bench, "GET", "/me", |_| {});
    for (scheme, proof) in [
        ("DPoP", Some(stolen.as_str())),
        ("DPoP", Some(other.as_str())),
        ("DPoP", Some(bare.as_str())),
        ("DPoP", None),
        ("Bearer", None),
        ("Bearer", Some(stolen.as_str())),
    ] {
        let mut request =
            Request::get("/oidc/me").header("authorization", format!("{scheme} {access}"));
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        let answered = bench.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answered.status, 401, "{scheme} {proof:?}: {}", answered.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_bound_to_the_key_that_the_request_named() {
    let (bench, client) = ground().await;
    let jkt = client.holder.public_jwk().thumbprint();
    // Named by the parameter: the right key gets tokens, another does not.
    let code = client.code(&bench, &[("dpop_jkt", &jkt)]).await;
    let thief = new_key();
    let other = client.proof_of(&thief, &bench, "POST", "/token", |_| {});
    let answered = redeem(&bench, &client, &code, Some(&other)).await;
    assert_eq!(answered.status, 400, "{}", answered.text);
    assert!(matches!(answered.oauth().1, "invalid_grant" | "invalid_dpop_proof"));
    assert_eq!(client.redeem(&bench, &code).await.status, 200);
    // Named by a proof at the push: a parameter that says otherwise is refused.
    let proof = client.proof(&bench, "POST", "/request", |_| {});
    let assertion = client.assertion(&bench, |_| {});
    let foreign = thief.public_jwk().thumbprint();
    let mismatch =
        client.push_by(&bench, (&assertion, Some(&proof)), &[("dpop_jkt", &foreign)]).await;
    assert_eq!(mismatch.status, 400, "{}", mismatch.text);
    let proof = client.proof(&bench, "POST", "/request", |_| {});
    let assertion = client.assertion(&bench, |_| {});
    let bound = client.push_by(&bench, (&assertion, Some(&proof)), &[]).await;
    assert_eq!(bound.status, 201, "{}", bound.text);
    let browser = crate::testing::browser::Browser::new(&bench);
    browser.open(&client.target(&bound)).await;
    let code = browser.sign_in("tom").await.sent_on("code");
    let other = client.proof_of(&thief, &bench, "POST", "/token", |_| {});
    assert_eq!(redeem(&bench, &client, &code, Some(&other)).await.status, 400);
    assert_eq!(client.redeem(&bench, &code).await.status, 200);
}
