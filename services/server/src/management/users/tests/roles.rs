//! The roles of a user.

use serde_json::{Value, json};

use super::user;
use crate::testing::Bench;

async fn role(bench: &Bench, name: &str, role_type: &str) -> String {
    let body = json!({"name": name, "description": "d", "type": role_type});
    let answer = bench.request("POST", "/api/roles", body).await;
    answer.body["id"].as_str().unwrap().to_owned()
}

async fn held(bench: &Bench, path: &str) -> Vec<Value> {
    let roles = bench.get(path).await.body;
    let mut names: Vec<Value> =
        roles.as_array().unwrap().iter().map(|role| role["name"].clone()).collect();
    names.sort_by_key(ToString::to_string);
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_given_once_replaced_and_taken() {
    let bench = Bench::new().await;
    let path = format!("/api/users/{}/roles", user(&bench, "tom").await);
    let (a, b) = (role(&bench, "a", "User").await, role(&bench, "b", "User").await);
    let first = bench.request("POST", &path, json!({"roleIds": [a]})).await;
    assert_eq!(first.status, 201);
    let second = bench.request("POST", &path, json!({"roleIds": [a, b, b]})).await;
    assert_eq!(second.body, json!({"roleIds": [a, b, b], "addedRoleIds": [b]}));
    assert_eq!(held(&bench, &path).await, ["a", "b"]);
    let none = bench.request("POST", &path, json!({"roleIds": []})).await;
    assert_eq!((none.status, &none.body["addedRoleIds"]), (201, &json!([])));
    let replaced = bench.request("PUT", &path, json!({"roleIds": [b, b]})).await;
    assert_eq!((replaced.status, replaced.body), (200, json!({"roleIds": [b]})));
    assert_eq!(held(&bench, &path).await, ["b"]);
    let taken = bench.request("DELETE", &format!("{path}/{b}"), json!(null)).await;
    assert_eq!(taken.status, 204);
    let again = bench.request("DELETE", &format!("{path}/{b}"), json!(null)).await;
    assert_eq!(again.refusal(), (404, "entity.not_found"));
    assert_eq!(bench.get(&path).await.header("total-number"), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_not_for_people_or_not_there_is_not_given() {
    let bench = Bench::new().await;
    let path = format!("/api/users/{}/roles", user(&bench, "tom").await);
    let (person, machine) =
        (role(&bench, "a", "User").await, role(&bench, "m", "MachineToMachine").await);
    for (method, role, status, code) in [
        ("POST", machine.as_str(), 422, "user.invalid_role_type"),
        ("PUT", machine.as_str(), 422, "entity.db_constraint_violated"),
        ("POST", "nothing", 404, "entity.not_exists_with_id"),
        ("PUT", "no id", 404, "entity.not_exists_with_id"),
        ("PUT", "", 400, "guard.invalid_input"),
    ] {
        let body = json!({"roleIds": [person, role]});
        let answer = bench.request(method, &path, body).await;
        assert_eq!(answer.refusal(), (status, code), "{method} {role}");
    }
    let missing = bench.request("POST", &path, json!({})).await;
    assert_eq!(missing.refusal(), (400, "guard.invalid_input"));
    let wrong = bench.get(&format!("{path}?search.type=a")).await;
    assert_eq!(wrong.refusal(), (400, "request.invalid_input"));
    assert_eq!(bench.get(&path).await.header("total-number"), "0", "all or nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_narrows_the_roles_of_a_user() {
    let bench = Bench::new().await;
    let path = format!("/api/users/{}/roles", user(&bench, "tom").await);
    let (a, b) = (role(&bench, "reader", "User").await, role(&bench, "writer", "User").await);
    bench.request("POST", &path, json!({"roleIds": [a, b]})).await;
    assert_eq!(held(&bench, &format!("{path}?search.name=READ%25")).await, ["reader"]);
}
