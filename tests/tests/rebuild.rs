//! A view can be thrown away: built again from the log it gives the same answers.

use std::fs;

use e2e::{
    browser::{Browser, Login},
    evident::Server,
    management::Management,
    relying_party::RelyingParty,
};
use serde_json::{Value, json};

/// A tenant with something in every view; gives the questions to ask.
async fn populate(server: &Server, management: &Management) -> (Vec<String>, String) {
    let post =
        |path: String, body: Value| async move { management.create(&path, &body).await.unwrap() };
    let resource = json!({ "name": "Orders", "indicator": "https://orders.example" });
    let resource = post("/api/resources".into(), resource).await;
    let scopes = format!("/api/resources/{resource}/scopes");
    let scope = post(scopes.clone(), json!({ "name": "read:orders" })).await;
    let role = json!({ "name": "clerk", "description": "Reads", "scopeIds": [scope] });
    let role = post("/api/roles".into(), role).await;
    post("/api/organization-roles".into(), json!({ "name": "editor", "description": "E" })).await;
    let mut users = Vec::new();
    for number in 0..20 {
        let user = json!({
            "username": format!("user_{number}"),
            "name": format!("User {number}"),
            "primaryEmail": format!("user{number}@shop.example"),
            "password": "a right password",
            "profile": { "nickname": format!("n{number}") },
        });
        users.push(post("/api/users".into(), user).await);
    }
    let given = format!("/api/users/{}/roles", users[0]);
    management.http.post(&given, &json!({ "roleIds": [role] })).await.unwrap().expect(201).unwrap();
    let changed = format!("/api/users/{}", users[1]);
    management.http.patch(&changed, &json!({ "name": null })).await.unwrap().expect(200).unwrap();
    let gone = format!("/api/users/{}", users[2]);
    management.http.delete(&gone).await.unwrap().expect(204).unwrap();
    let suspended = format!("/api/users/{}/is-suspended", users[3]);
    let body = json!({ "isSuspended": true });
    management.http.patch(&suspended, &body).await.unwrap().expect(200).unwrap();

    let party = RelyingParty::register(management, "SPA").await.unwrap();
    let browser = Browser::new(&server.endpoint()).unwrap();
    let login = Login::new("user_0", "a right password");
    let request = party.request().with("scope", "openid offline_access profile email roles");
    let code = browser.authorize(&request, login).await.unwrap().code().unwrap();
    let tokens = party.redeem(&server.http().unwrap(), &code).await.unwrap().expect(200).unwrap();
    let questions = [
        "/api/users?page_size=100".to_owned(),
        "/api/users?search=%25user1%25".to_owned(),
        format!("/api/users/{}?includePasswordHash=true", users[0]),
        format!("/api/users/{}", users[2]),
        format!("/api/users/{}/roles", users[0]),
        "/api/applications".to_owned(),
        format!("/api/applications/{}", party.client_id),
        "/api/resources?includeScopes=true".to_owned(),
        "/api/roles".to_owned(),
        format!("/api/roles/{role}/scopes"),
        "/api/organization-roles?q=edit".to_owned(),
        "/api/configs/oidc/private-keys".to_owned(),
        "/api/sign-in-exp".to_owned(),
        "/api/logs?page_size=100".to_owned(),
        "/oidc/jwks".to_owned(),
    ];
    (questions.into(), tokens["access_token"].as_str().unwrap().to_owned())
}

async fn answers(
    management: &Management,
    questions: &[String],
    token: &str,
) -> Vec<(String, u16, Value)> {
    let mut answers = Vec::new();
    for question in questions {
        let answer = management.http.get(question).await.unwrap();
        answers.push((question.clone(), answer.status, answer.json()));
    }
    let me = management.http.bearer(token).get("/oidc/me").await.unwrap();
    answers.push(("/oidc/me".to_owned(), me.status, me.json()));
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn views_that_were_deleted_give_the_same_answers_again() {
    let mut server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let (questions, token) = populate(&server, &management).await;
    let before = answers(&management, &questions, &token).await;
    assert_eq!(before.last().unwrap().1, 200, "{before:?}");

    server.restart().await.unwrap();
    assert_eq!(answers(&management, &questions, &token).await, before, "after a restart");

    server.stop().await.unwrap();
    let views = server.data_folder().join("views");
    assert!(fs::read_dir(&views).unwrap().count() > 0, "there are no views to delete");
    fs::remove_dir_all(&views).unwrap();
    server.start_again().await.unwrap();
    assert_eq!(answers(&management, &questions, &token).await, before, "after a rebuild");

    server.stop().await.unwrap();
    server.verify().unwrap();
}
