//! What tokens say about the organizations of a user.

use axum::{body::Body, http::Request};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{join, organization, role};
use crate::testing::{
    Answer, Bench,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

const ORGANIZATIONS: &str = "urn:logto:scope:organizations";
const ROLES: &str = "urn:logto:scope:organization_roles";

fn id_token(tokens: &Answer) -> Value {
    let token = tokens.text_of("id_token");
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

async fn me(bench: &Bench, tokens: &Answer) -> Value {
    let request = Request::get("/oidc/me")
        .header("authorization", format!("Bearer {}", tokens.text_of("access_token")));
    let answer = bench.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

/// A person in two organizations, with a role in one; gives the ids of the organizations.
async fn ground(bench: &Bench) -> (String, String) {
    let tom = person(bench, "tom").await;
    let (one, two) = (organization(bench, "One").await, organization(bench, "Two").await);
    join(bench, &one, &[&tom]).await;
    join(bench, &two, &[&tom]).await;
    let admin = role(bench, "admin", "User", &[]).await;
    let path = format!("/api/organizations/{two}/users/{tom}/roles");
    let given = bench.request("POST", &path, json!({"organizationRoleIds": [admin]})).await;
    assert_eq!(given.status, 201, "{}", given.text);
    (one, two)
}

async fn tokens(bench: &Bench, scope: &str) -> Answer {
    let party = RelyingParty::demo(bench);
    let request = party.request().with("scope", scope);
    Browser::new(bench).tokens(&party, &request, "tom").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scopes_of_organizations_are_told_by_token_and_endpoint() {
    let bench = Bench::new().await;
    let (one, two) = ground(&bench).await;
    let tokens = tokens(&bench, &format!("openid {ORGANIZATIONS} {ROLES}")).await;
    let claims = id_token(&tokens);
    assert_eq!(claims["organizations"], json!([one, two]));
    assert_eq!(claims["organization_roles"], json!([format!("{two}:admin")]));
    assert_eq!(claims.get("organization_data"), None);
    let me = me(&bench, &tokens).await;
    assert_eq!(me["organizations"], json!([one, two]));
    assert_eq!(me["organization_roles"], json!([format!("{two}:admin")]));
    assert_eq!(
        me["organization_data"],
        json!([
            {"id": one, "name": "One", "description": null},
            {"id": two, "name": "Two", "description": null},
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_scope_tells_its_own_claims_alone() {
    let bench = Bench::new().await;
    ground(&bench).await;
    for (scope, told, untold) in [
        (ORGANIZATIONS, Some("organizations"), "organization_roles"),
        (ROLES, Some("organization_roles"), "organizations"),
        ("profile", None, "organizations"),
    ] {
        let tokens = tokens(&bench, &format!("openid {scope}")).await;
        for claims in [id_token(&tokens), me(&bench, &tokens).await] {
            assert_eq!(claims.get(untold), None, "{scope}");
            assert!(told.is_none_or(|told| claims.get(told).is_some()), "{scope}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_former_member_is_told_nothing_of_the_organization() {
    let bench = Bench::new().await;
    let (one, two) = ground(&bench).await;
    let tokens = tokens(&bench, &format!("openid {ORGANIZATIONS} {ROLES}")).await;
    let path = format!("/api/organizations/{two}");
    assert_eq!(bench.request("DELETE", &path, Value::Null).await.status, 204);
    let me = me(&bench, &tokens).await;
    assert_eq!(me["organizations"], json!([one]));
    assert_eq!(me["organization_roles"], json!([]));
}
