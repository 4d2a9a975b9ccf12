//! Roles themselves.

use events::StreamName;
use serde_json::json;

use super::{id, role};
use crate::testing::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_created_and_read() {
    let bench = Bench::new().await;
    let body = json!({"name": "reader", "description": "reads"});
    let created = bench.request("POST", "/api/roles", body).await;
    assert_eq!(created.status, 200, "{}", created.text);
    let id = id(created.body.clone());
    assert_eq!(id.len(), 21);
    let expected = json!({"tenantId": "default", "id": id, "name": "reader",
        "description": "reads", "type": "User", "isDefault": false});
    assert_eq!(created.body, expected);
    assert_eq!(bench.get(&format!("/api/roles/{id}")).await.body, expected);
    let stream = StreamName::role(bench.site.tenant(), &id.parse().unwrap());
    assert_eq!(bench.event_types(&stream).await, ["RoleCreated.v1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_cannot_be_is_refused_and_leaves_nothing_behind() {
    let bench = Bench::new().await;
    role(&bench, "taken", "User").await;
    let body = |name: &str, more: serde_json::Value| {
        let mut body = json!({"name": name, "description": "d"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let management = "role.management_api_scopes_not_assignable_to_user_role";
    for (body, status, code) in [
        (json!({}), 400, "guard.invalid_input"),
        (json!({"name": "a"}), 400, "guard.invalid_input"),
        (body("", json!({})), 400, "guard.invalid_input"),
        (body(&"a".repeat(129), json!({})), 400, "guard.invalid_input"),
        (body("a", json!({"description": ""})), 400, "guard.invalid_input"),
        (body("a", json!({"type": "Robot"})), 400, "guard.invalid_input"),
        (body("a", json!({"isDefault": "yes"})), 400, "guard.invalid_input"),
        (body("a", json!({"scopeIds": [""]})), 400, "guard.invalid_input"),
        (body("a", json!({"scopeIds": ["nothing"]})), 404, "entity.not_exists_with_id"),
        (body("a", json!({"scopeIds": ["management-api-all"]})), 400, management),
        (body("taken", json!({})), 422, "role.name_in_use"),
        (body("Logto Management API access", json!({})), 422, "role.name_in_use"),
        (body("#internal:a", json!({})), 403, "role.internal_role_violation"),
    ] {
        let answer = bench.request("POST", "/api/roles", body.clone()).await;
        assert_eq!(answer.refusal(), (status, code), "{body}");
    }
    assert_eq!(bench.get("/api/roles?search.name=a").await.header("total-number"), "0");
    role(&bench, "a", "User").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_role_may_open_the_management_api() {
    let bench = Bench::new().await;
    let body = json!({"name": "m", "description": "d", "type": "MachineToMachine",
        "scopeIds": ["management-api-all"]});
    let created = bench.request("POST", "/api/roles", body).await;
    assert_eq!((created.status, &created.body["type"]), (200, &json!("MachineToMachine")));
    let path = format!("/api/roles/{}/scopes", id(created.body));
    assert_eq!(bench.get(&path).await.body[0]["name"], "all");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_changes_and_its_former_name_is_free() {
    let bench = Bench::new().await;
    let path = format!("/api/roles/{}", role(&bench, "old", "User").await);
    role(&bench, "taken", "User").await;
    for (body, status, code) in [
        (json!({}), 422, "entity.invalid_input"),
        (json!({"name": null}), 400, "guard.invalid_input"),
        (json!({"name": ""}), 400, "guard.invalid_input"),
        (json!({"name": "taken"}), 422, "role.name_in_use"),
        (json!({"name": "#internal:a"}), 403, "role.internal_role_violation"),
    ] {
        assert_eq!(bench.request("PATCH", &path, body).await.refusal(), (status, code));
    }
    let body = json!({"name": "new", "isDefault": true, "type": "MachineToMachine"});
    let changed = bench.request("PATCH", &path, body).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!((&changed.body["name"], &changed.body["type"]), (&json!("new"), &json!("User")));
    assert_eq!(bench.get(&path).await.body, changed.body);
    role(&bench, "old", "User").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_role_is_gone_from_its_holders_and_its_name_is_free() {
    let bench = Bench::new().await;
    let role_id = role(&bench, "a", "User").await;
    let user = id(bench.request("POST", "/api/users", json!({})).await.body);
    let path = format!("/api/roles/{role_id}");
    bench.request("POST", &format!("{path}/users"), json!({"userIds": [user]})).await;
    assert_eq!(bench.request("DELETE", &path, json!(null)).await.status, 204);
    assert_eq!(bench.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
    assert_eq!(bench.get(&format!("/api/users/{user}/roles")).await.header("total-number"), "0");
    let hold = format!("/api/users/{user}/roles/{role_id}");
    let taken = bench.request("DELETE", &hold, json!(null)).await;
    assert_eq!(taken.refusal(), (404, "entity.not_found"));
    role(&bench, "a", "User").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_want_a_name_at_once_one_gets_it() {
    let bench = std::sync::Arc::new(Bench::new().await);
    let wishes = (0..8).map(|_| {
        let bench = bench.clone();
        tokio::spawn(async move {
            let body = json!({"name": "a", "description": "d"});
            bench.request("POST", "/api/roles", body).await.status
        })
    });
    let mut statuses = Vec::new();
    for wish in wishes.collect::<Vec<_>>() {
        statuses.push(wish.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422, 422, 422, 422, 422, 422, 422]);
    assert_eq!(bench.get("/api/roles?search.name=a").await.header("total-number"), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_listed_with_their_holders_and_filtered() {
    let bench = Bench::new().await;
    let reader = role(&bench, "reader", "User").await;
    role(&bench, "robot", "MachineToMachine").await;
    let user = json!({"name": "Tom", "avatar": "https://a.b/"});
    let user = id(bench.request("POST", "/api/users", user).await.body);
    let body = json!({"userIds": [user]});
    bench.request("POST", &format!("/api/roles/{reader}/users"), body).await;
    let found = bench.get("/api/roles?search.name=reader").await;
    let expected = json!([{"tenantId": "default", "id": reader, "name": "reader",
        "description": "d", "type": "User", "isDefault": false, "usersCount": 1,
        "featuredUsers": [{"id": user, "avatar": "https://a.b/", "name": "Tom"}],
        "applicationsCount": 0, "featuredApplications": []}]);
    assert_eq!(found.body, expected);
    for (query, total) in [
        ("type=User".to_owned(), "1"),
        ("type=MachineToMachine".to_owned(), "2"),
        (format!("excludeUserId={user}&type=User"), "0"),
        ("excludeApplicationId=no%20id".to_owned(), "3"),
        ("search=rea%25".to_owned(), "1"),
    ] {
        let answer = bench.get(&format!("/api/roles?{query}")).await;
        assert_eq!(answer.header("total-number"), total, "{query}");
    }
    assert_eq!(bench.get("/api/roles?type=x").await.refusal(), (400, "guard.invalid_input"));
    let wrong = bench.get("/api/roles?search.type=x").await;
    assert_eq!(wrong.refusal(), (400, "request.invalid_input"));
}
