//! A visit that is submitted after the person's standing changed.

use serde_json::Value;

use crate::testing::{
    Bench,
    browser::{Browser, person, suspend},
    relying_party::RelyingParty,
};

/// A visitor who has said who they are.
async fn identified(bench: &Bench) -> Browser<'_> {
    let browser = Browser::new(bench);
    browser.open(&RelyingParty::demo(bench).request().target()).await;
    let proof = browser.prove("username", "tom").await;
    assert_eq!(browser.identify(&proof).await.status, 204);
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_suspended_after_identification_gets_no_session() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let browser = identified(&bench).await;
    suspend(&bench, &tom).await;
    assert_eq!(browser.submit().await.refusal(), (401, "user.suspended"));
    assert_eq!(bench.count("SessionStarted").await, 0);
    assert_eq!(bench.count("InteractionSubmitted").await, 0);
    assert_eq!(browser.cookie("_session"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_deleted_after_identification_gets_no_session() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let browser = identified(&bench).await;
    let deleted = bench.request("DELETE", &format!("/api/users/{tom}"), Value::Null).await;
    assert_eq!(deleted.status, 204);
    let refused = browser.submit().await;
    assert_eq!(refused.status, 404, "{}", refused.text);
    assert_eq!(bench.count("SessionStarted").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_starts_one_session_however_often_it_is_submitted() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let browser = identified(&bench).await;
    assert_eq!(browser.submit().await.status, 200);
    assert_eq!(bench.count("SessionStarted").await, 1);
    let again = browser.submit().await;
    assert!(again.status == 200 || again.status == 400, "{}", again.text);
    assert_eq!(bench.count("SessionStarted").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn submissions_that_race_start_one_session() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let browser = identified(&bench).await;
    let (one, two, three) = tokio::join!(browser.submit(), browser.submit(), browser.submit());
    assert!([one, two, three].iter().any(|answer| answer.status == 200));
    assert_eq!(bench.count("SessionStarted").await, 1);
    assert_eq!(bench.count("InteractionSubmitted").await, 1);
}
