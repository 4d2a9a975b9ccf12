//! A device code works once: of hundreds of polls after a person's yes one wins, and the reuse
//! revokes the grant. Of many people who decide at the same moment one is heard.

use e2e::{
    browser::{Browser, Login},
    evident::Server,
    http::{Answer, Http},
    page::Form,
    relying_party::RelyingParty,
};
use tokio::task::JoinSet;

/// Polls at the same time.
const RACERS: usize = 300;
/// Browsers that decide at the same time.
const BROWSERS: usize = 8;
const CLIENT: (&str, &str) = ("client_id", "device-demo-app");
const PASSWORD: &str = "a right password";

/// A device that waits: its code and the code that it shows.
async fn begin(http: &Http) -> (String, String) {
    let fields = [CLIENT, ("scope", "openid offline_access")];
    let begun = http.form("/oidc/device/auth", &fields).await.unwrap();
    assert_eq!(begun.status, 200, "{}", begun.text());
    (begun.member("device_code"), begun.member("user_code"))
}

async fn poll(http: &Http, device_code: &str) -> Answer {
    let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    http.form("/oidc/token", &[CLIENT, grant, ("device_code", device_code)]).await.unwrap()
}

/// A browser in which a person is signed in, at the page that asks for a yes.
async fn asked(server: &Server, party: &RelyingParty, user_code: &str) -> (Browser, Form) {
    let browser = Browser::new(&server.endpoint()).unwrap();
    browser.authorize(&party.request(), Login::new("tom", PASSWORD)).await.unwrap();
    let mut target = format!("/device?user_code={user_code}");
    for _ in 0..3 {
        let answer = browser.open(&target).await.unwrap();
        if answer.status == 200 {
            return (browser, Form::read(&answer.text()).unwrap());
        }
        target = answer.header("location");
    }
    panic!("no page at {target}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_polls_one_wins_and_the_grant_dies() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    management.create_person("tom", PASSWORD).await.unwrap();
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    let http = server.http().unwrap();
    let (device_code, user_code) = begin(&http).await;
    let (browser, form) = asked(&server, &party, &user_code).await;
    let yes = browser.submit("/device", &form.fill("confirm", "yes")).await.unwrap();
    assert_eq!(yes.header("location"), "/device/success", "{}", yes.text());
    let mut race = JoinSet::new();
    for _ in 0..RACERS {
        let (http, device_code) = (http.clone(), device_code.clone());
        race.spawn(async move { poll(&http, &device_code).await });
    }
    let (won, lost): (Vec<_>, Vec<_>) =
        race.join_all().await.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, RACERS - 1));
    for answer in &lost {
        assert_eq!(answer.oauth(), (400, "invalid_grant".into()), "{}", answer.text());
    }
    let fields = [CLIENT, ("grant_type", "refresh_token")];
    let token = won[0].member("refresh_token");
    let refresh = [&fields[..], &[("refresh_token", token.as_str())]].concat();
    let refreshed = http.form("/oidc/token", &refresh).await.unwrap();
    assert_eq!(refreshed.oauth(), (400, "invalid_grant".into()));
    let me = http.bearer(&won[0].member("access_token")).get("/oidc/me").await.unwrap();
    assert_eq!(me.oauth(), (401, "invalid_token".into()));
    for noun in ["DeviceCodeRedeemed", "GrantRevoked"] {
        assert_eq!(management.count(noun, "").await.unwrap(), 1, "{noun}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_decide_at_once_one_is_heard() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    management.create_person("tom", PASSWORD).await.unwrap();
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    let http = server.http().unwrap();
    let (device_code, user_code) = begin(&http).await;
    let mut deciders = Vec::new();
    for _ in 0..BROWSERS {
        deciders.push(asked(&server, &party, &user_code).await);
    }
    let mut race = JoinSet::new();
    for (number, (browser, form)) in deciders.into_iter().enumerate() {
        let decision = if number % 2 == 0 { "confirm" } else { "abort" };
        let form = form.fill(decision, "yes");
        race.spawn(async move {
            let sent = browser.submit("/device", &form).await.unwrap();
            (decision, sent.header("location"))
        });
    }
    let said = race.join_all().await;
    let yes = said.iter().filter(|(_, location)| location == "/device/success").count();
    let approved = management.count("DeviceAuthorizationApproved", "").await.unwrap();
    let denied = management.count("DeviceAuthorizationDenied", "").await.unwrap();
    assert_eq!((yes, approved + denied), (approved, 1), "{said:?}");
    let polled = poll(&http, &device_code).await;
    let expected = if approved == 1 { 200 } else { 400 };
    assert_eq!(polled.status, expected, "{}", polled.text());
}
