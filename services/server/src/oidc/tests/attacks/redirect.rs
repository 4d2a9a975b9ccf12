//! Redirect tricks: what only looks like a registered URI is answered here, without a redirect.

use super::{refused, registered};
use crate::testing::{Answer, Bench, browser::Browser, relying_party::RelyingParty};

const DESCRIPTION: &str = "redirect_uri did not match any of the client's registered redirect_uris";

/// Asks for an answer at `uri`.
async fn ask(bench: &Bench, party: &RelyingParty, uri: &str) -> Answer {
    let request = party.request().with("redirect_uri", uri);
    Browser::new(bench).open(&request.target()).await
}

/// None of these is redirected to, nor told anything.
async fn none_is_trusted(bench: &Bench, party: &RelyingParty, tricks: &[&str]) {
    for uri in tricks {
        let answered = ask(bench, party, uri).await;
        assert_eq!(answered.told(), refused(400, "invalid_redirect_uri", DESCRIPTION), "{uri}");
        assert_eq!(answered.header("location"), "", "{uri}");
        assert_eq!(answered.header("set-cookie"), "", "{uri}");
    }
    assert_eq!(bench.count("InteractionStarted").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_registered_text_is_redirected_to() {
    let bench = Bench::new().await;
    let (party, _) = registered(&bench, "SPA", &["https://app.example/callback"]).await;
    let tricks = [
        // User information.
        "https://app.example@evil.example/callback",
        "https://user@app.example/callback",
        "https://app.example:443@evil.example/callback",
        "https://app.example%40evil.example/callback",
        // Slashes, back slashes and their escapes.
        "https://app.example%2fcallback",
        "https://app.example\\@evil.example/callback",
        "https://evil.example\\.app.example/callback",
        "https:///app.example/callback",
        "https:app.example/callback",
        "//app.example/callback",
        "https://app.example//callback",
        "https://app.example/callback/",
        "https://app.example/x/../callback",
        "https://app.example/x/%2e%2e/callback",
        "https://app.example/c%61llback",
        // Fragment and query.
        "https://app.example/callback#",
        "https://app.example/callback#evil",
        "https://app.example/callback?",
        "https://app.example/callback?next=https://evil.example",
        // Case, dots, ports and other schemes.
        "https://APP.example/callback",
        "https://app.example/Callback",
        "HTTPS://app.example/callback",
        "https://app.example./callback",
        "https://app.example.evil.example/callback",
        "https://xapp.example/callback",
        "https://app.example:443/callback",
        "https://app.example:8443/callback",
        "http://app.example/callback",
        "javascript:alert(1)//https://app.example/callback",
        "data:text/html,x",
        // White space and characters that browsers drop.
        " https://app.example/callback",
        "https://app.example/callback ",
        "https://app.example/call\tback",
        "https://app.example/callback\r\nLocation: https://evil.example",
        "https://app\u{3002}example/callback",
        "https://\u{430}pp.example/callback",
        "https://*.example/callback",
        "*",
    ];
    none_is_trusted(&bench, &party, &tricks).await;
    let right = ask(&bench, &party, "https://app.example/callback").await;
    assert_eq!(right.status, 303, "{}", right.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wildcard_lets_no_other_site_in() {
    let bench = Bench::new().await;
    let (party, _) = registered(&bench, "SPA", &["https://pr-*.apps.example.com/cb"]).await;
    let tricks = [
        "https://pr-.apps.example.com/cb",
        "https://pr-a.b.apps.example.com/cb",
        "https://pr-evil.example/x.apps.example.com/cb",
        "https://pr-evil.example?x.apps.example.com/cb",
        "https://pr-evil@evil.example/.apps.example.com/cb",
        "https://pr-a%2eapps.example.com/cb",
        "https://pr-a.apps.example.com.evil.example/cb",
        "https://pr-*.apps.example.com/cb",
        "http://pr-a.apps.example.com/cb",
        "https://pr-a.apps.example.com:8443/cb",
        "https://pr-a.apps.example.com/cb/../x",
    ];
    none_is_trusted(&bench, &party, &tricks).await;
    let right = ask(&bench, &party, "https://pr-12.apps.example.com/cb").await;
    assert_eq!(right.status, 303, "{}", right.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loopback_matches_any_port_and_nothing_else() {
    let bench = Bench::new().await;
    let (party, _) = registered(&bench, "Native", &["http://127.0.0.1/cb"]).await;
    let tricks = [
        "http://localhost:5000/cb",
        "http://[::1]:5000/cb",
        "http://127.0.0.1:5000/other",
        "http://127.0.0.1:5000/cb?x",
        "http://127.0.0.1:5000@evil.example/cb",
        "http://127.0.0.1.evil.example:5000/cb",
        "http://127.0.0.2:5000/cb",
        "http://2130706433:5000/cb",
        "http://127.1:5000/cb",
        "https://127.0.0.1:5000/cb",
        "http://127.0.0.1:99999/cb",
    ];
    none_is_trusted(&bench, &party, &tricks).await;
    let right = ask(&bench, &party, "http://127.0.0.1:5000/cb").await;
    assert_eq!(right.status, 303, "{}", right.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_cannot_be_answered_at_a_trusted_place_is_answered_here() {
    let bench = Bench::new().await;
    let (party, _) = registered(&bench, "SPA", &["https://app.example/callback"]).await;
    let browser = Browser::new(&bench);
    let unknown = browser.open(&party.request().with("client_id", "nobody").target()).await;
    assert_eq!(unknown.told(), refused(400, "invalid_client", "client is invalid"));
    let missing = browser.open(&party.request().with("redirect_uri", "").target()).await;
    let description = "missing required parameter 'redirect_uri'";
    assert_eq!(missing.told(), refused(400, "invalid_request", description));
    let twice = format!("{}&redirect_uri=https://evil.example", party.request().target());
    let description = "'redirect_uri' parameter must not be provided twice";
    assert_eq!(browser.open(&twice).await.told(), refused(400, "invalid_request", description));
}
