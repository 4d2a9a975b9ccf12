//! Machines that belong to organizations.

use serde_json::{Value, json};

use super::{
    CONSTRAINT, FOREIGN_KEY, NOT_FOUND, REQUIRE_MEMBERSHIP, created, each, machine, organization,
    role,
};
use crate::testing::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn machines_join_are_found_and_leave() {
    let bench = Bench::new().await;
    let id = organization(&bench, "Acme").await;
    let (one, two) = (machine(&bench, "One").await, machine(&bench, "Two").await);
    let path = format!("/api/organizations/{id}/applications");
    let joined = bench.request("POST", &path, json!({"applicationIds": [one, two, one]})).await;
    assert_eq!((joined.status, joined.text.as_str()), (201, ""));
    let listed = bench.get(&path).await;
    assert_eq!(
        (listed.header("total-number"), each(&listed, "name")),
        ("2", vec![json!("Two"), json!("One")])
    );
    assert_eq!(listed.body[0]["organizationRoles"], json!([]));
    assert_eq!(each(&bench.get(&format!("{path}?q=tw")).await, "name"), ["Two"]);
    let others = bench.get(&format!("/api/applications?excludeOrganizationId={id}")).await;
    assert!(!each(&others, "name").contains(&json!("One")));
    assert_eq!(bench.request("PUT", &path, json!({"applicationIds": [two]})).await.status, 204);
    let left = format!("{path}/{one}");
    assert_eq!(bench.request("DELETE", &left, Value::Null).await.refusal(), NOT_FOUND);
    let of_two = format!("/api/applications/{two}/organizations");
    assert_eq!(each(&bench.get(&of_two).await, "name"), ["Acme"]);
    assert_eq!(bench.get(&format!("{of_two}?page=2")).await.header("total-number"), "1");
    assert_eq!(bench.request("DELETE", &format!("{path}/{two}"), Value::Null).await.status, 204);
    assert_eq!(bench.get(&of_two).await.body, json!([]));
    let nowhere = bench.get("/api/applications/none/organizations").await;
    assert_eq!(nowhere.refusal(), (404, "entity.not_exists_with_id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_machines_join() {
    let bench = Bench::new().await;
    let id = organization(&bench, "Acme").await;
    let web = created(&bench, "/api/applications", json!({"name": "web", "type": "SPA"})).await;
    let path = format!("/api/organizations/{id}/applications");
    for method in ["POST", "PUT"] {
        for (ids, refusal) in [(json!([web]), CONSTRAINT), (json!(["none"]), FOREIGN_KEY)] {
            let answer = bench.request(method, &path, json!({"applicationIds": ids})).await;
            assert_eq!(answer.refusal(), refusal, "{method}");
        }
    }
    let empty = bench.request("POST", &path, json!({"applicationIds": []})).await;
    assert_eq!(empty.refusal(), (400, "guard.invalid_input"));
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_hold_machine_roles() {
    let bench = Bench::new().await;
    let id = organization(&bench, "Acme").await;
    let (one, two) = (machine(&bench, "One").await, machine(&bench, "Two").await);
    let worker = role(&bench, "worker", "MachineToMachine", &[]).await;
    let person = role(&bench, "person", "User", &[]).await;
    let path = format!("/api/organizations/{id}/applications");
    bench.request("POST", &path, json!({"applicationIds": [one]})).await;
    let all = format!("{path}/roles");
    let give = |applications: Value, role: &str| json!({"applicationIds": applications, "organizationRoleIds": [role]});
    let given = bench.request("POST", &all, give(json!([one]), &worker)).await;
    assert_eq!((given.status, given.text.as_str()), (201, ""));
    let stranger = bench.request("POST", &all, give(json!([one, two]), &worker)).await;
    assert_eq!(stranger.refusal(), FOREIGN_KEY);
    let wrong = bench.request("POST", &all, give(json!([one]), &person)).await;
    assert_eq!(wrong.refusal(), CONSTRAINT);
    let roles = format!("{path}/{one}/roles");
    assert_eq!(each(&bench.get(&roles).await, "name"), ["worker"]);
    assert_eq!(bench.get(&path).await.body[0]["organizationRoles"][0]["name"], "worker");
    for method in ["POST", "PUT"] {
        let none = bench.request(method, &roles, json!({"organizationRoleIds": []})).await;
        assert_eq!(none.refusal(), (400, "guard.invalid_input"), "{method}");
    }
    let body = json!({"organizationRoleIds": [worker]});
    assert_eq!(bench.request("PUT", &roles, body.clone()).await.status, 204);
    let other = format!("{path}/{two}/roles");
    assert_eq!(bench.request("POST", &other, body).await.refusal(), REQUIRE_MEMBERSHIP);
    let taken = bench.request("DELETE", &format!("{roles}/{worker}"), Value::Null).await;
    assert_eq!(taken.status, 204);
    let again = bench.request("DELETE", &format!("{roles}/{worker}"), Value::Null).await;
    assert_eq!(again.refusal(), NOT_FOUND);
}
