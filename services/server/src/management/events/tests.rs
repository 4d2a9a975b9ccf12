//! The log for people through the router.

use events::TenantId;
use serde_json::{Value, json};

use crate::{
    bootstrap,
    testing::{Answer, Bench, NOW},
};

fn types(answer: &Answer) -> Vec<&str> {
    answer.body.as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect()
}

async fn application(bench: &Bench) -> String {
    let body = json!({"name": "App", "type": "MachineToMachine"});
    let answer = bench.request("POST", "/api/applications", body).await;
    answer.body["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_tells_what_happened_and_by_whom_without_its_secrets() {
    let bench = Bench::new().await;
    let id = application(&bench).await;
    let secrets = bench.get(&format!("/api/applications/{id}/secrets")).await;
    let secret = secrets.body[0]["value"].as_str().unwrap();
    let path = format!("/api/events?stream=application-default.{id}&after=0");
    let answer = bench.get(&path).await;
    assert_eq!(types(&answer), ["ApplicationCreated.v1", "ApplicationSecretCreated.v1"]);
    assert_eq!(answer.body[1]["personal"], json!({"value": "redacted"}));
    assert!(!answer.text.contains(secret));
    assert_eq!(answer.body[0]["actor"], json!({"kind": "application", "id": "tester"}));
    assert_eq!(answer.body[0]["time"], "2026-01-01T00:00:00.000Z");
    assert_eq!(answer.body[0]["data"]["settings"]["name"], "App");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_and_no_digest_is_ever_shown() {
    let bench = Bench::new().await;
    let body = json!({"username": "tom", "password": "correct horse battery"});
    let user = bench.request("POST", "/api/users", body).await;
    assert_eq!(user.status, 200, "{}", user.text);
    let mut shown = String::new();
    let mut after = 0;
    loop {
        let page = bench.get(&format!("/api/events?after={after}&page_size=5")).await;
        let Some(last) = page.body.as_array().unwrap().last() else { break };
        after = last["position"].as_u64().unwrap();
        shown.push_str(&page.text);
    }
    assert!(shown.contains("PasswordSet.v1") && shown.contains(r#""digest":"redacted""#));
    assert!(shown.contains(r#""pkcs8":"redacted""#) && shown.contains(r#""secret":"redacted""#));
    assert!(!shown.contains("$argon2") && shown.contains("tom"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_walked_by_position_to_its_head() {
    let bench = Bench::new().await;
    application(&bench).await;
    let newest = bench.get("/api/events?page_size=1").await;
    let head = newest.body[0]["position"].as_u64().unwrap();
    assert_eq!(newest.header("evident-position"), head.to_string());
    let first = bench.get("/api/events?after=0&page_size=2").await;
    assert_eq!((&first.body[0]["position"], &first.body[1]["position"]), (&json!(1), &json!(2)));
    let next = bench.get(&format!("/api/events?after={}", head - 1)).await;
    assert_eq!(next.body.as_array().unwrap().len(), 1);
    let before = bench.get("/api/events?before=3&page_size=1").await;
    assert_eq!(before.body[0]["position"], 2);
    let between = bench.get("/api/events?after=1&before=4").await;
    assert_eq!(between.body.as_array().unwrap().len(), 2);
    let end = bench.get(&format!("/api/events?after={head}")).await;
    assert_eq!((end.status, end.body), (200, json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_found_by_type_actor_request_and_time() {
    let bench = Bench::new().await;
    application(&bench).await;
    for kind in ["ApplicationSecretCreated", "ApplicationSecretCreated.v1"] {
        let found = bench.get(&format!("/api/events?type={kind}&actor=tester")).await;
        assert_eq!(types(&found), ["ApplicationSecretCreated.v1"], "{kind}");
        let correlation = found.body[0]["correlation"].as_str().unwrap();
        let request = bench.get(&format!("/api/events?correlation={correlation}")).await;
        assert_eq!(request.body.as_array().unwrap().len(), 2);
    }
    let from = |moment: String| format!("/api/events?actor=tester&from={moment}");
    assert_eq!(bench.get(&from(NOW.0.to_string())).await.body.as_array().unwrap().len(), 2);
    assert_eq!(bench.get(&from((NOW.0 + 1).to_string())).await.body, json!([]));
    assert_eq!(bench.get(&from(NOW.to_rfc3339())).await.body.as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenant_has_no_events_here() {
    let bench = Bench::new().await;
    let other: TenantId = "other".parse().unwrap();
    let app = bench.site.app();
    bootstrap::tenant(
        &app.log,
        &app.random,
        NOW,
        &other,
        &bootstrap::ManagementClient::new(&app.random),
    )
    .await
    .unwrap();
    let all = bench.get("/api/events?page_size=100").await;
    assert!(all.body.as_array().unwrap().iter().all(|event| event["tenant"] == "default"));
    let foreign = bench.get("/api/events?stream=tenant-other.default").await;
    assert_eq!((foreign.status, foreign.body), (200, json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_person_is_shown_as_erased() {
    let bench = Bench::new().await;
    let body = json!({"username": "tom"});
    let user = bench.request("POST", "/api/users", body).await;
    let id: events::UserId = user.body["id"].as_str().unwrap().parse().unwrap();
    let stream = events::StreamName::user(bench.site.tenant(), &id);
    bench.site.app().log.forget(&stream).await.unwrap();
    let found = bench.get(&format!("/api/events?user={id}&type=UserCreated")).await;
    assert_eq!((types(&found), &found.body[0]["personal"]), (vec!["UserCreated.v1"], &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_make_no_sense_are_refused() {
    let mut bench = Bench::new().await;
    for query in ["stream=nonsense", "from=yesterday", "after=x", "order=up"] {
        let answer = bench.get(&format!("/api/events?{query}")).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"), "{query}");
    }
    let answer = bench.get("/api/events?page_size=101").await;
    assert_eq!(answer.refusal(), (400, "guard.invalid_pagination"));
    let token = bench.token("tester", "tester", "");
    bench.use_token(token);
    assert_eq!(bench.get("/api/events").await.refusal(), (403, "auth.forbidden"));
}
