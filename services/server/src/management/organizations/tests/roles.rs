//! Roles of users inside organizations.

use serde_json::{Value, json};

use super::{
    CONSTRAINT, FOREIGN_KEY, NOT_FOUND, REQUIRE_MEMBERSHIP, each, join, organization, role, scope,
    user,
};
use crate::testing::Bench;

/// An organization with one member; gives the path of the member.
async fn ground(bench: &Bench) -> String {
    let id = organization(bench, "Acme").await;
    let ann = user(bench, "ann").await;
    join(bench, &id, &[&ann]).await;
    format!("/api/organizations/{id}/users/{ann}")
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_given_by_id_and_by_name() {
    let bench = Bench::new().await;
    let member = ground(&bench).await;
    let (one, two) =
        (role(&bench, "one", "User", &[]).await, role(&bench, "two", "User", &[]).await);
    let path = format!("{member}/roles");
    let body = json!({"organizationRoleIds": [one], "organizationRoleNames": ["two", "one"]});
    let given = bench.request("POST", &path, body).await;
    assert_eq!((given.status, &given.body), (201, &json!({"organizationRoleIds": [one, two]})));
    let listed = bench.get(&path).await;
    assert_eq!(
        (each(&listed, "name"), listed.header("total-number")),
        (vec![json!("one"), json!("two")], "")
    );
    assert_eq!(listed.body[0]["type"], "User");
    let page = bench.get(&format!("{path}?page=2&page_size=1")).await;
    assert_eq!((page.header("total-number"), each(&page, "name")), ("2", vec![json!("two")]));
    let nothing = bench.request("POST", &path, json!({})).await;
    assert_eq!((nothing.status, &nothing.body), (201, &json!({"organizationRoleIds": []})));
    let replaced = bench.request("PUT", &path, json!({"organizationRoleNames": ["two"]})).await;
    assert_eq!((replaced.status, replaced.text.as_str()), (204, ""));
    assert_eq!(each(&bench.get(&path).await, "name"), ["two"]);
    let held = format!("{path}/{two}");
    assert_eq!(bench.request("DELETE", &held, Value::Null).await.status, 204);
    assert_eq!(bench.request("DELETE", &held, Value::Null).await.refusal(), NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_cannot_be_given_are_refused_and_change_nothing() {
    let bench = Bench::new().await;
    let member = ground(&bench).await;
    let one = role(&bench, "one", "User", &[]).await;
    let machine = role(&bench, "machine", "MachineToMachine", &[]).await;
    let path = format!("{member}/roles");
    for method in ["POST", "PUT"] {
        for (body, refusal) in [
            (json!({"organizationRoleIds": [one, "none"]}), FOREIGN_KEY),
            (json!({"organizationRoleIds": [one, machine]}), CONSTRAINT),
            (
                json!({"organizationRoleIds": [one], "organizationRoleNames": ["none"]}),
                (422, "organization.role_names_not_found"),
            ),
        ] {
            let answer = bench.request(method, &path, body.clone()).await;
            assert_eq!(answer.refusal(), refusal, "{method} {body}");
        }
    }
    assert_eq!(bench.get(&path).await.body, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn membership_is_asked_for_before_anything_else() {
    let bench = Bench::new().await;
    let member = ground(&bench).await;
    let one = role(&bench, "one", "User", &[]).await;
    let (organization, _) = member.rsplit_once('/').unwrap();
    let stranger = format!("{organization}/{}", user(&bench, "eve").await);
    let nowhere = format!("/api/organizations/none/users/{}", member.rsplit('/').next().unwrap());
    for who in [&stranger, &nowhere, &format!("{organization}/nobody000000")] {
        for (method, path, body) in [
            ("GET", format!("{who}/roles"), Value::Null),
            ("GET", format!("{who}/scopes"), Value::Null),
            ("POST", format!("{who}/roles"), json!({"organizationRoleIds": ["no id"]})),
            ("PUT", format!("{who}/roles"), json!({"organizationRoleNames": ["none"]})),
            ("DELETE", format!("{who}/roles/{one}"), Value::Null),
        ] {
            let answer = bench.request(method, &path, body).await;
            assert_eq!(answer.refusal(), REQUIRE_MEMBERSHIP, "{method} {path}");
        }
    }
    let id = stranger.rsplit('/').next().unwrap();
    let body = json!({"userIds": [id], "organizationRoleIds": [one]});
    let all = bench.request("POST", &format!("{organization}/roles"), body).await;
    assert_eq!(all.refusal(), FOREIGN_KEY);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scopes_of_a_member_are_those_of_all_roles_once() {
    let bench = Bench::new().await;
    let member = ground(&bench).await;
    let (read, write) = (scope(&bench, "read").await, scope(&bench, "write").await);
    role(&bench, "one", "User", &[&read]).await;
    role(&bench, "two", "User", &[&write, &read]).await;
    let body = json!({"organizationRoleNames": ["one", "two"]});
    assert_eq!(bench.request("POST", &format!("{member}/roles"), body).await.status, 201);
    let scopes = bench.get(&format!("{member}/scopes")).await;
    assert_eq!(each(&scopes, "name"), ["read", "write"]);
    assert_eq!(scopes.body[0]["tenantId"], "default");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_role_is_held_by_nobody() {
    let bench = Bench::new().await;
    let member = ground(&bench).await;
    let one = role(&bench, "one", "User", &[]).await;
    let path = format!("{member}/roles");
    bench.request("POST", &path, json!({"organizationRoleIds": [one]})).await;
    let role = format!("/api/organization-roles/{one}");
    assert_eq!(bench.request("DELETE", &role, Value::Null).await.status, 204);
    assert_eq!(bench.get(&path).await.body, json!([]));
    let taken = bench.request("DELETE", &format!("{path}/{one}"), Value::Null).await;
    assert_eq!(taken.refusal(), NOT_FOUND);
    let given = bench.request("POST", &path, json!({"organizationRoleIds": [one]})).await;
    assert_eq!(given.refusal(), FOREIGN_KEY);
}
