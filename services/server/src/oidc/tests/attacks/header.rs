//! Header and page injection: what a request brings is never written where it could begin a line,
//! a header or a tag.

use axum::{body::Body, http::Request};

use super::{refused, registered};
use crate::testing::{
    Bench,
    browser::{Browser, person},
};

const EVIL: &str = "a\r\nSet-Cookie: evil=1\r\n\r\n<script>alert(1)</script>\"'><b>";
const CALLBACK: &str = "https://app.example/callback";

/// No header of the answer was begun by [`EVIL`].
fn is_clean(answer: &crate::testing::Answer) {
    for (name, value) in &answer.headers {
        assert!(!value.as_bytes().contains(&b'\r') && !value.as_bytes().contains(&b'\n'), "{name}");
        let is_cookie = name == "set-cookie";
        assert!(!(is_cookie && value.to_str().unwrap().starts_with("evil")), "{value:?}");
    }
    assert!(!answer.text.contains("<script>alert"), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_comes_back_as_it_went_and_begins_no_line() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (party, _) = registered(&bench, "SPA", &[CALLBACK]).await;
    let browser = Browser::new(&bench);
    let silent = party.request().with("prompt", "none").with("state", EVIL);
    for mode in ["query", "fragment", "form_post"] {
        let refused = browser.open(&silent.clone().with("response_mode", mode).target()).await;
        is_clean(&refused);
    }
    let granted = browser.authorize(&party.request().with("state", EVIL), "tom").await;
    is_clean(&granted);
    assert_eq!(granted.sent_on("state"), EVIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_uri_begins_no_line() {
    let bench = Bench::new().await;
    let (party, _) = registered(&bench, "SPA", &[CALLBACK]).await;
    let browser = Browser::new(&bench);
    let description = "redirect_uri did not match any of the client's registered redirect_uris";
    for tail in
        ["\r\nSet-Cookie: evil=1", "\n", "\r", "\u{85}", "\u{2028}", "%0d%0aSet-Cookie:%20evil=1"]
    {
        let request = party.request().with("redirect_uri", &format!("{CALLBACK}{tail}"));
        let answered = browser.open(&request.target()).await;
        assert_eq!(answered.told(), refused(400, "invalid_redirect_uri", description), "{tail:?}");
        is_clean(&answered);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_handed_to_the_pages_begins_no_line() {
    let bench = Bench::new().await;
    let (party, _) = registered(&bench, "SPA", &[CALLBACK]).await;
    for name in [
        "ui_locales",
        "login_hint",
        "organization_id",
        "one_time_token",
        "identifier",
        "direct_sign_in",
        "first_screen",
        "interaction_mode",
        "acr_values",
        "nonce",
        "id_token_hint",
        "response_mode",
        "response_type",
        "scope",
        "prompt",
        "max_age",
        "resource",
        "code_challenge",
    ] {
        let browser = Browser::new(&bench);
        let answered = browser.open(&party.request().with(name, EVIL).target()).await;
        assert!(matches!(answered.status, 303), "{name}: {}", answered.text);
        is_clean(&answered);
        if answered.header("location").starts_with('/') {
            let page = browser.open(answered.header("location")).await;
            assert!(page.status < 500, "{name}: {}", page.text);
            is_clean(&page);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_repeats_nothing_that_could_be_read_as_markup() {
    let bench = Bench::new().await;
    let query: String = form_urlencoded::byte_serialize(EVIL.as_bytes()).collect();
    for path in [
        format!("/oidc/auth?client_id={query}"),
        format!("/oidc/auth?{query}={query}&{query}={query}"),
        format!("/oidc/auth/{query}"),
        format!("/oidc/session/end?client_id={query}"),
        format!("/oidc/{query}"),
    ] {
        let answered = Browser::new(&bench).open(&path).await;
        assert!((400..500).contains(&answered.status), "{path}: {}", answered.status);
        assert!(answered.header("content-type").starts_with("application/json"), "{path}");
        assert_eq!(answered.header("x-content-type-options"), "nosniff");
        is_clean(&answered);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_that_is_none_is_not_repeated() {
    let bench = Bench::new().await;
    for id in ["a b", "a;b", "<script>", &"x".repeat(5_000)] {
        let request = Request::get("/oidc/jwks").header("x-request-id", id);
        let answered = bench.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answered.status, 200);
        assert!(!answered.header("x-request-id").is_empty());
        assert_ne!(answered.header("x-request-id"), id);
    }
}
