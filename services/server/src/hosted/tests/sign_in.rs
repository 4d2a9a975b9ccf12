//! The sign-in form, as a browser without script posts it.

use crate::testing::{
    Answer, Bench,
    browser::{Browser, PASSWORD, person, suspend},
    relying_party::RelyingParty,
};

/// A browser before the form, and the form's token.
async fn visit(bench: &Bench) -> (Browser<'_>, String) {
    let browser = Browser::new(bench);
    browser.open(&RelyingParty::demo(bench).request().target()).await;
    let page = browser.open("/sign-in").await;
    let tag = page.text.split("<input").find(|tag| tag.contains("name=\"csrf\"")).unwrap();
    let token = tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    (browser, token)
}

async fn sign_in(browser: &Browser<'_>, csrf: &str, password: &str) -> Answer {
    let fields = [("csrf", csrf), ("identifier", "tom"), ("password", password)];
    browser.post("/sign-in", &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_the_visits_own_token_does_nothing() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (browser, own) = visit(&bench).await;
    let (_, foreign) = visit(&bench).await;
    let before = bench.head();
    for token in ["", "forged", foreign.as_str()] {
        let refused = sign_in(&browser, token, PASSWORD).await;
        assert_eq!((refused.status, refused.header("location")), (303, "/unknown-session"));
        let fields = [("csrf", token), ("identifier", "new")];
        let refused = browser.post("/register", &fields).await;
        assert_eq!((refused.status, refused.header("location")), (303, "/unknown-session"));
    }
    let fields = [("identifier", "tom"), ("password", PASSWORD)];
    let refused = browser.post("/sign-in", &fields).await;
    assert_eq!((refused.status, refused.header("location")), (303, "/unknown-session"));
    assert_eq!(bench.head(), before, "something was recorded");
    let done = sign_in(&browser, &own, PASSWORD).await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(done.header("location").contains("/oidc/auth/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_a_visit_does_nothing() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (_, token) = visit(&bench).await;
    let before = bench.head();
    let refused = sign_in(&Browser::new(&bench), &token, PASSWORD).await;
    assert_eq!((refused.status, refused.header("location")), (303, "/unknown-session"));
    assert_eq!(bench.head(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_of_any_length_that_is_wrong_is_told_the_same() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (browser, token) = visit(&bench).await;
    let wrong = sign_in(&browser, &token, "wrong").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("session.invalid_credentials"), "{}", wrong.text);
    for password in ["", &"a".repeat(1_024), &"a".repeat(1_025), &"a".repeat(16_384)] {
        let refused = sign_in(&browser, &token, password).await;
        assert_eq!(refused.status, 422, "{}", password.len());
        assert_eq!(refused.text, wrong.text, "{}", password.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_is_told_so_only_with_the_right_password() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    suspend(&bench, &tom).await;
    let (browser, token) = visit(&bench).await;
    assert_eq!(sign_in(&browser, &token, "wrong").await.status, 422);
    let refused = sign_in(&browser, &token, PASSWORD).await;
    assert_eq!(refused.status, 401);
    assert!(refused.text.contains("user.suspended"), "{}", refused.text);
    assert_eq!(bench.count("SessionStarted").await, 0);
}
