//! Users who belong to organizations.

use serde_json::{Value, json};

use super::{FOREIGN_KEY, NOT_FOUND, each, join, organization, role, user};
use crate::testing::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn users_join_once_and_are_listed_with_their_roles() {
    let bench = Bench::new().await;
    let id = organization(&bench, "Acme").await;
    let (ann, bob) = (user(&bench, "ann").await, user(&bench, "bob").await);
    let path = format!("/api/organizations/{id}/users");
    let body = json!({"userIds": [ann, bob, ann]});
    let answer = bench.request("POST", &path, body.clone()).await;
    assert_eq!((answer.status, &answer.body), (201, &body));
    assert_eq!(bench.request("POST", &path, json!({"userIds": [ann]})).await.status, 201);
    assert_eq!(bench.count("MembershipStarted").await, 2);
    let (b, a) = (role(&bench, "b", "User", &[]).await, role(&bench, "a", "User", &[]).await);
    let roles = json!({"userIds": [ann], "organizationRoleIds": [b, a]});
    let given = bench.request("POST", &format!("{path}/roles"), roles).await;
    assert_eq!((given.status, given.text.as_str()), (201, ""));
    let listed = bench.get(&path).await;
    assert_eq!(
        (listed.header("total-number"), each(&listed, "username")),
        ("2", vec![json!("bob"), json!("ann")])
    );
    assert_eq!(listed.body[0]["organizationRoles"], json!([]));
    assert_eq!(
        listed.body[1]["organizationRoles"],
        json!([{"id": a, "name": "a"}, {"id": b, "name": "b"}])
    );
    assert_eq!(listed.body[1].get("passwordDigest"), None);
    assert_eq!(each(&bench.get(&format!("{path}?q=AN")).await, "username"), ["ann"]);
    let holders = bench.get(&format!("{path}?organizationRoleId={a}")).await;
    assert_eq!(
        (holders.header("total-number"), each(&holders, "username")),
        ("1", vec![json!("ann")])
    );
    let second = bench.get(&format!("{path}?page=2&page_size=1")).await;
    assert_eq!(each(&second, "username"), ["ann"]);
    let others = bench.get(&format!("/api/users?excludeOrganizationId={id}")).await;
    assert_eq!(others.header("total-number"), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn replacing_members_keeps_the_roles_of_those_who_stay() {
    let bench = Bench::new().await;
    let id = organization(&bench, "Acme").await;
    let (ann, bob) = (user(&bench, "ann").await, user(&bench, "bob").await);
    let eve = user(&bench, "eve").await;
    join(&bench, &id, &[&ann, &bob]).await;
    let path = format!("/api/organizations/{id}/users");
    let editor = role(&bench, "editor", "User", &[]).await;
    let roles = json!({"userIds": [ann, bob], "organizationRoleIds": [editor]});
    assert_eq!(bench.request("POST", &format!("{path}/roles"), roles).await.status, 201);
    let replaced = bench.request("PUT", &path, json!({"userIds": [eve, ann]})).await;
    assert_eq!((replaced.status, replaced.text.as_str()), (204, ""));
    let listed = bench.get(&path).await;
    assert_eq!(each(&listed, "username"), ["eve", "ann"]);
    assert_eq!(listed.body[1]["organizationRoles"][0]["name"], "editor");
    assert_eq!(bench.request("PUT", &path, json!({"userIds": []})).await.status, 204);
    assert_eq!(bench.get(&path).await.header("total-number"), "0");
    join(&bench, &id, &[&bob]).await;
    let back = bench.get(&path).await;
    assert_eq!(back.body[0]["organizationRoles"], json!([]), "former roles do not come back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_list_lets_nobody_join() {
    let bench = Bench::new().await;
    let id = organization(&bench, "Acme").await;
    let ann = user(&bench, "ann").await;
    let path = format!("/api/organizations/{id}/users");
    for method in ["POST", "PUT"] {
        let unknown = bench.request(method, &path, json!({"userIds": [ann, "nobody000000"]})).await;
        assert_eq!(unknown.refusal(), FOREIGN_KEY, "{method}");
    }
    assert_eq!(bench.get(&path).await.header("total-number"), "0");
    let empty = bench.request("POST", &path, json!({"userIds": []})).await;
    assert_eq!(empty.refusal(), (400, "guard.invalid_input"));
    let body = json!({"userIds": [ann]});
    let nowhere = bench.request("POST", "/api/organizations/none/users", body).await;
    assert_eq!(nowhere.refusal(), FOREIGN_KEY);
    let nowhere = bench.get("/api/organizations/none/users").await;
    assert_eq!(nowhere.refusal(), (404, "entity.not_exists_with_id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_leaves_once() {
    let bench = Bench::new().await;
    let id = organization(&bench, "Acme").await;
    let ann = user(&bench, "ann").await;
    join(&bench, &id, &[&ann]).await;
    let one = format!("/api/organizations/{id}/users/{ann}");
    assert_eq!(bench.request("DELETE", &one, Value::Null).await.status, 204);
    assert_eq!(bench.request("DELETE", &one, Value::Null).await.refusal(), NOT_FOUND);
    assert_eq!(bench.count("MembershipEnded").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_gone_belongs_to_nothing() {
    let bench = Bench::new().await;
    let (one, two) = (organization(&bench, "One").await, organization(&bench, "Two").await);
    let (ann, bob) = (user(&bench, "ann").await, user(&bench, "bob").await);
    for id in [&one, &two] {
        join(&bench, id, &[&ann, &bob]).await;
    }
    let of_ann = format!("/api/users/{ann}/organizations");
    assert_eq!(each(&bench.get(&of_ann).await, "name"), ["One", "Two"]);
    let path = format!("/api/organizations/{one}");
    assert_eq!(bench.request("DELETE", &path, Value::Null).await.status, 204);
    assert_eq!(each(&bench.get(&of_ann).await, "name"), ["Two"]);
    let member = format!("/api/organizations/{one}/users/{ann}");
    assert_eq!(bench.request("DELETE", &member, Value::Null).await.refusal(), NOT_FOUND);
    let deleted = bench.request("DELETE", &format!("/api/users/{bob}"), Value::Null).await;
    assert_eq!(deleted.status, 204);
    let members = bench.get(&format!("/api/organizations/{two}/users")).await;
    assert_eq!(each(&members, "username"), ["ann"]);
    let of_bob = bench.get(&format!("/api/users/{bob}/organizations")).await;
    assert_eq!(of_bob.refusal(), NOT_FOUND);
    let shown = bench.get("/api/organizations?showFeatured=1").await;
    assert_eq!(shown.body[0]["usersCount"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_members_than_fit_one_commit_leave_with_one_request() {
    let bench = Bench::new().await;
    let id = organization(&bench, "Acme").await;
    let mut users = Vec::new();
    for number in 0..6 {
        users.push(user(&bench, &format!("u{number}")).await);
    }
    let all: Vec<&str> = users.iter().map(String::as_str).collect();
    join(&bench, &id, &all).await;
    let path = format!("/api/organizations/{id}/users");
    let kept = bench.request("PUT", &path, json!({"userIds": [users[1]]})).await;
    assert_eq!(kept.status, 204);
    assert_eq!(each(&bench.get(&path).await, "username"), ["u1"]);
    assert_eq!(bench.count("MembershipEnded").await, 5);
}
