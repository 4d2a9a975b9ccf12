//! What a token exchange refuses (contract: oidc §5; RFC 8693 2.2.2).

use serde_json::json;

use super::registered;
use crate::{
    oidc::tests::attacks::{invalid_grant, refused},
    testing::{
        Answer, Bench,
        browser::{Browser, person, suspend},
        relying_party::RelyingParty,
    },
};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const IMPERSONATION: &str = "urn:logto:token-type:impersonation_token";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const PERSONAL: &str = "urn:logto:token-type:personal_access_token";

async fn subject_token(bench: &Bench, user: &str) -> String {
    let made = bench.request("POST", "/api/subject-tokens", json!({"userId": user})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.text_of("subjectToken")
}

async fn exchange(
    bench: &Bench,
    party: &RelyingParty,
    token: &str,
    kind: &str,
    more: &[(&str, &str)],
) -> Answer {
    let fields = [("grant_type", GRANT), ("subject_token", token), ("subject_token_type", kind)];
    party.token(bench, &[fields.as_slice(), more].concat()).await
}

/// A person, and an application that may exchange.
async fn ground() -> (Bench, RelyingParty, String) {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let (party, _) = registered(&bench, "SPA", json!({"allowTokenExchange": true})).await;
    (bench, party, tom)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_must_be_allowed_to_exchange() {
    let (bench, _, tom) = ground().await;
    let (party, _) = registered(&bench, "SPA", json!({})).await;
    let token = subject_token(&bench, &tom).await;
    let answered = exchange(&bench, &party, &token, IMPERSONATION, &[]).await;
    let description = "requested grant type is not allowed for this client";
    assert_eq!(answered.told(), refused(400, "unauthorized_client", description));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_named() {
    let (bench, party, _) = ground().await;
    let missing = |name: &str| {
        refused(400, "invalid_request", &format!("missing required parameter '{name}'"))
    };
    let fields = [("grant_type", GRANT)];
    assert_eq!(party.token(&bench, &fields).await.told(), missing("subject_token"));
    let fields = [fields[0], ("subject_token", "x")];
    assert_eq!(party.token(&bench, &fields).await.told(), missing("subject_token_type"));
    let actor = [("actor_token", "at_x.y")];
    let answered = exchange(&bench, &party, "sub_x.y", IMPERSONATION, &actor).await;
    assert_eq!(answered.told(), missing("actor_token_type"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_kind_or_of_nobody_is_an_invalid_grant() {
    let (bench, party, tom) = ground().await;
    let token = subject_token(&bench, &tom).await;
    for (text, kind) in [
        (token.as_str(), PERSONAL),
        (token.as_str(), "urn:ietf:params:oauth:token-type:id_token"),
        ("x", IMPERSONATION),
        ("sub_x.y", IMPERSONATION),
        ("pat_x.y", PERSONAL),
        ("at_x.y", ACCESS),
        ("a.b.c", ACCESS),
        (&bench.token(&tom, "nobody", "openid"), ACCESS),
    ] {
        let answered = exchange(&bench, &party, text, kind, &[]).await;
        assert_eq!(answered.told(), invalid_grant(), "{kind} {text}");
    }
    // Nobody acts by a token that is no access token of a person.
    for actor in ["x", "at_x.y", token.as_str()] {
        let more = [("actor_token", actor), ("actor_token_type", ACCESS)];
        let answered = exchange(&bench, &party, &token, IMPERSONATION, &more).await;
        assert_eq!(answered.told(), invalid_grant(), "{actor}");
    }
    // All those tries did not use the token up; the right one does.
    assert_eq!(exchange(&bench, &party, &token, IMPERSONATION, &[]).await.status, 200);
    let again = exchange(&bench, &party, &token, IMPERSONATION, &[]).await;
    assert_eq!(again.told(), invalid_grant());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_token_ends_after_its_time_and_with_its_person() {
    let (bench, party, tom) = ground().await;
    let token = subject_token(&bench, &tom).await;
    bench.advance_millis(600_000);
    let late = exchange(&bench, &party, &token, IMPERSONATION, &[]).await;
    assert_eq!(late.told(), invalid_grant());
    let token = subject_token(&bench, &tom).await;
    suspend(&bench, &tom).await;
    let refused = exchange(&bench, &party, &token, IMPERSONATION, &[]).await;
    assert_eq!(refused.told(), invalid_grant());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchanged_token_brings_neither_an_id_token_nor_a_refresh_token() {
    let (bench, party, tom) = ground().await;
    let scope = [("scope", "openid profile offline_access")];
    let token = subject_token(&bench, &tom).await;
    let answered = exchange(&bench, &party, &token, IMPERSONATION, &scope).await;
    assert_eq!(answered.status, 200, "{}", answered.text);
    assert!(
        answered.body.get("id_token").is_none() && answered.body.get("refresh_token").is_none()
    );
    assert!(answered.body["scope"].is_string(), "{}", answered.text);
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let access = tokens.text_of("access_token");
    let unknown = [("resource", "https://unknown.example")];
    let answered = exchange(&bench, &party, &access, ACCESS, &unknown).await;
    let description = "resource indicator is missing, or unknown";
    assert_eq!(answered.told(), refused(400, "invalid_target", description));
}
