//! What is refused in an organization: 403, in the order of the contract (oidc §6).

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

const SCOPE: &str = "openid offline_access urn:logto:scope:organizations";

async fn organization(bench: &Bench, name: &str) -> String {
    let made = bench.request("POST", "/api/organizations", json!({"name": name})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.text_of("id")
}

async fn join(bench: &Bench, organization: &str, what: &str, id: &str) {
    let path = format!("/api/organizations/{organization}/{what}s");
    let body = json!({format!("{what}Ids"): [id]});
    let done = bench.request("POST", &path, body).await;
    assert_eq!(done.status, 201, "{}", done.text);
}

async fn refresh(bench: &Bench, party: &RelyingParty, token: &str, id: &str) -> Answer {
    party.refresh(bench, token, &[("organization_id", id)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_an_organization_is_for_its_members() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let (party, _) = registered(&bench, "SPA", json!({"rotateRefreshToken": false})).await;
    let (own, other) = (organization(&bench, "Own").await, organization(&bench, "Other").await);
    join(&bench, &own, "user", &tom).await;
    let request = party.request().with("scope", SCOPE);
    let tokens = Browser::new(&bench).tokens(&party, &request, "tom").await;
    let token = tokens.text_of("refresh_token");
    let not_member = refused(403, "access_denied", "user is not a member of the organization");
    for id in [other.as_str(), "nothing", "", " ", "a/b"].into_iter().filter(|id| !id.is_empty()) {
        assert_eq!(refresh(&bench, &party, &token, id).await.told(), not_member, "{id}");
    }
    assert_eq!(refresh(&bench, &party, &token, &own).await.status, 200);
    // Who leaves loses it at the very next refresh.
    let path = format!("/api/organizations/{own}/users/{tom}");
    assert_eq!(bench.request("DELETE", &path, json!(null)).await.status, 204);
    assert_eq!(refresh(&bench, &party, &token, &own).await.told(), not_member);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_without_the_scope_of_organizations_reaches_none() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let (party, _) = registered(&bench, "SPA", json!({})).await;
    let own = organization(&bench, "Own").await;
    join(&bench, &own, "user", &tom).await;
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let answered = refresh(&bench, &party, &tokens.text_of("refresh_token"), &own).await;
    let (status, body) = refused(403, "insufficient_scope", "refresh token missing required scope");
    assert_eq!(answered.status, status, "{}", answered.text);
    for member in ["code", "message", "error", "error_description"] {
        assert_eq!(answered.body[member], body[member], "{}", answered.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_that_wants_a_second_factor_gets_it() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let (party, _) = registered(&bench, "SPA", json!({})).await;
    let own = organization(&bench, "Strict").await;
    join(&bench, &own, "user", &tom).await;
    let path = format!("/api/organizations/{own}");
    let changed = bench.request("PATCH", &path, json!({"isMfaRequired": true})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let request = party.request().with("scope", SCOPE);
    let tokens = Browser::new(&bench).tokens(&party, &request, "tom").await;
    let answered = refresh(&bench, &party, &tokens.text_of("refresh_token"), &own).await;
    let description = "organization requires MFA but user has no MFA configured";
    assert_eq!(answered.told(), refused(403, "access_denied", description));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_gets_tokens_of_its_own_organizations_only() {
    let bench = Bench::new().await;
    let (machine, secret) = registered(&bench, "MachineToMachine", json!({})).await;
    let (own, other) = (organization(&bench, "Own").await, organization(&bench, "Other").await);
    join(&bench, &own, "application", &machine.id).await;
    let ask = async |id: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_secret", secret.as_str()),
            ("organization_id", id),
        ];
        machine.token(&bench, &fields).await
    };
    let description = "app has not associated with the organization";
    for id in [other.as_str(), "nothing"] {
        assert_eq!(ask(id).await.told(), refused(403, "access_denied", description), "{id}");
    }
    assert_eq!(ask(&own).await.status, 200);
}
