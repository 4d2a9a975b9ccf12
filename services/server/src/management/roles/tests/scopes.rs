//! What a role permits.

use serde_json::json;

use super::{id, role};
use crate::testing::Bench;

async fn scopes(bench: &Bench) -> [String; 2] {
    let body = json!({"name": "shop", "indicator": "https://shop.example"});
    let resource = id(bench.request("POST", "/api/resources", body).await.body);
    let path = format!("/api/resources/{resource}/scopes");
    let scope = async |name: &str| {
        id(bench.request("POST", &path, json!({"name": name, "description": "d"})).await.body)
    };
    [scope("read").await, scope("write").await]
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_are_granted_shown_with_their_resource_and_revoked() {
    let bench = Bench::new().await;
    let [read, write] = scopes(&bench).await;
    let path = format!("/api/roles/{}/scopes", role(&bench, "a", "User").await);
    let granted = bench.request("POST", &path, json!({"scopeIds": [read]})).await;
    assert_eq!((granted.status, &granted.body[0]["name"]), (201, &json!("read")));
    let granted = bench.request("POST", &path, json!({"scopeIds": [write]})).await;
    assert_eq!(granted.body.as_array().unwrap().len(), 2);
    let all = bench.get(&path).await;
    assert_eq!((all.header("total-number"), all.body.as_array().unwrap().len()), ("", 2));
    assert_eq!(all.body[0]["resource"]["indicator"], "https://shop.example");
    let page = bench.get(&format!("{path}?page=1&page_size=1")).await;
    assert_eq!((page.header("total-number"), page.body.as_array().unwrap().len()), ("2", 1));
    let found = bench.get(&format!("{path}?search=writ%25")).await;
    assert_eq!(found.body[0]["id"], json!(write));
    let revoked = bench.request("DELETE", &format!("{path}/{read}"), json!(null)).await;
    assert_eq!(revoked.status, 204);
    let again = bench.request("DELETE", &format!("{path}/{read}"), json!(null)).await;
    assert_eq!(again.refusal(), (404, "entity.not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_that_cannot_be_granted_are_refused_together() {
    let bench = Bench::new().await;
    let [read, write] = scopes(&bench).await;
    let path = format!("/api/roles/{}/scopes", role(&bench, "a", "User").await);
    bench.request("POST", &path, json!({"scopeIds": [read]})).await;
    let management = "role.management_api_scopes_not_assignable_to_user_role";
    for (ids, status, code) in [
        (json!([]), 400, "guard.invalid_input"),
        (json!([write, "nothing"]), 404, "entity.not_exists_with_id"),
        (json!([write, "management-api-all"]), 400, management),
        (json!([write, read]), 422, "role.scope_exists"),
    ] {
        let answer = bench.request("POST", &path, json!({"scopeIds": ids})).await;
        assert_eq!(answer.refusal(), (status, code), "{ids}");
    }
    assert_eq!(bench.get(&path).await.body.as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_scope_is_permitted_by_no_role() {
    let bench = Bench::new().await;
    let [read, _] = scopes(&bench).await;
    let path = format!("/api/roles/{}/scopes", role(&bench, "a", "User").await);
    bench.request("POST", &path, json!({"scopeIds": [read]})).await;
    let resource = bench.get(&path).await.body[0]["resourceId"].as_str().unwrap().to_owned();
    let scope = format!("/api/resources/{resource}/scopes/{read}");
    assert_eq!(bench.request("DELETE", &scope, json!(null)).await.status, 204);
    assert_eq!(bench.get(&path).await.body, json!([]));
}
