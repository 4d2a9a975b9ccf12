//! Users and applications that hold a role.

use serde_json::json;

use super::{id, role};
use crate::testing::Bench;

async fn application(bench: &Bench, application_type: &str) -> String {
    let body = json!({"name": "app", "type": application_type});
    id(bench.request("POST", "/api/applications", body).await.body)
}

#[tokio::test(flavor = "multi_thread")]
async fn users_get_a_role_all_or_none() {
    let bench = Bench::new().await;
    let path = format!("/api/roles/{}/users", role(&bench, "a", "User").await);
    let tom = id(bench.request("POST", "/api/users", json!({"username": "tom"})).await.body);
    let kim = id(bench.request("POST", "/api/users", json!({"username": "kim"})).await.body);
    let given = bench.request("POST", &path, json!({"userIds": [tom]})).await;
    assert_eq!((given.status, given.text.as_str()), (201, ""));
    for (ids, status, code) in [
        (json!([]), 400, "guard.invalid_input"),
        (json!([""]), 400, "guard.invalid_input"),
        (json!([kim, "nobody"]), 404, "entity.not_found"),
        (json!([kim, tom]), 422, "role.user_exists"),
    ] {
        let answer = bench.request("POST", &path, json!({"userIds": ids})).await;
        assert_eq!(answer.refusal(), (status, code), "{ids}");
    }
    let held = bench.get(&path).await;
    assert_eq!((held.header("total-number"), &held.body[0]["username"]), ("1", &json!("tom")));
    assert_eq!(bench.get(&format!("{path}?search=k%25")).await.header("total-number"), "0");
    let taken = bench.request("DELETE", &format!("{path}/{tom}"), json!(null)).await;
    assert_eq!(taken.status, 204);
    let again = bench.request("DELETE", &format!("{path}/{tom}"), json!(null)).await;
    assert_eq!(again.refusal(), (404, "entity.not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_given_to_holders_of_its_type_only() {
    let bench = Bench::new().await;
    let user = id(bench.request("POST", "/api/users", json!({})).await.body);
    let machine = application(&bench, "MachineToMachine").await;
    let robots = role(&bench, "m", "MachineToMachine").await;
    let people = role(&bench, "p", "User").await;
    let users = format!("/api/roles/{robots}/users");
    let answer = bench.request("POST", &users, json!({"userIds": [user]})).await;
    assert_eq!(answer.refusal(), (422, "entity.db_constraint_violated"));
    let applications = format!("/api/roles/{people}/applications");
    let body = json!({"applicationIds": [machine]});
    let answer = bench.request("POST", &applications, body).await;
    assert_eq!(answer.refusal(), (422, "entity.db_constraint_violated"));
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_get_a_role_all_or_none() {
    let bench = Bench::new().await;
    let role = role(&bench, "m", "MachineToMachine").await;
    let path = format!("/api/roles/{role}/applications");
    let machine = application(&bench, "MachineToMachine").await;
    let other = application(&bench, "MachineToMachine").await;
    let web = application(&bench, "Traditional").await;
    let given = bench.request("POST", &path, json!({"applicationIds": [machine]})).await;
    assert_eq!((given.status, given.text.as_str()), (201, ""));
    for (ids, status, code) in [
        (json!([]), 400, "guard.invalid_input"),
        (json!([other, "nothing"]), 404, "entity.not_exists_with_id"),
        (json!([other, web]), 422, "application.invalid_type"),
        (json!([other, machine]), 422, "role.application_exists"),
    ] {
        let answer = bench.request("POST", &path, json!({"applicationIds": ids})).await;
        assert_eq!(answer.refusal(), (status, code), "{ids}");
    }
    let held = bench.get(&path).await;
    assert_eq!(held.header("total-number"), "1");
    assert_eq!(held.body[0]["id"], json!(machine));
    let listed = bench.get("/api/roles?search.name=m").await.body;
    assert_eq!(listed[0]["applicationsCount"], 1);
    assert_eq!(listed[0]["featuredApplications"][0]["type"], "MachineToMachine");
    let taken = bench.request("DELETE", &format!("{path}/{machine}"), json!(null)).await;
    assert_eq!(taken.status, 204);
    let again = bench.request("DELETE", &format!("{path}/{machine}"), json!(null)).await;
    assert_eq!(again.refusal(), (404, "entity.not_found"));
}
