//! Logout that an application begins: the OpenID Foundation's list for it.

use serde_json::json;

use crate::{
    oidc::tests::attacks::refused,
    testing::{
        Answer, Bench,
        browser::{Browser, person},
        relying_party::RelyingParty,
    },
};

const CALLBACK: &str = "https://app.example/callback";
const GOODBYE: &str = "https://app.example/goodbye";

struct Ground<'a> {
    browser: Browser<'a>,
    party: RelyingParty,
    hint: String,
}

impl<'a> Ground<'a> {
    /// A person who signed in to an application that has somewhere to go afterwards.
    async fn new(bench: &'a Bench) -> Self {
        person(bench, "tom").await;
        let body = json!({
            "name": "App", "type": "SPA",
            "oidcClientMetadata": {"redirectUris": [CALLBACK], "postLogoutRedirectUris": [GOODBYE]},
        });
        let made = bench.request("POST", "/api/applications", body).await;
        let party = RelyingParty { id: made.text_of("id"), redirect_uri: CALLBACK.into() };
        let browser = Browser::new(bench);
        let hint = browser.tokens(&party, &party.request(), "tom").await.text_of("id_token");
        Self { browser, party, hint }
    }

    /// Opens the endpoint with these parameters.
    async fn open(&self, fields: &[(&str, &str)]) -> Answer {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields);
        self.browser.open(&format!("/oidc/session/end?{}", query.finish())).await
    }

    /// The same, and says yes on the page.
    async fn leave(&self, fields: &[(&str, &str)]) -> Answer {
        let page = self.open(fields).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let after = |text: &str, marker: &str| {
            let tail = text.split(marker).nth(1).unwrap_or_default().to_owned();
            tail.split('"').next().unwrap_or_default().replace("&amp;", "&")
        };
        let tag = page.text.split("<input").find(|tag| tag.contains("name=\"xsrf\"")).unwrap();
        let (xsrf, action) = (after(tag, "value=\""), after(&page.text, "action=\""));
        assert!(action.starts_with("/oidc/session/end/confirm"), "{}", page.text);
        self.browser.post(&action, &[("xsrf", &xsrf), ("logout", "yes")]).await
    }

    async fn is_signed_in(&self) -> bool {
        let silent = self.party.request().with("scope", "openid").with("prompt", "none");
        let answered = self.browser.open(&silent.target()).await;
        assert!(matches!(answered.sent_on("error").as_str(), "" | "login_required"));
        !answered.sent_on("code").is_empty()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_hint_an_address_and_a_state_the_person_goes_there_with_it() {
    let bench = Bench::new().await;
    let ground = Ground::new(&bench).await;
    let fields = [
        ("id_token_hint", ground.hint.as_str()),
        ("post_logout_redirect_uri", GOODBYE),
        ("state", "a state & more"),
    ];
    let done = ground.leave(&fields).await;
    let expected = format!("{GOODBYE}?state=a+state+%26+more");
    assert_eq!((done.status, done.header("location")), (303, expected.as_str()));
    assert!(!ground.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_state_none_is_added_and_the_client_can_be_named_instead_of_hinted() {
    let bench = Bench::new().await;
    let ground = Ground::new(&bench).await;
    let id = ground.party.id.as_str();
    let done = ground.leave(&[("client_id", id), ("post_logout_redirect_uri", GOODBYE)]).await;
    assert_eq!((done.status, done.header("location")), (303, GOODBYE));
    assert!(!ground.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_address_a_page_says_that_it_is_done() {
    let bench = Bench::new().await;
    for fields in [&[][..], &[("state", "x")], &[("id_token_hint", "hint")]] {
        let bench = Bench::new().await;
        let ground = Ground::new(&bench).await;
        let hint = ground.hint.clone();
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, if *value == "hint" { hint.as_str() } else { *value }))
            .collect();
        let done = ground.leave(&fields).await;
        assert_eq!((done.status, done.header("location")), (200, ""), "{fields:?}");
        assert!(done.header("content-type").starts_with("text/html"));
        assert!(!ground.is_signed_in().await, "{fields:?}");
    }
    // Who is not signed in is told the same.
    let done = Browser::new(&bench).open("/oidc/session/end").await;
    assert_eq!((done.status, done.header("location")), (200, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_registered_to_the_letter_is_refused() {
    let bench = Bench::new().await;
    let ground = Ground::new(&bench).await;
    let description = "post_logout_redirect_uri not registered";
    for uri in [
        "https://evil.example",
        "https://app.example/goodbye?foo=bar",
        "https://app.example/goodbye/",
        CALLBACK,
    ] {
        let fields = [("id_token_hint", ground.hint.as_str()), ("post_logout_redirect_uri", uri)];
        let answered = ground.open(&fields).await;
        assert_eq!(answered.told(), refused(400, "invalid_request", description), "{uri}");
        assert_eq!(answered.header("location"), "");
    }
    let answered = ground.open(&[("post_logout_redirect_uri", GOODBYE)]).await;
    let description = "post_logout_redirect_uri needs client_id or id_token_hint";
    assert_eq!(answered.told(), refused(400, "invalid_request", description));
    assert!(ground.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_that_was_changed_or_is_none_is_refused() {
    let bench = Bench::new().await;
    let ground = Ground::new(&bench).await;
    let (message, signature) = ground.hint.rsplit_once('.').unwrap();
    let (header, _) = message.split_once('.').unwrap();
    let changed = format!("{header}.e30.{signature}");
    for hint in [changed.as_str(), "not a token", &format!("{message}.AAAA")] {
        let fields = [("id_token_hint", hint), ("post_logout_redirect_uri", GOODBYE)];
        let answered = ground.open(&fields).await;
        let description = "could not validate id_token_hint";
        assert_eq!(answered.told(), refused(400, "invalid_request", description), "{hint}");
    }
    assert!(ground.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_is_good_long_after_its_end() {
    let bench = Bench::new().await;
    let ground = Ground::new(&bench).await;
    bench.advance_millis(7 * 86_400_000);
    let fields = [("id_token_hint", ground.hint.as_str()), ("post_logout_redirect_uri", GOODBYE)];
    let done = ground.leave(&fields).await;
    assert_eq!((done.status, done.header("location")), (303, GOODBYE));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_stays_signed_in() {
    let bench = Bench::new().await;
    let ground = Ground::new(&bench).await;
    let page = ground.open(&[]).await;
    let tag = page.text.split("<input").find(|tag| tag.contains("name=\"xsrf\"")).unwrap();
    let xsrf = tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    let done = ground.browser.post("/oidc/session/end/confirm", &[("xsrf", xsrf)]).await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert!(ground.is_signed_in().await);
}
