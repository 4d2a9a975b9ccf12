//! Tokens that are exchanged: only what speaks for a person, to us, now, is worth another token.

use axum::{body::Body, http::Request};
use serde_json::json;

use super::{invalid_grant, registered, registered_with};
use crate::{
    oidc::tests::{me, resource},
    testing::{
        Answer, Bench,
        browser::{Browser, person, suspend},
        relying_party::RelyingParty,
    },
};

const CALLBACK: &str = "https://app.example/callback";
const API: &str = "https://api.example";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const IMPERSONATION: &str = "urn:logto:token-type:impersonation_token";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const PERSONAL: &str = "urn:logto:token-type:personal_access_token";

async fn exchange(bench: &Bench, party: &RelyingParty, token: &str, kind: &str) -> Answer {
    let fields = [
        ("grant_type", GRANT),
        ("subject_token", token),
        ("subject_token_type", kind),
        ("scope", "openid profile"),
    ];
    party.token(bench, &fields).await
}

/// An application that may exchange.
async fn exchanger(bench: &Bench) -> RelyingParty {
    let custom = json!({"allowTokenExchange": true});
    registered_with(bench, "SPA", &[CALLBACK], json!({}), custom).await.0
}

async fn personal_token(bench: &Bench, user: &str) -> String {
    let path = format!("/api/users/{user}/personal-access-tokens");
    let made = bench.request("POST", &path, json!({"name": "script"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.text_of("value")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_an_application_of_somebody_else_holds_is_not_exchanged() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = exchanger(&bench).await;
    let foreign = RelyingParty::register(&bench, true).await;
    let browser = Browser::new(&bench);
    let request = foreign.request().with("scope", "openid");
    browser.authorize(&request, "tom").await;
    let page = browser.open("/consent").await;
    let tag = page.text.split("<input").find(|tag| tag.contains("name=\"csrf\"")).unwrap();
    let csrf = tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = [("csrf", csrf), ("decision", "authorize")];
    let code = browser.post("/consent", &fields).await.sent_on("code");
    let access = foreign.redeem(&bench, &code).await.text_of("access_token");
    assert_eq!(exchange(&bench, &party, &access, ACCESS).await.told(), invalid_grant());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_machine_or_of_another_kind_speaks_for_nobody() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let party = exchanger(&bench).await;
    resource(&bench, API).await;
    let (machine, secret) = registered(&bench, "MachineToMachine", &[]).await;
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_secret", secret.as_str()),
        ("resource", API),
    ];
    let of_machine = machine.token(&bench, &fields).await.text_of("access_token");
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let personal = personal_token(&bench, &tom).await;
    for token in [
        of_machine.as_str(),
        &tokens.text_of("id_token"),
        &tokens.text_of("refresh_token"),
        &personal,
        // Minted by nobody's grant, though by our key.
        &bench.token(&tom, &party.id, "openid"),
    ] {
        assert_eq!(
            exchange(&bench, &party, token, ACCESS).await.told(),
            invalid_grant(),
            "{token}"
        );
    }
    assert_eq!(exchange(&bench, &party, &personal, PERSONAL).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_over_speaks_for_nobody() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let party = exchanger(&bench).await;
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let access = tokens.text_of("access_token");
    assert_eq!(exchange(&bench, &party, &access, ACCESS).await.status, 200);
    let form = format!("client_id={}&token={access}", party.id);
    let request = Request::post("/oidc/token/revocation")
        .header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(bench.send(request.body(Body::from(form)).unwrap()).await.status, 200);
    assert_eq!(exchange(&bench, &party, &access, ACCESS).await.told(), invalid_grant());
    let later = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    bench.advance_millis(3_600_000);
    let late = later.text_of("access_token");
    assert_eq!(exchange(&bench, &party, &late, ACCESS).await.told(), invalid_grant());
    let personal = personal_token(&bench, &tom).await;
    suspend(&bench, &tom).await;
    assert_eq!(exchange(&bench, &party, &personal, PERSONAL).await.told(), invalid_grant());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_for_an_exchange_opens_nothing_by_itself() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let personal = personal_token(&bench, &tom).await;
    let made = bench.request("POST", "/api/subject-tokens", json!({"userId": tom})).await;
    for token in [personal, made.text_of("subjectToken")] {
        assert_eq!(me(&bench, &token).await.oauth(), (401, "invalid_token"));
        let request = Request::get("/api/users").header("authorization", format!("Bearer {token}"));
        let answered = bench.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answered.refusal(), (401, "auth.unauthorized"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_another_tenant_are_not_exchanged() {
    let (ours, theirs) = Bench::pair().await;
    let ann = person(&theirs, "ann").await;
    let party = exchanger(&ours).await;
    let made = theirs.request("POST", "/api/subject-tokens", json!({"userId": ann})).await;
    for (token, kind) in [
        (made.text_of("subjectToken"), IMPERSONATION),
        (personal_token(&theirs, &ann).await, PERSONAL),
        (theirs.token(&ann, &party.id, "openid"), ACCESS),
    ] {
        assert_eq!(exchange(&ours, &party, &token, kind).await.told(), invalid_grant(), "{kind}");
    }
}
