//! What holds for every answer under `/oidc`: headers, tags, compression, errors as JSON.

use axum::{body::Body, http::Request};
use serde_json::json;

use crate::testing::{
    Answer, Bench,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

const DISCOVERY: &str = "/oidc/.well-known/openid-configuration";

async fn ask(bench: &Bench, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    bench.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_path_or_method_is_not_found() {
    let bench = Bench::new().await;
    let description = "unrecognized route or not allowed method";
    let body = json!({
        "code": "oidc.invalid_request", "message": description,
        "error": "invalid_request", "error_description": description,
    });
    for (method, path) in [
        ("GET", "/oidc/nothing"),
        ("GET", "/oidc/token"),
        ("PUT", "/oidc/token"),
        ("DELETE", "/oidc/me"),
        ("POST", "/oidc/jwks"),
        ("PATCH", "/oidc/auth"),
        ("GET", "/oidc/token/revocation"),
        ("GET", "/oidc/session/end/confirm"),
        ("OPTIONS", "/oidc/auth"),
        ("TRACE", "/oidc/token"),
        ("GET", "/oidc/"),
        ("GET", "/oidc/JWKS"),
        ("GET", "/oidc//jwks"),
        ("GET", "/oidc/jwks/"),
        ("POST", DISCOVERY),
    ] {
        let answered = ask(&bench, method, path, &[]).await;
        assert_eq!((answered.status, &answered.body), (404, &body), "{method} {path}");
    }
    let answered = ask(&bench, "GET", "/oidc/nothing?parse_error=false", &[]).await;
    let plain = json!({"error": "invalid_request", "error_description": description});
    assert_eq!((answered.status, answered.body), (404, plain));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_that_keep_browsers_careful() {
    let bench = Bench::new().await;
    for path in [DISCOVERY, "/oidc/jwks", "/oidc/me", "/oidc/nothing", "/oidc/auth"] {
        let answered = ask(&bench, "GET", path, &[]).await;
        assert_eq!(answered.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answered.header("x-frame-options"), "SAMEORIGIN", "{path}");
        assert_eq!(answered.header("referrer-policy"), "strict-origin-when-cross-origin", "{path}");
        // The site of this bench is plain http, where the header has no meaning.
        assert_eq!(answered.header("strict-transport-security"), "", "{path}");
        assert_eq!(answered.header("content-security-policy"), "", "{path}");
        assert_eq!(answered.header("cross-origin-opener-policy"), "", "{path}");
        assert!(answered.header("content-type").starts_with("application/"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_kept_says_so_and_what_may_not_says_so() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    assert_eq!(tokens.header("cache-control"), "no-store");
    assert_eq!(tokens.header("pragma"), "no-cache");
    let bearer = format!("Bearer {}", tokens.text_of("access_token"));
    let me = ask(&bench, "GET", "/oidc/me", &[("authorization", &bearer)]).await;
    assert_eq!((me.status, me.header("cache-control")), (200, "no-store"));
    let refused = party.refresh(&bench, "rt_x.y", &[]).await;
    assert_eq!((refused.status, refused.header("cache-control")), (400, "no-store"));
    let keys = ask(&bench, "GET", "/oidc/jwks", &[]).await;
    assert_eq!(keys.header("cache-control"), "no-cache, max-age=0, must-revalidate");
    assert!(keys.header("content-type").starts_with("application/jwk-set+json"));
    for (path, authorization) in
        [(DISCOVERY, ""), ("/oidc/jwks", ""), ("/oidc/me", bearer.as_str())]
    {
        let headers = [("authorization", authorization)];
        let first = ask(&bench, "GET", path, &headers).await;
        let tag = first.header("etag").to_owned();
        assert!(first.status == 200 && tag.starts_with('"'), "{path}: {tag}");
        let again = [headers[0], ("if-none-match", tag.as_str())];
        let again = ask(&bench, "GET", path, &again).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_places_of_discovery_say_the_same() {
    let bench = Bench::new().await;
    let oauth = "/oidc/.well-known/oauth-authorization-server";
    let [one, other] =
        [ask(&bench, "GET", DISCOVERY, &[]).await, ask(&bench, "GET", oauth, &[]).await];
    assert_eq!((one.status, one.text), (200, other.text));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_takes_gzip_gets_it_and_nobody_else() {
    let bench = Bench::new().await;
    let plain = ask(&bench, "GET", DISCOVERY, &[]).await;
    assert_eq!(plain.header("content-encoding"), "");
    let request = Request::get(DISCOVERY).header("accept-encoding", "gzip");
    let (headers, bytes) = bench.bytes(request.body(Body::empty()).unwrap()).await;
    assert_eq!(headers["content-encoding"], "gzip");
    assert!(headers["vary"].to_str().unwrap().contains("accept-encoding"));
    assert!(bytes.starts_with(&[0x1f, 0x8b]) && bytes.len() < plain.text.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_may_come_by_json_wherever_it_may_come_by_form() {
    let bench = Bench::new().await;
    let party = RelyingParty::demo(&bench);
    let browser = Browser::new(&bench);
    let request = json!({
        "client_id": party.id, "redirect_uri": party.redirect_uri, "response_type": "code",
        "scope": "openid", "state": "a-state",
        "code_challenge": crypto::digest::sha256_base64url("x"), "code_challenge_method": "S256",
    });
    let begun = browser.send("POST", "/oidc/auth", "application/json", &request.to_string()).await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    assert!(begun.header("location").starts_with("/sign-in"), "{:?}", begun.headers);
    let logout = json!({"client_id": "nobody"}).to_string();
    let answered = browser.send("POST", "/oidc/session/end", "application/json", &logout).await;
    assert_eq!(answered.body["error_description"], "client is invalid", "{}", answered.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_machinery_refuses_is_an_error_of_the_protocol() {
    let bench = Bench::new().await;
    let answered = ask(&bench, "GET", "/oidc/auth/%ff", &[]).await;
    assert_eq!(answered.oauth(), (400, "invalid_request"), "{}", answered.text);
    assert!(answered.body["code"].is_string() && answered.body["message"].is_string());
}
