//! Giving tokens back (RFC 7009; contract: oidc §9).

use axum::{body::Body, http::Request};
use form_urlencoded::Serializer;

use crate::{
    oidc::tests::{me, resource, revocations},
    testing::{
        Answer, Bench,
        browser::{Browser, person},
        relying_party::RelyingParty,
    },
};

const API: &str = "https://api.example";

async fn give_back(bench: &Bench, fields: &[(&str, &str)]) -> Answer {
    let form = Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post("/oidc/token/revocation")
        .header("content-type", "application/x-www-form-urlencoded");
    bench.send(request.body(Body::from(form)).unwrap()).await
}

/// A person's tokens for the built-in application.
async fn tokens(bench: &Bench) -> (RelyingParty, Answer) {
    person(bench, "tom").await;
    resource(bench, API).await;
    let party = RelyingParty::demo(bench);
    let request = party.request().with("resource", API);
    let tokens = Browser::new(bench).tokens(&party, &request, "tom").await;
    (party, tokens)
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_back_either_token_ends_the_whole_grant_at_once() {
    for (kind, hint) in [
        ("access_token", None),
        ("refresh_token", Some("refresh_token")),
        // A wrong hint changes nothing (RFC 7009 2.1).
        ("refresh_token", Some("access_token")),
        ("access_token", Some("nonsense")),
    ] {
        let bench = Bench::new().await;
        let (party, tokens) = tokens(&bench).await;
        let text = tokens.text_of(kind);
        let mut fields = vec![("client_id", party.id.as_str()), ("token", text.as_str())];
        fields.extend(hint.map(|hint| ("token_type_hint", hint)));
        for _ in 0..2 {
            let done = give_back(&bench, &fields).await;
            assert_eq!((done.status, done.text.as_str()), (200, ""), "{kind}");
        }
        assert_eq!(me(&bench, &tokens.text_of("access_token")).await.status, 401, "{kind}");
        let refreshed = party.refresh(&bench, &tokens.text_of("refresh_token"), &[]).await;
        assert_eq!(refreshed.oauth(), (400, "invalid_grant"), "{kind}");
        assert_eq!(revocations(&bench).await, ["returned_by_client"], "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_another_client_or_to_nobody_is_left_alone_without_a_word() {
    let bench = Bench::new().await;
    let (party, tokens) = tokens(&bench).await;
    let other = RelyingParty::register(&bench, false).await;
    let (access, refresh) = (tokens.text_of("access_token"), tokens.text_of("refresh_token"));
    let forged = format!("{}x", &refresh[..refresh.len() - 1]);
    for (client, token) in [
        (&other.id, access.as_str()),
        (&other.id, refresh.as_str()),
        (&party.id, "nonsense"),
        (&party.id, "at_nobody.0123456789012345678901234567890123456789012"),
        (&party.id, forged.as_str()),
    ] {
        let done = give_back(&bench, &[("client_id", client), ("token", token)]).await;
        assert_eq!((done.status, done.text.as_str()), (200, ""), "{token}");
    }
    assert_eq!(me(&bench, &access).await.status, 200);
    assert!(revocations(&bench).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jwt_is_no_token_that_can_be_given_back() {
    let bench = Bench::new().await;
    let (party, tokens) = tokens(&bench).await;
    let refresh = tokens.text_of("refresh_token");
    let jwt = party.refresh(&bench, &refresh, &[("resource", API)]).await.text_of("access_token");
    let refused = give_back(&bench, &[("client_id", &party.id), ("token", &jwt)]).await;
    assert_eq!(refused.oauth(), (400, "unsupported_token_type"));
    let description = "Structured JWT Tokens cannot be revoked via this endpoint";
    assert_eq!(refused.body["error_description"], description);
    assert!(revocations(&bench).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_client_or_a_token_is_refused() {
    let bench = Bench::new().await;
    let (party, tokens) = tokens(&bench).await;
    let access = tokens.text_of("access_token");
    let nobody = give_back(&bench, &[("token", &access)]).await;
    assert_eq!(nobody.oauth(), (400, "invalid_request"));
    let nothing = give_back(&bench, &[("client_id", &party.id)]).await;
    assert_eq!(nothing.oauth(), (400, "invalid_request"));
    assert_eq!(me(&bench, &access).await.status, 200);
}
