//! The routes of organizations, through the router.

mod applications;
mod claims;
mod members;
mod organizations;
mod roles;
mod tokens;

use serde_json::{Value, json};

use crate::testing::{Answer, Bench};

const FOREIGN_KEY: (u16, &str) = (422, "entity.relation_foreign_key_not_found");
const CONSTRAINT: (u16, &str) = (422, "entity.db_constraint_violated");
const REQUIRE_MEMBERSHIP: (u16, &str) = (422, "organization.require_membership");
const NOT_FOUND: (u16, &str) = (404, "entity.not_found");

async fn created(bench: &Bench, path: &str, body: Value) -> String {
    let answer = bench.request("POST", path, body).await;
    assert!(matches!(answer.status, 200 | 201), "{path}: {}", answer.text);
    answer.body["id"].as_str().unwrap().to_owned()
}

async fn organization(bench: &Bench, name: &str) -> String {
    created(bench, "/api/organizations", json!({ "name": name })).await
}

async fn user(bench: &Bench, username: &str) -> String {
    created(bench, "/api/users", json!({ "username": username })).await
}

async fn machine(bench: &Bench, name: &str) -> String {
    created(bench, "/api/applications", json!({"name": name, "type": "MachineToMachine"})).await
}

async fn scope(bench: &Bench, name: &str) -> String {
    created(bench, "/api/organization-scopes", json!({ "name": name })).await
}

/// A role with these organization scopes.
async fn role(bench: &Bench, name: &str, kind: &str, scopes: &[&str]) -> String {
    let body = json!({"name": name, "type": kind, "organizationScopeIds": scopes});
    created(bench, "/api/organization-roles", body).await
}

/// Lets users join.
async fn join(bench: &Bench, organization: &str, users: &[&str]) {
    let path = format!("/api/organizations/{organization}/users");
    let answer = bench.request("POST", &path, json!({ "userIds": users })).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

/// One member of every object of a list.
fn each(answer: &Answer, member: &str) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body.as_array().unwrap().iter().map(|one| one[member].clone()).collect()
}
