//! Reading users, and who may.

use axum::{body::Body, http::Request};
use serde_json::json;

use super::user;
use crate::testing::{Bench, CLIENT};

#[tokio::test(flavor = "multi_thread")]
async fn no_route_answers_without_a_token_for_everything() {
    let mut bench = Bench::new().await;
    for operation in super::super::OPERATIONS {
        let path = format!("/api{}", operation.path);
        let bare = Request::builder().method(operation.method).uri(path.replace(['{', '}'], ""));
        let answer = bench.send(bare.body(Body::from("{")).unwrap()).await;
        assert_eq!(answer.refusal(), (401, "auth.authorization_header_missing"), "{path}");
    }
    let weak = bench.token(CLIENT, CLIENT, "openid");
    bench.use_token(weak);
    for operation in super::super::OPERATIONS {
        let path = format!("/api{}", operation.path.replace(['{', '}'], ""));
        let answer = bench.raw(operation.method, &path, "{").await;
        assert_eq!(answer.refusal(), (403, "auth.forbidden"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_listed_newest_first_in_pages() {
    let bench = Bench::new().await;
    for name in ["a", "b", "c"] {
        user(&bench, name).await;
    }
    let first = bench.get("/api/users?page_size=2").await;
    assert_eq!(first.header("total-number"), "3");
    assert!(first.header("link").contains("page=2&page_size=2>; rel=\"next\""));
    let names = |body: &serde_json::Value| {
        let users = body.as_array().unwrap().iter();
        users.map(|user| user["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&first.body), ["c", "b"]);
    assert_eq!(names(&bench.get("/api/users?page_size=2&page=2").await.body), ["a"]);
    let past = bench.get("/api/users?page=9").await;
    assert_eq!((past.status, past.body), (200, json!([])));
    let wrong = bench.get("/api/users?page=0").await;
    assert_eq!(wrong.refusal(), (400, "guard.invalid_pagination"));
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_found_by_what_they_are_searched_for() {
    let bench = Bench::new().await;
    for name in ["tom", "tommy", "Kim"] {
        user(&bench, name).await;
    }
    for (query, total) in [
        ("search=tom", "1"),
        ("search=TOM%25", "2"),
        ("search=TOM%25&isCaseSensitive=true", "0"),
        ("search.username=kim&mode=exact", "1"),
        ("search.username=tom&search.username=tommy&mode.username=exact", "2"),
        ("search.username=tom&search.name=x&joint=and", "0"),
        ("search.name=tom", "0"),
    ] {
        let answer = bench.get(&format!("/api/users?{query}")).await;
        assert_eq!(answer.header("total-number"), total, "{query}");
    }
    let wrong = bench.get("/api/users?search=").await;
    assert_eq!(wrong.refusal(), (400, "request.invalid_input"));
}

#[tokio::test(flavor = "multi_thread")]
async fn holders_of_a_role_can_be_left_out() {
    let bench = Bench::new().await;
    let (id, _) = (user(&bench, "tom").await, user(&bench, "kim").await);
    let role = json!({"name": "r", "description": "d"});
    let role = bench.request("POST", "/api/roles", role).await.body["id"].clone();
    let body = json!({"roleIds": [role]});
    bench.request("POST", &format!("/api/users/{id}/roles"), body).await;
    let role = role.as_str().unwrap();
    let others = bench.get(&format!("/api/users?excludeRoleId={role}")).await;
    assert_eq!(others.body[0]["username"], "kim");
    assert_eq!(others.header("total-number"), "1");
    let both = bench.get("/api/users?excludeRoleId=a&excludeOrganizationId=b").await;
    assert_eq!(both.refusal(), (400, "request.invalid_input"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_asked_for_is_shown_beside_the_user() {
    let bench = Bench::new().await;
    let id = user(&bench, "tom").await;
    let plain = bench.get(&format!("/api/users/{id}")).await.body;
    assert!(plain.get("ssoIdentities").is_none() && plain.get("passwordDigest").is_none());
    let query = "includeSsoIdentities=true&includePasswordHash=1";
    let full = bench.get(&format!("/api/users/{id}?{query}")).await.body;
    assert_eq!(full["ssoIdentities"], json!([]));
    assert!(full.get("passwordDigest").is_some_and(serde_json::Value::is_null));
    assert!(full.get("passwordAlgorithm").is_some_and(serde_json::Value::is_null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_and_an_unknown_route_are_told_apart() {
    let bench = Bench::new().await;
    let wrong = bench.raw("PUT", "/api/users", "").await;
    assert_eq!(wrong.status, 405);
    assert!(wrong.header("allow").contains("POST"));
    let unknown = bench.get("/api/nothing").await;
    assert_eq!((unknown.status, unknown.text.as_str()), (404, "Not Found"));
}
