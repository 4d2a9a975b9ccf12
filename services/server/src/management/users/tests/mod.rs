//! The routes of users, through the router.

mod change;
mod create;
mod password;
mod read;
mod roles;
mod sessions;

use serde_json::{Value, json};

use crate::testing::Bench;

/// A user with this name; answers with the id.
async fn user(bench: &Bench, username: &str) -> String {
    let answer = bench.request("POST", "/api/users", json!({ "username": username })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["id"].as_str().unwrap().to_owned()
}

/// The first place that a body was refused for.
fn place(body: &Value) -> &Value {
    &body["data"]["issues"][0]["path"]
}

/// The whole life of bodies that no route with a body may take.
#[tokio::test(flavor = "multi_thread")]
async fn no_route_takes_what_is_no_body() {
    let bench = Bench::new().await;
    let id = user(&bench, "tom").await;
    for operation in super::OPERATIONS.iter().filter(|operation| operation.request.is_some()) {
        let path = format!("/api{}", operation.path.replace("{userId}", &id));
        let what = format!("{} {path}", operation.method);
        let broken = bench.raw(operation.method, &path, "{").await;
        assert_eq!((broken.status, &broken.body["code"]), (400, &Value::Null), "{what}");
        let array = bench.request(operation.method, &path, json!([1])).await;
        assert_eq!(array.refusal(), (400, "guard.invalid_input"), "{what}");
        let large = format!("{{\"name\":\"{}\"}}", "a".repeat(1_048_577));
        assert_eq!(bench.raw(operation.method, &path, large).await.status, 413, "{what}");
        let nul = bench.raw(operation.method, &path, r#"{"name":"a\u0000"}"#).await;
        assert_eq!(nul.refusal(), (400, "guard.invalid_input"), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_a_user_who_is_not_there_says_so() {
    let bench = Bench::new().await;
    let role = json!({"roleIds": []});
    let body = json!({"name": "a", "customData": {}, "profile": {}, "password": "a",
        "isSuspended": true, "roleIds": role["roleIds"]});
    // Sessions and grants have codes of their own; nobody has none of them.
    let is_own = |path: &str| path.contains("/sessions") || path.contains("/grants");
    let operations = super::OPERATIONS.iter().filter(|it| !is_own(it.path));
    for operation in operations.filter(|it| it.path.contains("{userId}")) {
        for id in ["nobody000000", "not%20an%20id", "%00"] {
            let path = operation.path.replace("{userId}", id).replace("{roleId}", "r");
            let body = if operation.request.is_some() { body.clone() } else { Value::Null };
            let answer = bench.request(operation.method, &format!("/api{path}"), body).await;
            let what = format!("{} {path}", operation.method);
            assert_eq!(answer.refusal(), (404, "entity.not_found"), "{what}");
        }
    }
}
