//! Organizations themselves.

use serde_json::{Value, json};

use super::{NOT_FOUND, each, join, organization, user};
use crate::testing::Bench;

const PATH: &str = "/api/organizations";

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_is_created_read_changed_and_deleted() {
    let bench = Bench::new().await;
    let body = json!({
        "name": "Acme",
        "customData": {"plan": "gold", "seats": 3},
        "color": {"primaryColor": "#123", "unknown": 1},
        "branding": {"logoUrl": "https://acme.example/logo.png", "favicon": ""},
        "tenantId": "other",
    });
    let answer = bench.request("POST", PATH, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let id = answer.body["id"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 12);
    let expected = json!({
        "tenantId": "default", "id": id, "name": "Acme", "description": null,
        "customData": {"plan": "gold", "seats": 3}, "isMfaRequired": false,
        "color": {"primaryColor": "#123"},
        "branding": {"logoUrl": "https://acme.example/logo.png"},
        "customCss": null, "createdAt": answer.body["createdAt"],
    });
    assert_eq!(answer.body, expected);
    let one = format!("{PATH}/{id}");
    assert_eq!(bench.get(&one).await.body, expected);
    let change = json!({"customData": {"plan": "iron"}, "isMfaRequired": true, "description": "d"});
    let changed = bench.request("PATCH", &one, change).await;
    assert_eq!((changed.status, &changed.body["customData"]), (200, &json!({"plan": "iron"})));
    assert_eq!(changed.body["isMfaRequired"], true);
    let cleared = bench.request("PATCH", &one, json!({"description": "", "color": {}})).await;
    assert_eq!((&cleared.body["description"], &cleared.body["color"]), (&Value::Null, &json!({})));
    assert_eq!(bench.request("DELETE", &one, Value::Null).await.status, 204);
    assert_eq!(bench.request("DELETE", &one, Value::Null).await.refusal(), NOT_FOUND);
    assert_eq!(bench.get(&one).await.refusal(), (404, "entity.not_exists_with_id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn wishes_that_cannot_be_are_refused() {
    let bench = Bench::new().await;
    let one = format!("{PATH}/{}", organization(&bench, "Acme").await);
    let invalid = (400, "guard.invalid_input");
    for (method, path, body, refusal) in [
        ("POST", PATH, json!({}), invalid),
        ("POST", PATH, json!({"name": ""}), invalid),
        ("POST", PATH, json!({"name": "x".repeat(129)}), invalid),
        ("POST", PATH, json!({"name": "x", "description": "x".repeat(257)}), invalid),
        ("POST", PATH, json!({"name": "x", "customData": []}), invalid),
        ("POST", PATH, json!({"name": "x", "color": {"primaryColor": "red"}}), invalid),
        ("POST", PATH, json!({"name": "x", "branding": {"logoUrl": "javascript:a"}}), invalid),
        ("PATCH", &one, json!({"name": null}), invalid),
        ("PATCH", &one, json!({}), (422, "entity.invalid_input")),
        ("PATCH", "/api/organizations/none", json!({"name": "x"}), (404, "entity.not_exists")),
    ] {
        let answer = bench.request(method, path, body.clone()).await;
        assert_eq!(answer.refusal(), refusal, "{method} {path} {body}");
    }
    assert!(bench.request("POST", PATH, json!({"name": "x".repeat(128)})).await.status == 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn organizations_are_found_by_id_and_name_and_show_who_joined_last() {
    let bench = Bench::new().await;
    let acme = organization(&bench, "Acme").await;
    organization(&bench, "Bolt 100%").await;
    let mut users = Vec::new();
    for name in ["a", "b", "c", "d"] {
        users.push(user(&bench, name).await);
        join(&bench, &acme, &[users.last().unwrap()]).await;
    }
    let found = bench.get(&format!("{PATH}?q=ACM")).await;
    assert_eq!((found.header("total-number"), each(&found, "name")), ("1", vec![json!("Acme")]));
    assert_eq!(each(&bench.get(&format!("{PATH}?q={acme}")).await, "name"), ["Acme"]);
    assert_eq!(each(&bench.get(&format!("{PATH}?q=%25")).await, "name"), ["Bolt 100%"]);
    let all = bench.get(&format!("{PATH}?page=1&page_size=1")).await;
    assert_eq!((all.header("total-number"), each(&all, "name")), ("2", vec![json!("Bolt 100%")]));
    assert_eq!(all.body[0].get("usersCount"), None);
    let shown = bench.get(&format!("{PATH}?showFeatured=true&q=acme")).await;
    assert_eq!(shown.body[0]["usersCount"], 4);
    let featured = shown.body[0]["featuredUsers"].as_array().unwrap();
    let ids: Vec<&str> = featured.iter().map(|user| user["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [&users[3], &users[2], &users[1]]);
    assert_eq!(featured[0].as_object().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_event_of_an_organization_is_written_when_nothing_differs() {
    let bench = Bench::new().await;
    let one = format!("{PATH}/{}", organization(&bench, "Acme").await);
    assert_eq!(bench.request("PATCH", &one, json!({"name": "Acme"})).await.status, 200);
    assert_eq!(bench.count("OrganizationChanged").await, 0);
}
