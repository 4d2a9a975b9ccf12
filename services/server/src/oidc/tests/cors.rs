//! Which pages may call the endpoints and read their answers.

use axum::{body::Body, http::Request};

use crate::testing::{
    Answer, Bench, ENDPOINT,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

const ALLOWED: &str = "access-control-allow-origin";
const FOREIGN: &str = "https://evil.example";

async fn ask(bench: &Bench, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    bench.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_may_ask_whether_it_may_ask() {
    let bench = Bench::new().await;
    for path in [
        "/oidc/token",
        "/oidc/me",
        "/oidc/token/revocation",
        "/oidc/token/introspection",
        "/oidc/device/auth",
        "/oidc/request",
        "/oidc/jwks",
        "/oidc/.well-known/openid-configuration",
    ] {
        let headers = [("origin", FOREIGN), ("access-control-request-method", "POST")];
        let preflight = ask(&bench, "OPTIONS", path, &headers).await;
        assert_eq!(preflight.status, 204, "{path}");
        assert_eq!(preflight.header(ALLOWED), FOREIGN, "{path}");
        assert_eq!(preflight.header("access-control-max-age"), "3600", "{path}");
        assert!(preflight.header("access-control-allow-methods").contains("POST"), "{path}");
        assert_eq!(preflight.header("access-control-allow-credentials"), "", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_none_of_the_clients_gets_no_tokens() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::register(&bench, false).await;
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let refresh = tokens.text_of("refresh_token");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let before = bench.head();
    for origin in [FOREIGN, "null"] {
        let refused = party.token_from(&bench, Some(origin), &fields).await;
        assert_eq!(refused.oauth(), (400, "invalid_request"), "{origin}");
        assert_eq!(refused.header(ALLOWED), "", "{origin}");
    }
    assert_eq!(bench.head(), before);
    for origin in ["https://app.example", ENDPOINT] {
        let answered = party.token_from(&bench, Some(origin), &fields).await;
        assert_eq!((answered.status, answered.header(ALLOWED)), (200, origin));
        assert!(answered.header("vary").contains("origin"));
    }
    assert_eq!(party.token_from(&bench, None, &fields).await.header(ALLOWED), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_of_clients_asks_whose_page_it_is() {
    let bench = Bench::new().await;
    let party = RelyingParty::register(&bench, false).await;
    for path in ["token", "token/revocation", "token/introspection", "device/auth", "request"] {
        for (origin, allowed) in [(FOREIGN, ""), ("https://app.example", "https://app.example")] {
            let form = format!("client_id={}&token=x&grant_type=refresh_token", party.id);
            let request = Request::post(format!("/oidc/{path}"))
                .header("content-type", "application/x-www-form-urlencoded")
                .header("origin", origin);
            let answered = bench.send(request.body(Body::from(form)).unwrap()).await;
            assert_eq!(answered.header(ALLOWED), allowed, "{path}: {}", answered.text);
            let is_foreign = answered.body["error_description"] == "origin not allowed for client";
            assert_eq!(is_foreign, origin == FOREIGN, "{path}: {}", answered.text);
            assert_eq!(answered.header("access-control-allow-credentials"), "");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_are_shown_to_the_clients_own_pages_only() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::register(&bench, false).await;
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let bearer = format!("Bearer {}", tokens.text_of("access_token"));
    let me = |origin| {
        let bearer = bearer.clone();
        let bench = &bench;
        async move {
            let headers = [("origin", origin), ("authorization", bearer.as_str())];
            ask(bench, "GET", "/oidc/me", &headers).await
        }
    };
    let refused = me(FOREIGN).await;
    assert_eq!((refused.status, refused.header(ALLOWED)), (400, ""));
    assert!(!refused.text.contains("sub"), "{}", refused.text);
    let answered = me("https://app.example").await;
    assert_eq!((answered.status, answered.header(ALLOWED)), (200, "https://app.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_metadata_are_for_every_page() {
    let bench = Bench::new().await;
    for path in ["/oidc/jwks", "/oidc/.well-known/openid-configuration"] {
        let answered = ask(&bench, "GET", path, &[("origin", FOREIGN)]).await;
        assert_eq!((answered.status, answered.header(ALLOWED)), (200, FOREIGN), "{path}");
    }
}
