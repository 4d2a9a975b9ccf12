//! What tokens for organizations permit: the scopes of the roles held there, as they are now.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{created, join, organization, scope};
use crate::testing::{
    Answer, Bench,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

const API: &str = "https://api.example";

/// A person with a role in one of two organizations; gives party, refresh token, both ids and the
/// path of the membership's roles.
async fn ground(bench: &Bench) -> (RelyingParty, String, [String; 2], String) {
    let tom = person(bench, "tom").await;
    let (read, write) = (scope(bench, "read").await, scope(bench, "write").await);
    let resource = json!({"name": "API", "indicator": API});
    let resource = created(bench, "/api/resources", resource).await;
    let buy = format!("/api/resources/{resource}/scopes");
    let buy = created(bench, &buy, json!({"name": "buy"})).await;
    let role = json!({
        "name": "clerk", "organizationScopeIds": [read, write], "resourceScopeIds": [buy],
    });
    let role = created(bench, "/api/organization-roles", role).await;
    let (one, two) = (organization(bench, "One").await, organization(bench, "Two").await);
    join(bench, &one, &[&tom]).await;
    join(bench, &two, &[&tom]).await;
    let roles = format!("/api/organizations/{one}/users/{tom}/roles");
    let given = bench.request("POST", &roles, json!({"organizationRoleIds": [role]})).await;
    assert_eq!(given.status, 201, "{}", given.text);
    let party = RelyingParty::demo(bench);
    let request = party
        .request()
        .with("scope", "openid offline_access urn:logto:scope:organizations read buy")
        .with("resource", &format!("urn:logto:resource:organizations,{API}"));
    let tokens = Browser::new(bench).tokens(&party, &request, "tom").await;
    (party, tokens.text_of("refresh_token"), [one, two], roles)
}

/// Claims of the access token, and the next refresh token.
fn claims(answer: &Answer) -> (Value, String) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let token = answer.text_of("access_token");
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    (serde_json::from_slice(&claims).unwrap(), answer.text_of("refresh_token"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_token_carries_what_was_asked_for_and_is_held_there() {
    let bench = Bench::new().await;
    let (party, token, [one, two], roles) = ground(&bench).await;
    let answer = party.refresh(&bench, &token, &[("organization_id", &one)]).await;
    let (told, token) = claims(&answer);
    assert_eq!(told["aud"], format!("urn:logto:organization:{one}"));
    assert_eq!(told["scope"], "read");
    let answer = party.refresh(&bench, &token, &[("organization_id", &two)]).await;
    let (told, token) = claims(&answer);
    assert_eq!(told["aud"], format!("urn:logto:organization:{two}"));
    assert!(told["scope"].as_str().unwrap_or_default().is_empty(), "{told}");
    let none = bench.request("PUT", &roles, json!({})).await;
    assert_eq!(none.status, 204, "{}", none.text);
    let answer = party.refresh(&bench, &token, &[("organization_id", &one)]).await;
    assert!(claims(&answer).0["scope"].as_str().unwrap_or_default().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_token_counts_the_roles_of_one_organization_or_of_all() {
    let bench = Bench::new().await;
    let (party, token, [one, two], _) = ground(&bench).await;
    let mut token = token;
    for (organization, scope) in [(Some(&one), "buy"), (Some(&two), ""), (None, "buy")] {
        let mut fields = vec![("resource", API)];
        fields.extend(organization.map(|id| ("organization_id", id.as_str())));
        let (told, next) = claims(&party.refresh(&bench, &token, &fields).await);
        token = next;
        assert_eq!(told["aud"], API);
        assert_eq!(told["organization_id"].as_str(), organization.map(String::as_str));
        assert_eq!(told["scope"].as_str().unwrap_or_default(), scope, "{organization:?}");
    }
}
