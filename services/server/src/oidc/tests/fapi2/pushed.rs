//! Pushed requests (RFC 9126): who may use a reference, how often and how long.

use axum::{body::Body, http::Request};

use super::Client;
use crate::testing::{
    Bench,
    browser::{Browser, person},
};

async fn ground() -> (Bench, Client) {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let client = Client::register(&bench).await;
    (bench, client)
}

/// Whether a browser with this target is not let in.
async fn is_refused(bench: &Bench, target: &str) -> bool {
    let answered = Browser::new(bench).open(target).await;
    let is_error = answered.status == 400
        || (answered.header("location").starts_with("https")
            && !answered.sent_on("error").is_empty());
    is_error && !answered.header("location").contains("/sign-in")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_is_good_until_somebody_signed_in_by_it() {
    let (bench, client) = ground().await;
    let pushed = client.push(&bench, &[]).await;
    let (target, browser) = (client.target(&pushed), Browser::new(&bench));
    // A person may load the page again before they sign in.
    for _ in 0..2 {
        let begun = browser.open(&target).await;
        assert!(begun.header("location").starts_with("/sign-in"), "{}", begun.text);
    }
    assert!(!browser.sign_in("tom").await.sent_on("code").is_empty());
    assert!(is_refused(&bench, &target).await);
    let again = browser.open(&target).await;
    assert!(again.status == 400 || again.sent_on("code").is_empty(), "{:?}", again.headers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_ends_with_its_time() {
    let (bench, client) = ground().await;
    let pushed = client.push(&bench, &[]).await;
    let seconds = pushed.body["expires_in"].as_i64().unwrap();
    assert!((1..600).contains(&seconds), "{}", pushed.text);
    bench.advance_millis(seconds * 1_000);
    assert!(is_refused(&bench, &client.target(&pushed)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_of_another_client_or_of_nobody_is_refused() {
    let (bench, client) = ground().await;
    let other = Client::register(&bench).await;
    let pushed = client.push(&bench, &[]).await;
    let reference = pushed.text_of("request_uri");
    assert!(is_refused(&bench, &other.target_of(&reference)).await);
    for text in [
        format!("{reference}x"),
        "urn:ietf:params:oauth:request_uri:nobodys".to_owned(),
        "urn:ietf:params:oauth:request_uri:".to_owned(),
        "https://evil.example/request.jwt".to_owned(),
    ] {
        assert!(is_refused(&bench, &client.target_of(&text)).await, "{text}");
    }
    assert!(!is_refused(&bench, &client.target(&pushed)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pushed_request_is_complete_and_holds_no_reference() {
    let (bench, client) = ground().await;
    for changes in [
        &[("request_uri", "urn:ietf:params:oauth:request_uri:x")][..],
        &[("code_challenge", ""), ("code_challenge_method", "")],
        &[("code_challenge_method", "plain")],
        &[("state", "one"), ("state", "two")],
        &[("code_challenge", "one"), ("code_challenge", "two")],
    ] {
        let answered = client.push(&bench, changes).await;
        assert_eq!(answered.oauth(), (400, "invalid_request"), "{changes:?}: {}", answered.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_pushed_by_post_only() {
    let (bench, _) = ground().await;
    for method in ["GET", "PUT", "DELETE", "PATCH"] {
        let request = Request::builder().method(method).uri("/oidc/request");
        let answered = bench.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answered.oauth(), (404, "invalid_request"), "{method}");
    }
}
