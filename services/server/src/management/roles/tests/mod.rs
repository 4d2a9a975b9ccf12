//! The routes of roles, through the router.

mod holders;
mod roles;
mod scopes;

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::testing::{Bench, CLIENT};

/// A role; answers with the id.
async fn role(bench: &Bench, name: &str, role_type: &str) -> String {
    let body = json!({"name": name, "description": "d", "type": role_type});
    id(bench.request("POST", "/api/roles", body).await.body)
}

/// The id of what a body shows.
fn id(body: Value) -> String {
    body["id"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_answers_without_a_token_for_everything() {
    let mut bench = Bench::new().await;
    for operation in super::OPERATIONS {
        let path = format!("/api{}", operation.path.replace(['{', '}'], ""));
        let bare = Request::builder().method(operation.method).uri(&path);
        let answer = bench.send(bare.body(Body::from("{")).unwrap()).await;
        assert_eq!(answer.refusal(), (401, "auth.authorization_header_missing"), "{path}");
    }
    let weak = bench.token(CLIENT, CLIENT, "openid");
    bench.use_token(weak);
    for operation in super::OPERATIONS {
        let path = format!("/api{}", operation.path.replace(['{', '}'], ""));
        let answer = bench.raw(operation.method, &path, "{").await;
        assert_eq!(answer.refusal(), (403, "auth.forbidden"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_a_role_that_is_not_there_says_so() {
    let bench = Bench::new().await;
    let body = json!({"name": "a", "userIds": ["a"], "applicationIds": ["a"],
        "scopeIds": ["management-api-all"]});
    for operation in super::OPERATIONS.iter().filter(|it| it.path.contains("{id}")) {
        for id in ["nothing", "no%20id"] {
            let path = operation.path.replace("{id}", id).replace(['{', '}'], "");
            let body = if operation.request.is_some() { body.clone() } else { Value::Null };
            let answer = bench.request(operation.method, &format!("/api{path}"), body).await;
            let is_delete = operation.method == "DELETE";
            let code = if is_delete { "entity.not_found" } else { "entity.not_exists_with_id" };
            assert_eq!(answer.refusal(), (404, code), "{} {path}", operation.method);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_takes_what_is_no_body() {
    let bench = Bench::new().await;
    let id = role(&bench, "a", "User").await;
    for operation in super::OPERATIONS.iter().filter(|operation| operation.request.is_some()) {
        let path = format!("/api{}", operation.path.replace("{id}", &id));
        let what = format!("{} {path}", operation.method);
        let broken = bench.raw(operation.method, &path, "{").await;
        assert_eq!((broken.status, &broken.body["code"]), (400, &Value::Null), "{what}");
        for body in
            [json!([1]), json!({"name": 1, "userIds": 1, "applicationIds": 1, "scopeIds": 1})]
        {
            let answer = bench.request(operation.method, &path, body).await;
            assert_eq!(answer.refusal(), (400, "guard.invalid_input"), "{what}");
        }
    }
}
