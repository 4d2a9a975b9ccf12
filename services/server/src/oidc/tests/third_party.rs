//! An application of somebody else: it may ask for little, and the person is asked.

use serde_json::json;

use crate::{
    oidc::tests::resource,
    testing::{
        Answer, Bench,
        browser::{Browser, person, suspend},
        relying_party::RelyingParty,
    },
};

const API: &str = "https://api.example";

/// A signed-in browser before the consent page; gives the page.
async fn asked<'a>(bench: &'a Bench, party: &RelyingParty) -> (Browser<'a>, Answer) {
    let browser = Browser::new(bench);
    let request = party.request().with("scope", "openid").with("resource", API);
    let sent_on = browser.authorize(&request, "tom").await;
    assert!(sent_on.header("location").contains("/consent"), "{:?}", sent_on.headers);
    let page = browser.open("/consent").await;
    assert_eq!(page.status, 200, "{}", page.text);
    (browser, page)
}

/// The value of the field `csrf` on a page.
fn csrf(page: &Answer) -> String {
    let tag = page.text.split("<input").find(|tag| tag.contains("name=\"csrf\"")).unwrap();
    tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn ground() -> (Bench, RelyingParty) {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    resource(&bench, API).await;
    let party = RelyingParty::register(&bench, true).await;
    (bench, party)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_may_not_ask_for_more_than_openid() {
    let (bench, party) = ground().await;
    for scope in ["openid profile", "openid email"] {
        let request = party.request().with("scope", scope);
        let refused = Browser::new(&bench).open(&request.target()).await;
        assert_eq!((refused.status, refused.sent_on("error").as_str()), (303, "invalid_scope"));
    }
    assert_eq!(bench.count("InteractionStarted").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_cancels_grants_nothing() {
    let (bench, party) = ground().await;
    let (browser, page) = asked(&bench, &party).await;
    let fields = [("csrf", csrf(&page)), ("decision", "cancel".to_owned())];
    let fields = [(fields[0].0, fields[0].1.as_str()), (fields[1].0, fields[1].1.as_str())];
    let refused = browser.post("/consent", &fields).await;
    assert_eq!(refused.status, 303, "{}", refused.text);
    assert!(refused.header("location").starts_with(&party.redirect_uri));
    assert_eq!(refused.sent_on("error"), "access_denied");
    assert_eq!(refused.sent_on("state"), "a-state");
    assert_eq!(refused.sent_on("iss"), bench.site.issuer());
    assert_eq!(bench.count("GrantCreated").await, 0);
    assert_eq!(browser.post("/consent", &fields).await.header("location"), "/unknown-session");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_consents_opens_no_api() {
    let (bench, party) = ground().await;
    let (browser, page) = asked(&bench, &party).await;
    let token = csrf(&page);
    let before = bench.head();
    let forged = [("csrf", "forged"), ("decision", "authorize")];
    assert_eq!(browser.post("/consent", &forged).await.header("location"), "/unknown-session");
    assert_eq!(bench.head(), before);
    let fields = [("csrf", token.as_str()), ("decision", "authorize")];
    let code = browser.post("/consent", &fields).await.sent_on("code");
    let events = bench.site.app().log.read(before, 100).await.unwrap();
    let events = events.iter().map(|recorded| serde_json::to_value(&recorded.event).unwrap());
    let mut grants =
        events.filter(|event| event["type"].as_str().unwrap().contains("GrantCreated"));
    assert_eq!(grants.next().unwrap()["data"]["resources"], json!({}));
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", party.redirect_uri.as_str()),
        ("code_verifier", crate::testing::relying_party::VERIFIER),
        ("resource", API),
    ];
    assert_eq!(party.token(&bench, &fields).await.oauth(), (400, "invalid_target"));
    assert_eq!(party.redeem(&bench, &code).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_must_not_be_asked_consents_to_nothing() {
    let (bench, party) = ground().await;
    let (browser, _) = asked(&bench, &party).await;
    let silent = party.request().with("scope", "openid").with("prompt", "none");
    let refused = browser.open(&silent.target()).await;
    assert_eq!(refused.sent_on("error"), "consent_required");
    assert_eq!(bench.count("GrantCreated").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_was_suspended_meanwhile_consents_to_nothing() {
    let (bench, party) = ground().await;
    let (browser, page) = asked(&bench, &party).await;
    let users = bench.get("/api/users").await;
    suspend(&bench, users.body[0]["id"].as_str().unwrap()).await;
    let token = csrf(&page);
    let fields = [("csrf", token.as_str()), ("decision", "authorize")];
    let refused = browser.post("/consent", &fields).await;
    assert!(!refused.header("location").starts_with(&party.redirect_uri));
    assert_eq!(bench.count("GrantCreated").await, 0);
}
