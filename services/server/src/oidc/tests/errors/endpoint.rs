//! Who asks, and with what (contract: oidc §1, table).

use axum::{body::Body, http::Request};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::registered;
use crate::{
    oidc::tests::attacks::refused,
    testing::{
        Answer, Bench,
        browser::{Browser, person},
        relying_party::RelyingParty,
    },
};

/// A token request with an `Authorization` header.
async fn ask(bench: &Bench, authorization: Option<&str>, form: &str) -> Answer {
    let mut request =
        Request::post("/oidc/token").header("content-type", "application/x-www-form-urlencoded");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    bench.send(request.body(Body::from(form.to_owned())).unwrap()).await
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_must_say_who_it_is_in_one_way() {
    let bench = Bench::new().await;
    let (party, secret) = registered(&bench, "Traditional", json!({})).await;
    let form = "grant_type=refresh_token&refresh_token=x";
    let header = basic(&party.id, &secret);
    let with_id = format!("{form}&client_id=another");
    let with_secret = format!("{form}&client_secret={secret}");
    for (authorization, form, description) in [
        (None, form, "no client authentication mechanism provided"),
        (Some("Basic !"), form, "invalid authorization header value format"),
        (Some("Basic"), form, "invalid authorization header value format"),
        (Some("Bearer x"), form, "invalid authorization header value format"),
        (Some(header.as_str()), with_id.as_str(), "client_id mismatch"),
        (
            Some(header.as_str()),
            with_secret.as_str(),
            "client authentication must only be provided using one mechanism",
        ),
    ] {
        let answered = ask(&bench, authorization, form).await;
        assert_eq!(answered.told(), refused(400, "invalid_request", description));
        assert_eq!(answered.header("www-authenticate"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_challenged_if_it_came_by_basic() {
    let bench = Bench::new().await;
    let (party, secret) = registered(&bench, "Traditional", json!({})).await;
    let form = "grant_type=refresh_token&refresh_token=x";
    let failed = refused(401, "invalid_client", "client authentication failed");
    for id in [party.id.as_str(), "nobody"] {
        let by_header = ask(&bench, Some(&basic(id, "wrong")), form).await;
        assert_eq!(by_header.told(), failed);
        assert!(by_header.header("www-authenticate").starts_with("Basic realm="));
        let by_body = format!("{form}&client_id={id}&client_secret=wrong");
        let by_body = ask(&bench, None, &by_body).await;
        assert_eq!((by_body.told(), by_body.header("www-authenticate")), (failed.clone(), ""));
    }
    // The right one gets as far as the grant; `+` is a space in the halves.
    let right = ask(&bench, Some(&basic(&party.id, &secret)), form).await;
    assert_eq!(right.told(), refused(400, "invalid_grant", "grant request is invalid"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_secret_is_named() {
    let bench = Bench::new().await;
    let (party, _) = registered(&bench, "Traditional", json!({})).await;
    let path = format!("/api/applications/{}/secrets", party.id);
    let expires_at = crate::testing::NOW.0 + 1_000;
    let made =
        bench.request("POST", &path, json!({"name": "short", "expiresAt": expires_at})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    bench.advance_millis(1_000);
    let header = basic(&party.id, &made.text_of("value"));
    let answered = ask(&bench, Some(&header), "grant_type=refresh_token&refresh_token=x").await;
    assert_eq!(answered.told(), refused(400, "invalid_request", "client secret has expired"));
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_are_told_for_a_token_only() {
    let bench = Bench::new().await;
    let ask = async |authorization: Option<&str>| {
        let mut request = Request::get("/oidc/me");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        bench.send(request.body(Body::empty()).unwrap()).await
    };
    for (authorization, description) in [
        (None, "no access token provided"),
        (Some("Bearer x"), "invalid token provided"),
        (Some("Bearer at_x.y"), "invalid token provided"),
        (Some("Basic eA=="), "invalid token provided"),
    ] {
        let answered = ask(authorization).await;
        assert_eq!(
            answered.told(),
            refused(401, "invalid_token", description),
            "{authorization:?}"
        );
        assert!(answered.header("www-authenticate").starts_with("Bearer realm="));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_openid_tells_no_claims() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let request = party.request().with("scope", "profile");
    let tokens = Browser::new(&bench).tokens(&party, &request, "tom").await;
    assert!(tokens.body.get("id_token").is_none(), "{}", tokens.text);
    let answered = crate::oidc::tests::me(&bench, &tokens.text_of("access_token")).await;
    let is_refused =
        matches!(answered.oauth(), (401, "invalid_token") | (403, "insufficient_scope"));
    assert!(is_refused, "{}", answered.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_structured_token_can_neither_be_given_back_nor_looked_up() {
    let bench = Bench::new().await;
    let (party, secret) = registered(&bench, "Traditional", json!({})).await;
    let jwt = bench.token("tom", &party.id, "all");
    for (path, what) in [("revocation", "revoked"), ("introspection", "introspected")] {
        let form = format!("client_id={}&client_secret={secret}&token={jwt}", party.id);
        let request = Request::post(format!("/oidc/token/{path}"))
            .header("content-type", "application/x-www-form-urlencoded");
        let answered = bench.send(request.body(Body::from(form)).unwrap()).await;
        let description = format!("Structured JWT Tokens cannot be {what} via this endpoint");
        assert_eq!(answered.told(), refused(400, "unsupported_token_type", &description));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_is_over_has_its_own_code() {
    let bench = Bench::new().await;
    let answered = Browser::new(&bench).open("/oidc/auth/nobodys").await;
    let description = "authorization request has expired";
    let body = json!({
        "code": "session.not_found", "message": description,
        "error": "invalid_request", "error_description": description,
    });
    assert_eq!(answered.told(), (400, body));
}
