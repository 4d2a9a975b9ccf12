//! Organization roles through the router.

use serde_json::{Value, json};

use crate::testing::Bench;

const PATH: &str = "/api/organization-roles";

async fn created(bench: &Bench, body: Value) -> String {
    let answer = bench.request("POST", PATH, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.body["id"].as_str().unwrap().to_owned()
}

async fn scope(bench: &Bench, name: &str) -> String {
    let body = json!({"name": "API", "indicator": format!("urn:{name}")});
    let resource = bench.request("POST", "/api/resources", body).await;
    let path = format!("/api/resources/{}/scopes", resource.body["id"].as_str().unwrap());
    let scope = bench.request("POST", &path, json!({"name": name})).await;
    scope.body["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn q_finds_text_anywhere_whatever_the_case_and_counts_what_it_found() {
    let bench = Bench::new().await;
    created(&bench, json!({"name": "Editor"})).await;
    created(&bench, json!({"name": "Viewer", "description": "reads 100% of it"})).await;
    let names = |answer: &crate::testing::Answer| {
        let names = answer.body.as_array().unwrap().iter().map(|role| role["name"].clone());
        names.collect::<Vec<Value>>()
    };
    let found = bench.get(&format!("{PATH}?q=EDIT")).await;
    assert_eq!((found.header("total-number"), names(&found)), ("1", vec![json!("Editor")]));
    let literal = bench.get(&format!("{PATH}?q=100%25")).await;
    assert_eq!(names(&literal), ["Viewer"]);
    assert_eq!(bench.get(&format!("{PATH}?q=%25")).await.header("total-number"), "1");
    let all = bench.get(&format!("{PATH}?q=&page=1&page_size=1")).await;
    assert_eq!((all.header("total-number"), names(&all)), ("2", vec![json!("Viewer")]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_role_shows_what_it_permits() {
    let bench = Bench::new().await;
    let scope = scope(&bench, "read").await;
    let body = json!({"name": "Reader", "type": "MachineToMachine", "resourceScopeIds": [scope]});
    let id = created(&bench, body).await;
    let listed = bench.get(PATH).await;
    assert_eq!(listed.body[0]["scopes"], json!([]));
    assert_eq!(listed.body[0]["resourceScopes"][0]["name"], "read");
    assert_eq!(listed.body[0]["resourceScopes"][0]["resource"]["name"], "API");
    let read = bench.get(&format!("{PATH}/{id}")).await;
    assert_eq!((&read.body["type"], read.body.get("scopes")), (&json!("MachineToMachine"), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_belongs_to_one_role_until_it_lets_go() {
    let bench = Bench::new().await;
    let one = format!("{PATH}/{}", created(&bench, json!({"name": "one"})).await);
    let two = format!("{PATH}/{}", created(&bench, json!({"name": "two"})).await);
    let taken = (422, "entity.unique_integrity_violation");
    let answer = bench.request("POST", PATH, json!({"name": "one"})).await;
    assert_eq!(answer.refusal(), taken);
    let answer = bench.request("PATCH", &two, json!({"name": "one"})).await;
    assert_eq!(answer.refusal(), taken);
    let renamed = bench.request("PATCH", &one, json!({"name": "first", "description": ""})).await;
    assert_eq!((renamed.status, &renamed.body["description"]), (200, &Value::Null));
    assert_eq!(bench.request("PATCH", &two, json!({"name": "one"})).await.status, 200);
    assert_eq!(bench.request("DELETE", &two, Value::Null).await.status, 204);
    created(&bench, json!({"name": "one"})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wishes_that_cannot_be_are_refused() {
    let bench = Bench::new().await;
    let one = format!("{PATH}/{}", created(&bench, json!({"name": "one"})).await);
    let unknown = "entity.relation_foreign_key_not_found";
    for (method, path, body, status, code) in [
        ("POST", PATH, json!({}), 400, "guard.invalid_input"),
        ("POST", PATH, json!({"name": "x", "type": "Other"}), 400, "guard.invalid_input"),
        ("POST", PATH, json!({"name": "x".repeat(129)}), 400, "guard.invalid_input"),
        ("POST", PATH, json!({"name": "x", "organizationScopeIds": ["a"]}), 422, unknown),
        (
            "POST",
            PATH,
            json!({"name": "x", "organizationScopeIds": [""]}),
            400,
            "guard.invalid_input",
        ),
        ("POST", PATH, json!({"name": "x", "resourceScopeIds": ["none"]}), 422, unknown),
        ("PATCH", &one, json!({}), 422, "entity.invalid_input"),
        ("PATCH", "/api/organization-roles/none", json!({"name": "a"}), 404, "entity.not_exists"),
        ("GET", "/api/organization-roles/none", Value::Null, 404, "entity.not_exists_with_id"),
        ("DELETE", "/api/organization-roles/none", Value::Null, 404, "entity.not_found"),
    ] {
        let answer = bench.request(method, path, body.clone()).await;
        assert_eq!(answer.refusal(), (status, code), "{method} {path} {body}");
    }
    let kept = bench.request("POST", PATH, json!({"name": "x"})).await;
    assert_eq!(kept.status, 201, "a refused role reserves no name");
}

#[tokio::test(flavor = "multi_thread")]
async fn resource_scopes_are_added_replaced_and_removed() {
    let bench = Bench::new().await;
    let (read, write) = (scope(&bench, "read").await, scope(&bench, "write").await);
    let id = created(&bench, json!({"name": "one"})).await;
    let path = format!("{PATH}/{id}/resource-scopes");
    let add = bench.request("POST", &path, json!({"scopeIds": [read, read]})).await;
    assert_eq!((add.status, add.text.as_str()), (201, ""));
    assert_eq!(bench.request("POST", &path, json!({"scopeIds": [read, write]})).await.status, 201);
    let listed = bench.get(&path).await;
    assert_eq!(listed.body.as_array().unwrap().len(), 2);
    let page = bench.get(&format!("{path}?page=2&page_size=1")).await;
    assert_eq!((page.header("total-number"), page.body.as_array().unwrap().len()), ("2", 1));
    assert_eq!(bench.request("PUT", &path, json!({"scopeIds": [write]})).await.status, 204);
    let one = format!("{path}/{write}");
    assert_eq!(bench.request("DELETE", &one, Value::Null).await.status, 204);
    assert_eq!(
        bench.request("DELETE", &one, Value::Null).await.refusal(),
        (404, "entity.not_found")
    );
    for (method, body, status, code) in [
        ("POST", json!({"scopeIds": []}), 400, "guard.invalid_input"),
        ("POST", json!({"scopeIds": ["none"]}), 422, "entity.relation_foreign_key_not_found"),
        ("PUT", json!({"scopeIds": 1}), 400, "guard.invalid_input"),
    ] {
        let answer = bench.request(method, &path, body.clone()).await;
        assert_eq!(answer.refusal(), (status, code), "{method} {body}");
    }
    let none = bench.get("/api/organization-roles/none/resource-scopes").await;
    assert_eq!(none.refusal(), (404, "entity.not_exists_with_id"));
}

async fn organization_scope(bench: &Bench, name: &str) -> String {
    let answer = bench.request("POST", "/api/organization-scopes", json!({"name": name})).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.body["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_created_with_all_its_scopes_or_not_at_all() {
    let bench = Bench::new().await;
    let (read, write) =
        (organization_scope(&bench, "r").await, organization_scope(&bench, "w").await);
    let api = scope(&bench, "api").await;
    let body = |scope: &str| {
        json!({
            "name": "one",
            "organizationScopeIds": [write, read, scope],
            "resourceScopeIds": [api],
        })
    };
    let refused = bench.request("POST", PATH, body("none")).await;
    assert_eq!(refused.refusal(), (422, "entity.relation_foreign_key_not_found"));
    assert_eq!(bench.count("OrganizationRoleCreated").await, 0);
    let answer = bench.request("POST", PATH, body(&write)).await;
    assert_eq!((answer.status, answer.body.get("scopes")), (201, None));
    let listed = bench.get(PATH).await;
    assert_eq!(
        listed.body[0]["scopes"],
        json!([{"id": write, "name": "w"}, {"id": read, "name": "r"}])
    );
    assert_eq!(listed.body[0]["resourceScopes"][0]["name"], "api");
}

#[tokio::test(flavor = "multi_thread")]
async fn organization_scopes_are_added_replaced_and_removed() {
    let bench = Bench::new().await;
    let (read, write) =
        (organization_scope(&bench, "r").await, organization_scope(&bench, "w").await);
    let id = created(&bench, json!({"name": "one"})).await;
    let path = format!("{PATH}/{id}/scopes");
    let body = |ids: &[&str]| json!({ "organizationScopeIds": ids });
    let add = bench.request("POST", &path, body(&[&read, &read])).await;
    assert_eq!((add.status, add.text.as_str()), (201, ""));
    assert_eq!(bench.request("POST", &path, body(&[&read, &write])).await.status, 201);
    let listed = bench.get(&path).await;
    assert_eq!((listed.body[0]["name"].clone(), listed.header("total-number")), (json!("r"), ""));
    let page = bench.get(&format!("{path}?page=2&page_size=1")).await;
    assert_eq!((page.header("total-number"), &page.body[0]["name"]), ("2", &json!("w")));
    assert_eq!(bench.request("PUT", &path, body(&[&write])).await.status, 204);
    assert_eq!(bench.get(&path).await.body.as_array().unwrap().len(), 1);
    let one = format!("{path}/{write}");
    assert_eq!(bench.request("DELETE", &one, Value::Null).await.status, 204);
    let again = bench.request("DELETE", &one, Value::Null).await;
    assert_eq!(again.refusal(), (404, "entity.not_found"));
    for (method, body, status, code) in [
        ("POST", body(&[]), 400, "guard.invalid_input"),
        ("POST", body(&["none"]), 422, "entity.relation_foreign_key_not_found"),
        ("PUT", body(&["none"]), 422, "entity.relation_foreign_key_not_found"),
    ] {
        let answer = bench.request(method, &path, body.clone()).await;
        assert_eq!(answer.refusal(), (status, code), "{method} {body}");
    }
    let none = bench.get("/api/organization-roles/none/scopes").await;
    assert_eq!(none.refusal(), (404, "entity.not_exists_with_id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_scope_is_permitted_by_no_role() {
    let bench = Bench::new().await;
    let read = organization_scope(&bench, "r").await;
    let id = created(&bench, json!({"name": "one", "organizationScopeIds": [read]})).await;
    let path = format!("{PATH}/{id}/scopes");
    let scope = format!("/api/organization-scopes/{read}");
    assert_eq!(bench.request("DELETE", &scope, Value::Null).await.status, 204);
    assert_eq!(bench.get(&path).await.body, json!([]));
    let gone = bench.request("DELETE", &format!("{path}/{read}"), Value::Null).await;
    assert_eq!(gone.refusal(), (404, "entity.not_found"));
}
