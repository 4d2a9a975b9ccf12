//! Flows of well-behaved clients, and requests that the profile does not allow.

use axum::{body::Body, http::Request};

use super::{CALLBACK, Client, exchange};
use crate::{
    oidc::tests::attacks::invalid_grant,
    testing::{
        Answer, Bench,
        browser::{Browser, person},
    },
};

async fn ground() -> (Bench, Client) {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let client = Client::register(&bench).await;
    (bench, client)
}

async fn me(bench: &Bench, client: &Client, scheme: &str, token: &str) -> Answer {
    let ath = crypto::digest::sha256_base64url(token);
    let proof = client.proof(bench, "GET", "/me", |claims| claims["ath"] = ath.clone().into());
    let request = Request::get("/oidc/me")
        .header("authorization", format!("{scheme} {token}"))
        .header("dpop", proof);
    bench.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_the_profile_gets_bound_tokens_and_keeps_its_refresh_token() {
    let (bench, client) = ground().await;
    let code = client.code(&bench, &[]).await;
    let tokens = client.redeem(&bench, &code).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    assert_eq!(tokens.body["token_type"], "DPoP");
    let access = tokens.text_of("access_token");
    // The name of the scheme may be written in any case (RFC 9110 11.1).
    for scheme in ["DPoP", "dpop", "DPOP"] {
        let told = me(&bench, &client, scheme, &access).await;
        assert_eq!(told.status, 200, "{scheme}: {}", told.text);
    }
    let refresh = tokens.text_of("refresh_token");
    for _ in 0..2 {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        let refreshed = client.token(&bench, &fields).await;
        assert_eq!(refreshed.status, 200, "{}", refreshed.text);
        assert_eq!(refreshed.body["token_type"], "DPoP");
        let repeated = refreshed.body["refresh_token"].as_str().unwrap_or(&refresh);
        assert_eq!(repeated, refresh, "the profile wants no rotation");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn state_and_nonce_are_optional_and_may_be_long() {
    let (bench, client) = ground().await;
    let long = "x".repeat(1_000);
    for (state, nonce) in [("", "a-nonce"), ("a-state", ""), (long.as_str(), &"n".repeat(64))] {
        let pushed = client.push(&bench, &[("state", state), ("nonce", nonce)]).await;
        let browser = Browser::new(&bench);
        browser.open(&client.target(&pushed)).await;
        let sent_on = browser.sign_in("tom").await;
        assert_eq!(sent_on.sent_on("state"), state);
        assert_eq!(client.redeem(&bench, &sent_on.sent_on("code")).await.status, 200);
    }
    let pushed = client.push(&bench, &[("scope", "profile openid")]).await;
    assert_eq!(pushed.status, 201, "{}", pushed.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_beside_a_pushed_request_does_not_count() {
    let (bench, client) = ground().await;
    let pushed = client.push(&bench, &[("state", "")]).await;
    let target = format!("{}&state=outside&nonce=outside", client.target(&pushed));
    let browser = Browser::new(&bench);
    browser.open(&target).await;
    let sent_on = browser.sign_in("tom").await;
    assert!(!sent_on.sent_on("code").is_empty(), "{:?}", sent_on.headers);
    assert_eq!(sent_on.sent_on("state"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_not_pushed_is_refused() {
    let (bench, client) = ground().await;
    let browser = Browser::new(&bench);
    let answered = browser.open(&client.party.request().target()).await;
    assert_eq!((answered.status, answered.sent_on("error")), (303, "invalid_request".into()));
    assert_eq!(answered.sent_on("code"), "");
    assert_eq!(bench.count("InteractionStarted").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_code_flow_is_served() {
    let (bench, client) = ground().await;
    for response_type in ["code id_token", "token", "id_token", "none"] {
        let answered = client.push(&bench, &[("response_type", response_type)]).await;
        assert_eq!(answered.oauth(), (400, "unsupported_response_type"), "{}", answered.text);
    }
    let missing = client.push(&bench, &[("redirect_uri", "")]).await;
    assert_eq!(missing.oauth(), (400, "invalid_request"), "{}", missing.text);
    let foreign = client.push(&bench, &[("redirect_uri", "https://evil.example")]).await;
    assert_eq!(foreign.status, 400, "{}", foreign.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_for_one_client_one_use_and_one_minute() {
    let (bench, client) = ground().await;
    let other = Client::register(&bench).await;
    let code = client.code(&bench, &[]).await;
    assert_eq!(other.redeem(&bench, &code).await.told(), invalid_grant());
    for verifier in ["", "a-verifier-that-is-long-enough-but-none-of-this-request"] {
        let [grant, code, uri, _] = exchange(&code);
        let fields = [grant, code, uri, ("code_verifier", verifier)];
        assert_eq!(client.token(&bench, &fields).await.told(), invalid_grant(), "{verifier}");
    }
    assert_eq!(client.redeem(&bench, &code).await.status, 200);
    bench.advance_millis(1_000);
    assert_eq!(client.redeem(&bench, &code).await.told(), invalid_grant());
    let late = client.code(&bench, &[]).await;
    bench.advance_millis(60_000);
    assert_eq!(client.redeem(&bench, &late).await.oauth(), (400, "invalid_grant"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_without_its_redirect_uri_is_not_redeemed() {
    let (bench, client) = ground().await;
    let code = client.code(&bench, &[]).await;
    let [grant, code, _, verifier] = exchange(&code);
    let fields = [grant, code, ("redirect_uri", "https://evil.example"), verifier];
    assert_eq!(client.token(&bench, &fields).await.told(), invalid_grant());
    assert!(CALLBACK.starts_with("https"));
}
