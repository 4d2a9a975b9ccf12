//! The device flow, from both of its ends.

use axum::{body::Body, http::Request};
use form_urlencoded::Serializer;
use protocol::ttl::DEVICE_CODE_TTL_SECONDS;
use serde_json::{Value, json};

use crate::{
    clients::DEVICE_DEMO_APP,
    oidc::tests::{device_clients::native, me, revocations},
    testing::{
        Answer, Bench,
        browser::{Browser, PASSWORD, person, suspend},
        relying_party::RelyingParty,
    },
};

const SCOPE: &str = "openid offline_access profile";

async fn post(bench: &Bench, path: &str, fields: &[(&str, &str)]) -> Answer {
    let form = Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    bench.send(request.body(Body::from(form)).unwrap()).await
}

/// A device that waits: its code, and the code that it shows.
pub(super) struct Device<'a> {
    bench: &'a Bench,
    client: String,
    device_code: String,
    user_code: String,
}

impl<'a> Device<'a> {
    pub(super) async fn begin(bench: &'a Bench) -> Self {
        Self::begin_as(bench, DEVICE_DEMO_APP, SCOPE).await
    }

    pub(super) async fn begin_as(bench: &'a Bench, client: &str, scope: &str) -> Self {
        let fields = [("client_id", client), ("scope", scope)];
        let begun = post(bench, "/oidc/device/auth", &fields).await;
        assert_eq!(begun.status, 200, "{}", begun.text);
        Self {
            bench,
            client: client.to_owned(),
            device_code: begun.text_of("device_code"),
            user_code: begun.text_of("user_code"),
        }
    }

    pub(super) async fn poll(&self) -> Answer {
        self.poll_as(&self.client).await
    }

    async fn poll_as(&self, client: &str) -> Answer {
        let fields = [
            ("client_id", client),
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", &self.device_code),
        ];
        post(self.bench, "/oidc/token", &fields).await
    }

    /// Says something about it at the page.
    pub(super) async fn decide(&self, browser: &Browser<'_>, decision: (&str, &str)) -> Answer {
        answer(browser, &self.user_code, &[decision]).await
    }

    /// A signed-in person says yes.
    async fn approve(&self, browser: &Browser<'_>) {
        let done = self.decide(browser, ("confirm", "yes")).await;
        assert_eq!((done.status, done.header("location")), (303, "/device/success"));
    }
}

/// Posts the page's form with a code.
async fn answer(browser: &Browser<'_>, user_code: &str, more: &[(&str, &str)]) -> Answer {
    browser.open("/oidc/device").await;
    let xsrf = browser.cookie("_logto_device_flow_xsrf");
    let fields = [("xsrf", xsrf.as_str()), ("user_code", user_code)];
    browser.post("/oidc/device", &[&fields[..], more].concat()).await
}

/// A browser in which somebody is signed in.
pub(super) async fn signed_in<'a>(bench: &'a Bench, username: &str) -> Browser<'a> {
    let browser = Browser::new(bench);
    browser.authorize(&RelyingParty::demo(bench).request(), username).await;
    browser
}

/// Signs in at the page that the browser was sent to; gives where it goes at the end.
async fn sign_in(browser: &Browser<'_>, sent: &Answer, username: &str) -> Answer {
    assert_eq!((sent.status, sent.header("location").starts_with("/sign-in")), (303, true));
    let page = browser.open(sent.header("location")).await;
    let tag = page.text.split("<input").find(|tag| tag.contains("name=\"csrf\"")).unwrap();
    let csrf = tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = [("csrf", csrf), ("identifier", username), ("password", PASSWORD)];
    let done = browser.post("/sign-in", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text);
    browser.open(done.header("location")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_gets_a_code_to_poll_with_and_a_code_to_show() {
    let bench = Bench::new().await;
    let fields = [("client_id", DEVICE_DEMO_APP), ("scope", SCOPE)];
    let begun = post(&bench, "/oidc/device/auth", &fields).await;
    let (device_code, user_code) = (begun.text_of("device_code"), begun.text_of("user_code"));
    let expected = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": "http://localhost:3001/device",
        "verification_uri_complete": format!("http://localhost:3001/device?user_code={user_code}"),
        "expires_in": 600,
        "interval": 5,
    });
    assert_eq!((begun.status, &begun.body), (200, &expected));
    assert_eq!(begun.header("cache-control"), "no-store");
    assert!(device_code.starts_with("dc_"), "{device_code}");
    let is_letter = |c: char| "BCDFGHJKLMNPQRSTVWXZ".contains(c);
    assert_eq!((user_code.len(), user_code.find('-')), (9, Some(4)));
    assert_eq!(user_code.chars().filter(|c| is_letter(*c)).count(), 8, "{user_code}");
    let log = bench.site.app().log.read(0, 10_000).await.unwrap();
    let recorded: String =
        log.iter().map(|event| serde_json::to_string(&event.event).unwrap()).collect();
    assert!(recorded.contains("DeviceAuthorizationStarted"));
    let letters = user_code.replace('-', "");
    assert!(!recorded.contains(&letters) && !recorded.contains(&user_code));
    assert!(!recorded.contains(&device_code), "a code stands in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_devices_that_cannot_be_served_are_refused() {
    let bench = Bench::new().await;
    let before = bench.head();
    let device = ("client_id", DEVICE_DEMO_APP);
    for (fields, status, error) in [
        (vec![("scope", SCOPE)], 400, "invalid_request"),
        (vec![("client_id", "nobody")], 401, "invalid_client"),
        (vec![("client_id", "demo-app")], 400, "unauthorized_client"),
        (vec![device, ("scope", "a"), ("scope", "b")], 400, "invalid_request"),
        (vec![device, ("scope", "\"")], 400, "invalid_scope"),
        (vec![device, ("resource", "relative")], 400, "invalid_target"),
        (vec![device, ("resource", "https://nobody.example")], 400, "invalid_target"),
    ] {
        let refused = post(&bench, "/oidc/device/auth", &fields).await;
        assert_eq!(refused.oauth(), (status, error), "{fields:?}");
    }
    let refused = post(&bench, "/oidc/device/auth", &[("client_id", "demo-app")]).await;
    let expected = json!({
        "code": "oidc.unauthorized_client",
        "message": refused.body["message"],
        "error": "unauthorized_client",
        "error_description":
            "urn:ietf:params:oauth:grant-type:device_code is not allowed for this client",
    });
    assert_eq!(refused.body, expected);
    assert_eq!(bench.head(), before, "a refusal was recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_told_so_and_who_asks_too_often_waits_longer() {
    let bench = Bench::new().await;
    let device = Device::begin(&bench).await;
    let pending = device.poll().await;
    let expected = json!({
        "code": "oidc.authorization_pending",
        "message": pending.body["message"],
        "error": "authorization_pending",
        "error_description": "nobody has decided about the device yet",
    });
    assert_eq!((pending.status, &pending.body), (400, &expected));
    assert_eq!(pending.header("cache-control"), "no-store");
    bench.advance_millis(5_000);
    assert_eq!(device.poll().await.oauth(), (400, "authorization_pending"));
    bench.advance_millis(1_000);
    assert_eq!(device.poll().await.oauth(), (400, "slow_down"));
    bench.advance_millis(5_000);
    assert_eq!(device.poll().await.oauth(), (400, "slow_down"), "ten seconds are due now");
    bench.advance_millis(15_000);
    assert_eq!(device.poll().await.oauth(), (400, "authorization_pending"));
    let other = Device::begin(&bench).await;
    assert_eq!(other.poll().await.oauth(), (400, "authorization_pending"), "each for itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_types_the_code_signs_in_and_the_device_gets_its_tokens() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let device = Device::begin(&bench).await;
    let browser = Browser::new(&bench);
    // As a person copies it: lower case, without the dash.
    let typed = device.user_code.to_lowercase().replace('-', " ");
    let found = answer(&browser, &typed, &[]).await;
    let page = format!("/device?user_code={}", device.user_code);
    assert_eq!((found.status, found.header("location")), (303, page.as_str()));
    let shown = browser.open(&page).await;
    assert_eq!(shown.status, 200);
    assert!(shown.text.contains("Device Demo App") && shown.text.contains(&device.user_code));
    let sent = device.decide(&browser, ("confirm", "yes")).await;
    let done = sign_in(&browser, &sent, "tom").await;
    assert_eq!((done.status, done.header("location")), (303, "/device/success"));
    assert_eq!(browser.open("/device/success").await.status, 200);

    let tokens = device.poll().await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    assert_eq!(tokens.text_of("scope"), SCOPE);
    assert_eq!(tokens.body["token_type"], "Bearer");
    assert_eq!(tokens.body["expires_in"], 3_600);
    assert!(!tokens.text_of("id_token").is_empty());
    let told = me(&bench, &tokens.text_of("access_token")).await;
    assert_eq!((told.status, &told.body["sub"]), (200, &Value::from(tom)));
    let party =
        RelyingParty { id: DEVICE_DEMO_APP.into(), redirect_uri: "https://none.example".into() };
    let renewed = party.refresh(&bench, &tokens.text_of("refresh_token"), &[]).await;
    assert_eq!(renewed.status, 200, "{}", renewed.text);
    for name in ["DeviceAuthorizationApproved", "DeviceCodeRedeemed", "InteractionCompleted"] {
        assert_eq!(bench.count(name).await, 1, "{name}");
    }
    let logged = bench.get("/api/logs?logKey=ExchangeTokenBy.DeviceCode").await;
    assert_eq!(logged.body.as_array().unwrap().len(), 1, "{}", logged.text);
    assert_eq!(logged.body[0]["payload"]["applicationId"], DEVICE_DEMO_APP);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_says_yes_and_is_done() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let browser = signed_in(&bench, "tom").await;
    let device = Device::begin(&bench).await;
    browser.open("/oidc/device").await;
    let page = browser.open(&format!("/device?user_code={}", device.user_code)).await;
    assert!(page.text.contains("signed in as tom"), "{}", page.text);
    device.approve(&browser).await;
    assert_eq!(device.poll().await.status, 200);
    assert_eq!(bench.count("InteractionStarted").await, 1, "only that of the demo application");
    let again = device.decide(&browser, ("confirm", "yes")).await;
    let used = format!("/device?input_code={}&error=AlreadyUsedError", device.user_code);
    assert_eq!(again.header("location"), used);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_presented_again_ends_what_it_gave() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let browser = signed_in(&bench, "tom").await;
    let device = Device::begin(&bench).await;
    device.approve(&browser).await;
    let tokens = device.poll().await;
    let access = tokens.text_of("access_token");
    assert_eq!(me(&bench, &access).await.status, 200);
    assert_eq!(device.poll().await.oauth(), (400, "invalid_grant"));
    assert_eq!(revocations(&bench).await, ["code_reused"]);
    assert_eq!(me(&bench, &access).await.oauth(), (401, "invalid_token"));
    assert_eq!(device.poll().await.oauth(), (400, "invalid_grant"));
    assert_eq!(bench.count("DeviceCodeRedeemed").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_polls_at_once_at_most_one_gets_tokens() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let browser = signed_in(&bench, "tom").await;
    let device = Device::begin(&bench).await;
    device.approve(&browser).await;
    let polls = [device.poll(), device.poll(), device.poll(), device.poll()];
    let [a, b, c, d] = polls;
    let answers = tokio::join!(a, b, c, d);
    let statuses = [&answers.0, &answers.1, &answers.2, &answers.3].map(|answer| answer.status);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(bench.count("DeviceCodeRedeemed").await, 1);
    // The demo application has none of this kind: one token for the device.
    assert_eq!(bench.count("RefreshTokenIssued").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_a_person_turns_down_is_told_so() {
    let bench = Bench::new().await;
    let device = Device::begin(&bench).await;
    let browser = Browser::new(&bench);
    let no = device.decide(&browser, ("abort", "yes")).await;
    assert_eq!((no.status, no.header("location")), (303, "/device?error=AbortedError"));
    assert_eq!(device.poll().await.oauth(), (400, "access_denied"));
    let late = device.decide(&browser, ("confirm", "yes")).await;
    assert!(late.header("location").ends_with("error=AlreadyUsedError"));
}

#[tokio::test(flavor = "multi_thread")]
async fn both_codes_end_with_their_time() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let browser = signed_in(&bench, "tom").await;
    let (waiting, approved) = (Device::begin(&bench).await, Device::begin(&bench).await);
    approved.approve(&browser).await;
    bench.advance_millis(DEVICE_CODE_TTL_SECONDS * 1_000 - 1);
    assert_eq!(waiting.poll().await.oauth(), (400, "authorization_pending"));
    bench.advance_millis(1);
    for device in [&waiting, &approved] {
        assert_eq!(device.poll().await.oauth(), (400, "expired_token"));
    }
    let late = waiting.decide(&browser, ("confirm", "yes")).await;
    let page = format!("/device?input_code={}&error=ExpiredError", waiting.user_code);
    assert_eq!(late.header("location"), page);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_stranger_starts_nothing() {
    let bench = Bench::new().await;
    let before = bench.head();
    let form = format!("client_id={DEVICE_DEMO_APP}&scope=openid");
    let request = Request::post("/oidc/device/auth")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://evil.example");
    let refused = bench.send(request.body(Body::from(form)).unwrap()).await;
    assert_eq!(refused.oauth(), (400, "invalid_request"));
    assert_eq!(refused.header("access-control-allow-origin"), "");
    assert_eq!(bench.head(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_another_client_is_no_code() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let browser = signed_in(&bench, "tom").await;
    let other = native(&bench, json!({"isDeviceFlow": true}), false).await.text_of("id");
    let device = Device::begin(&bench).await;
    device.approve(&browser).await;
    let before = bench.head();
    assert_eq!(device.poll_as(&other).await.oauth(), (400, "invalid_grant"));
    let unauthorized = device.poll_as("demo-app").await;
    assert_eq!(unauthorized.oauth(), (400, "unauthorized_client"));
    assert_eq!(bench.head(), before, "a refusal was recorded");
    assert_eq!(device.poll().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_are_no_device_code_are_refused() {
    let bench = Bench::new().await;
    let device = Device::begin(&bench).await;
    let other = device.device_code.replace("dc_", "ac_");
    let longer = format!("{}x", device.device_code);
    let unknown = format!("dc_unknown.{}", "a".repeat(43));
    let swapped = format!("{}.{}", device.device_code.split('.').next().unwrap(), "a".repeat(43));
    for device_code in [other, longer, unknown, swapped] {
        let wrong = Device {
            bench: &bench,
            device_code,
            client: device.client.clone(),
            user_code: String::new(),
        };
        assert_eq!(wrong.poll().await.oauth(), (400, "invalid_grant"), "{}", wrong.device_code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_after_saying_yes_lets_nothing_in() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let browser = signed_in(&bench, "tom").await;
    let device = Device::begin(&bench).await;
    device.approve(&browser).await;
    suspend(&bench, &tom).await;
    assert_eq!(device.poll().await.oauth(), (400, "invalid_grant"));
    assert_eq!(bench.count("DeviceCodeRedeemed").await, 0);
}
