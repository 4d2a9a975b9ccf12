//! Resources and scopes through the router.

use serde_json::{Value, json};

use crate::testing::Bench;

const API: &str = "https://api.example.com";

async fn created(bench: &Bench, indicator: &str) -> String {
    let body = json!({"name": "API", "indicator": indicator});
    let answer = bench.request("POST", "/api/resources", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.body["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_resource_is_read_back_at_once() {
    let bench = Bench::new().await;
    let body = json!({"name": "API", "indicator": API, "isDefault": true});
    let made = bench.request("POST", "/api/resources", body).await;
    assert_eq!((made.status, &made.body["accessTokenTtl"]), (201, &json!(3600)));
    assert_eq!((&made.body["isDefault"], &made.body["scopes"]), (&json!(false), &json!([])));
    let read = bench.get(&format!("/api/resources/{}", made.body["id"].as_str().unwrap())).await;
    assert_eq!((read.status, &read.body["indicator"]), (200, &json!(API)));
    assert!(read.body.get("scopes").is_none());
    let all = bench.get("/api/resources?includeScopes=true").await;
    assert_eq!(all.body.as_array().unwrap().len(), 2);
    assert_eq!(all.body[1]["scopes"][0]["name"], "all");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_is_an_absolute_uri_that_nobody_else_has() {
    let bench = Bench::new().await;
    for wrong in ["", "api", "//host/api", "https://", "https://a/#b", "https://a b"] {
        let body = json!({"name": "API", "indicator": wrong});
        let answer = bench.request("POST", "/api/resources", body).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"), "{wrong}");
        assert_eq!(answer.body["data"]["issues"][0]["path"], json!(["indicator"]));
    }
    let path = format!("/api/resources/{}", created(&bench, API).await);
    let management = bench.site.management_indicator();
    for taken in [API, "urn:logto:resource:organizations", management] {
        let body = json!({"name": "API", "indicator": taken});
        let answer = bench.request("POST", "/api/resources", body).await;
        assert_eq!(answer.refusal(), (422, "resource.resource_identifier_in_use"), "{taken}");
    }
    assert_eq!(bench.request("DELETE", &path, Value::Null).await.status, 204);
    created(&bench, API).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn name_and_lifetime_change_and_the_indicator_does_not() {
    let bench = Bench::new().await;
    let path = format!("/api/resources/{}", created(&bench, API).await);
    let body = json!({"name": "New", "accessTokenTtl": 60, "indicator": "https://other"});
    let changed = bench.request("PATCH", &path, body).await;
    assert_eq!(
        (&changed.body["name"], &changed.body["accessTokenTtl"]),
        (&json!("New"), &json!(60))
    );
    assert_eq!(changed.body["indicator"], API);
    for (body, status, code) in [
        (json!({}), 422, "entity.invalid_input"),
        (json!({"name": 1}), 400, "guard.invalid_input"),
        (json!({"accessTokenTtl": 0}), 400, "guard.invalid_input"),
        (json!({"accessTokenTtl": "1"}), 400, "guard.invalid_input"),
    ] {
        let answer = bench.request("PATCH", &path, body.clone()).await;
        assert_eq!(answer.refusal(), (status, code), "{body}");
    }
    let absent = bench.request("PATCH", "/api/resources/none", json!({"name": "A"})).await;
    assert_eq!(absent.refusal(), (404, "entity.not_exists_with_id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_one_resource_is_the_default() {
    let bench = Bench::new().await;
    let (one, two) = (created(&bench, API).await, created(&bench, "urn:two").await);
    for id in [&one, &two] {
        let path = format!("/api/resources/{id}/is-default");
        let chosen = bench.request("PATCH", &path, json!({"isDefault": true})).await;
        assert_eq!((chosen.status, &chosen.body["isDefault"]), (200, &json!(true)));
    }
    let path = format!("/api/resources/{one}");
    assert_eq!(bench.get(&path).await.body["isDefault"], false);
    assert_eq!(bench.site.resources().unwrap().default().unwrap().indicator, "urn:two");
    let path = format!("/api/resources/{two}");
    assert_eq!(bench.request("DELETE", &path, Value::Null).await.status, 204);
    assert!(bench.site.resources().unwrap().default().is_none());
    let absent =
        bench.request("PATCH", "/api/resources/none/is-default", json!({"isDefault": true})).await;
    assert_eq!(absent.refusal(), (404, "entity.not_exists_with_id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_management_api_is_not_for_administrators_to_change() {
    let bench = Bench::new().await;
    let path = "/api/resources/management-api";
    let scope = format!("{path}/scopes/management-api-all");
    for (method, path, body, code) in [
        ("PATCH", path, json!({"name": "x"}), "resource.cannot_modify_management_api"),
        ("DELETE", path, Value::Null, "resource.cannot_delete_management_api"),
        (
            "POST",
            "/api/resources/management-api/scopes",
            json!({"name": "x"}),
            "resource.cannot_modify_management_api",
        ),
        ("PATCH", &scope, json!({"name": "x"}), "resource.cannot_modify_management_api"),
        ("DELETE", &scope, Value::Null, "resource.cannot_modify_management_api"),
    ] {
        let answer = bench.request(method, path, body).await;
        assert_eq!(answer.refusal(), (400, code), "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_are_created_changed_found_and_deleted() {
    let bench = Bench::new().await;
    let path = format!("/api/resources/{}/scopes", created(&bench, API).await);
    let made = bench.request("POST", &path, json!({"name": "read", "description": "d"})).await;
    assert_eq!((made.status, &made.body["description"]), (201, &json!("d")));
    bench.request("POST", &path, json!({"name": "write"})).await;
    let listed = bench.get(&format!("{path}?search=re%25")).await;
    assert_eq!((listed.header("total-number"), &listed.body[0]["name"]), ("1", &json!("read")));
    let one = format!("{path}/{}", made.body["id"].as_str().unwrap());
    let changed = bench.request("PATCH", &one, json!({"description": null})).await;
    assert_eq!((changed.status, &changed.body["description"]), (200, &Value::Null));
    for (method, path, body, status, code) in [
        ("POST", &path, json!({"name": "read"}), 422, "scope.name_exists"),
        ("POST", &path, json!({"name": "a b"}), 400, "scope.name_with_space"),
        ("POST", &path, json!({"name": ""}), 400, "guard.invalid_input"),
        ("POST", &path, json!({}), 400, "guard.invalid_input"),
        ("PATCH", &one, json!({"name": "write"}), 422, "scope.name_exists"),
        ("PATCH", &one, json!({}), 422, "entity.invalid_input"),
    ] {
        let answer = bench.request(method, path, body.clone()).await;
        assert_eq!(answer.refusal(), (status, code), "{method} {body}");
    }
    assert_eq!(bench.request("DELETE", &one, Value::Null).await.status, 204);
    let gone = bench.request("DELETE", &one, Value::Null).await;
    assert_eq!(gone.refusal(), (404, "entity.not_found"));
    let gone = bench.request("PATCH", &one, json!({"name": "x"})).await;
    assert_eq!(gone.refusal(), (404, "entity.not_exists"));
    let none = bench.get("/api/resources/none/scopes").await;
    assert_eq!((none.status, none.header("total-number")), (200, "0"));
    let absent = bench.request("POST", "/api/resources/none/scopes", json!({"name": "x"})).await;
    assert_eq!(absent.refusal(), (404, "entity.not_exists_with_id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_racers_for_an_indicator_one_wins() {
    let bench = Bench::new().await;
    let body = json!({"name": "API", "indicator": API});
    let race = |_| bench.request("POST", "/api/resources", body.clone());
    let (one, two, three) = tokio::join!(race(1), race(2), race(3));
    let won = [one, two, three].iter().filter(|answer| answer.status == 201).count();
    assert_eq!(won, 1);
}
