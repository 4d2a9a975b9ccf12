//! When a signed-in browser is asked again, and when nobody may be asked.

use serde_json::json;

use crate::testing::{
    Bench,
    browser::{Browser, person, suspend},
    relying_party::RelyingParty,
};

#[tokio::test(flavor = "multi_thread")]
async fn who_must_not_be_asked_and_is_not_signed_in_is_sent_back() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let browser = Browser::new(&bench);
    let silent = party.request().with("scope", "openid").with("prompt", "none");
    let refused = browser.open(&silent.target()).await;
    assert_eq!((refused.status, refused.sent_on("error").as_str()), (303, "login_required"));
    assert_eq!(refused.sent_on("state"), "a-state");
    assert_eq!(bench.count("InteractionStarted").await, 0);
    browser.tokens(&party, &party.request(), "tom").await;
    let answered = browser.open(&silent.target()).await;
    let code = answered.sent_on("code");
    assert_eq!(party.redeem(&bench, &code).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_of_somebody_else_is_no_login() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    person(&bench, "ann").await;
    let party = RelyingParty::demo(&bench);
    let (toms, anns) = (Browser::new(&bench), Browser::new(&bench));
    let own = toms.tokens(&party, &party.request(), "tom").await.text_of("id_token");
    let other = anns.tokens(&party, &party.request(), "ann").await.text_of("id_token");
    let silent = party.request().with("scope", "openid").with("prompt", "none");
    let refused = toms.open(&silent.clone().with("id_token_hint", &other).target()).await;
    assert_eq!(refused.sent_on("error"), "login_required");
    let answered = toms.open(&silent.with("id_token_hint", &own).target()).await;
    assert!(!answered.sent_on("code").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_id_token_is_a_hint() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let browser = Browser::new(&bench);
    let tokens = browser.tokens(&party, &party.request(), "tom").await;
    let access = bench.token("tom", "demo-app", "all");
    let opaque = tokens.text_of("access_token");
    let forged = format!("{}x", tokens.text_of("id_token"));
    for hint in [access.as_str(), opaque.as_str(), forged.as_str(), "x"] {
        let request = party.request().with("prompt", "none").with("id_token_hint", hint);
        let refused = browser.open(&request.target()).await;
        assert_eq!(refused.sent_on("error"), "invalid_request", "{hint}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_older_than_asked_for_signs_in_again() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let browser = Browser::new(&bench);
    browser.tokens(&party, &party.request(), "tom").await;
    // Zero means now: the second of the sign-in itself is too old.
    let fresh = party.request().with("max_age", "0");
    let asked = browser.open(&fresh.target()).await;
    assert!(asked.header("location").contains("/sign-in"), "{:?}", asked.headers);
    let silent = fresh.with("prompt", "none").with("scope", "openid");
    let refused = browser.open(&silent.target()).await;
    assert_eq!(refused.sent_on("error"), "login_required");
    bench.advance_millis(1_000);
    let old_enough = party.request().with("max_age", "1");
    let answered = browser.open(&old_enough.target()).await;
    assert!(!answered.sent_on("code").is_empty());
    let again = party.request().with("prompt", "login");
    let asked = browser.open(&again.target()).await;
    assert!(asked.header("location").contains("/sign-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_is_signed_in_no_longer() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let browser = Browser::new(&bench);
    browser.tokens(&party, &party.request(), "tom").await;
    suspend(&bench, &tom).await;
    let silent = party.request().with("scope", "openid").with("prompt", "none");
    assert_eq!(browser.open(&silent.target()).await.sent_on("error"), "login_required");
    let path = format!("/api/users/{tom}/is-suspended");
    let lifted = bench.request("PATCH", &path, json!({"isSuspended": false})).await;
    assert_eq!(lifted.status, 200, "{}", lifted.text);
    // A session from before stays worthless; a new one is as good as any.
    assert_eq!(browser.open(&silent.target()).await.sent_on("error"), "login_required");
    bench.advance_millis(1);
    browser.tokens(&party, &party.request(), "tom").await;
    assert!(!browser.open(&silent.target()).await.sent_on("code").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_between_sign_in_and_return_gets_no_code() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let browser = Browser::new(&bench);
    browser.open(&RelyingParty::demo(&bench).request().target()).await;
    let proof = browser.prove("username", "tom").await;
    browser.identify(&proof).await;
    let target = browser.submit().await.text_of("redirectTo");
    suspend(&bench, &tom).await;
    let sent_on = browser.open(&target).await;
    assert!(sent_on.header("location").contains("/sign-in"), "{:?}", sent_on.headers);
    assert_eq!(bench.count("GrantCreated").await, 0);
}
