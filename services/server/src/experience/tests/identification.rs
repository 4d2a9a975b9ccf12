//! The settings decide who may be identified how.

use serde_json::{Value, json};

use crate::testing::{
    Bench,
    browser::{Browser, PASSWORD, person},
    relying_party::RelyingParty,
};

async fn visit(bench: &Bench) -> Browser<'_> {
    let browser = Browser::new(bench);
    browser.open(&RelyingParty::demo(bench).request().target()).await;
    browser
}

async fn set(bench: &Bench, settings: Value) {
    let changed = bench.request("PATCH", "/api/sign-in-exp", settings).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
}

fn methods(kind: &str) -> Value {
    json!({"signIn": {"methods": [{"identifier": kind, "password": true,
        "verificationCode": false, "isPasswordPrimary": true}]}})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_whose_method_is_off_identifies_nobody() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    set(&bench, methods("email")).await;
    let browser = visit(&bench).await;
    let proof = browser.prove("username", "tom").await;
    let refused = browser.identify(&proof).await;
    assert_eq!(refused.refusal(), (422, "user.sign_in_method_not_enabled"));
    assert_eq!(bench.count("UserIdentified").await, 0);
    assert!(browser.submit().await.status >= 400);
    assert_eq!(bench.count("SessionStarted").await, 0);
    set(&bench, methods("username")).await;
    assert_eq!(browser.identify(&proof).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_makes_no_account_where_an_address_is_wanted() {
    let bench = Bench::new().await;
    let rule = json!({"identifiers": ["email"], "password": true, "verify": false});
    set(&bench, json!({ "signUp": rule })).await;
    let browser = visit(&bench).await;
    let begun = browser.experience("PUT", "", json!({"interactionEvent": "Register"})).await;
    assert_eq!(begun.status, 204);
    let identity = json!({"type": "username", "value": "ann"});
    let body = json!({"identifier": identity, "password": PASSWORD});
    let path = "/verification/new-password-identity";
    let proof = browser.experience("POST", path, body).await.text_of("verificationId");
    let refused = browser.identify(&proof).await;
    assert_eq!(refused.refusal(), (422, "user.missing_profile"));
    assert_eq!(refused.body["data"]["missingProfile"], json!(["email"]));
    assert_eq!(bench.count("UserCreated").await, 0);
    let rule = json!({"identifiers": ["username"], "password": true, "verify": false});
    set(&bench, json!({ "signUp": rule })).await;
    assert_eq!(browser.identify(&proof).await.status, 201);
    assert_eq!(bench.count("UserCreated").await, 1);
}
