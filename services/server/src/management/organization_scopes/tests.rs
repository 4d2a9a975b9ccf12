//! Organization scopes through the router.

use serde_json::{Value, json};

use crate::testing::Bench;

const PATH: &str = "/api/organization-scopes";

async fn created(bench: &Bench, body: Value) -> String {
    let answer = bench.request("POST", PATH, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.body["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_is_created_read_changed_and_deleted() {
    let bench = Bench::new().await;
    let id = created(&bench, json!({"name": "read:it", "description": "Reads"})).await;
    let one = format!("{PATH}/{id}");
    let expected =
        json!({"tenantId": "default", "id": id, "name": "read:it", "description": "Reads"});
    assert_eq!(bench.get(&one).await.body, expected);
    let changed = bench.request("PATCH", &one, json!({"description": null})).await;
    assert_eq!((changed.status, &changed.body["description"]), (200, &Value::Null));
    assert_eq!(changed.body["name"], "read:it");
    assert_eq!(bench.request("DELETE", &one, Value::Null).await.status, 204);
    assert_eq!(bench.get(&one).await.refusal(), (404, "entity.not_exists_with_id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn q_searches_the_name_and_everything_is_listed_unless_a_page_is_asked_for() {
    let bench = Bench::new().await;
    for name in ["Read", "Write"] {
        created(&bench, json!({"name": name, "description": "read"})).await;
    }
    let found = bench.get(&format!("{PATH}?q=REA")).await;
    assert_eq!((found.header("total-number"), found.body.as_array().unwrap().len()), ("", 1));
    assert_eq!(found.body[0]["name"], "Read");
    let page = bench.get(&format!("{PATH}?page=1&page_size=1")).await;
    assert_eq!((page.header("total-number"), &page.body[0]["name"]), ("2", &json!("Write")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_belongs_to_one_scope_until_it_lets_go() {
    let bench = Bench::new().await;
    let one = format!("{PATH}/{}", created(&bench, json!({"name": "one"})).await);
    let two = format!("{PATH}/{}", created(&bench, json!({"name": "two"})).await);
    let taken = (422, "entity.unique_integrity_violation");
    let answer = bench.request("POST", PATH, json!({"name": "one"})).await;
    assert_eq!(answer.refusal(), taken);
    assert_eq!(bench.request("PATCH", &two, json!({"name": "one"})).await.refusal(), taken);
    assert_eq!(bench.request("PATCH", &one, json!({"name": "first"})).await.status, 200);
    assert_eq!(bench.request("PATCH", &two, json!({"name": "one"})).await.status, 200);
    assert_eq!(bench.request("DELETE", &two, Value::Null).await.status, 204);
    created(&bench, json!({"name": "one"})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wishes_that_cannot_be_are_refused() {
    let bench = Bench::new().await;
    let one = format!("{PATH}/{}", created(&bench, json!({"name": "one"})).await);
    let none = "/api/organization-scopes/none";
    for (method, path, body, status, code) in [
        ("POST", PATH, json!({}), 400, "guard.invalid_input"),
        ("POST", PATH, json!({"name": ""}), 400, "guard.invalid_input"),
        ("POST", PATH, json!({"name": "x".repeat(129)}), 400, "guard.invalid_input"),
        ("PATCH", &one, json!({"name": null}), 400, "guard.invalid_input"),
        ("PATCH", &one, json!({}), 422, "entity.invalid_input"),
        ("PATCH", none, json!({"name": "a"}), 404, "entity.not_exists"),
        ("DELETE", none, Value::Null, 404, "entity.not_found"),
    ] {
        let answer = bench.request(method, path, body.clone()).await;
        assert_eq!(answer.refusal(), (status, code), "{method} {path} {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reserved_resource_knows_every_organization_scope_at_once() {
    let bench = Bench::new().await;
    let reserved = "urn:logto:resource:organizations";
    let names = || {
        let resources = bench.site.resources().unwrap();
        let names = resources.scope_names(reserved);
        names.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names(), Vec::<String>::new());
    let id = created(&bench, json!({"name": "read"})).await;
    created(&bench, json!({"name": "write"})).await;
    assert_eq!(names(), ["read", "write"]);
    let one = format!("{PATH}/{id}");
    assert_eq!(bench.request("PATCH", &one, json!({"name": "see"})).await.status, 200);
    assert_eq!(names(), ["see", "write"]);
    assert_eq!(bench.request("DELETE", &one, Value::Null).await.status, 204);
    assert_eq!(names(), ["write"]);
    assert!(bench.site.resources().unwrap().get(reserved).is_none());
}
