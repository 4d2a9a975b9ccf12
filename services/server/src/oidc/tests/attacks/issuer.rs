//! Mix-up: a client that talks to several providers must be able to tell who answered (RFC 9207).

use axum::{body::Body, http::Request};

use crate::testing::{
    Bench, ENDPOINT,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_the_authorization_endpoint_says_who_answers() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let browser = Browser::new(&bench);
    let issuer = format!("{ENDPOINT}/oidc");
    let silent = party.request().with("scope", "openid").with("prompt", "none");
    let refused = browser.open(&silent.target()).await;
    assert_eq!(
        (refused.sent_on("error"), refused.sent_on("iss")),
        ("login_required".into(), issuer.clone())
    );
    let granted = browser.authorize(&party.request(), "tom").await;
    assert!(!granted.sent_on("code").is_empty());
    assert_eq!(granted.sent_on("iss"), issuer);
    let fragment = browser.open(&silent.clone().with("response_mode", "fragment").target()).await;
    let encoded =
        format!("iss={}", form_urlencoded::byte_serialize(issuer.as_bytes()).collect::<String>());
    let (_, members) = fragment.header("location").split_once('#').unwrap();
    assert!(members.split('&').any(|member| member == encoded), "{members}");
    let form = browser.open(&silent.with("response_mode", "form_post").target()).await;
    assert!(form.text.contains(&format!("name=\"iss\" value=\"{issuer}\"")), "{}", form.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_header_of_a_request_changes_who_we_are() {
    let bench = Bench::new().await;
    let request = Request::get("/oidc/.well-known/openid-configuration")
        .header("host", "evil.example")
        .header("forwarded", "host=evil.example;proto=https")
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "https");
    let answered = bench.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answered.status, 200);
    assert_eq!(answered.text_of("issuer"), format!("{ENDPOINT}/oidc"));
    assert!(!answered.text.contains("evil"), "{}", answered.text);
}
