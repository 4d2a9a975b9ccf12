//! Session fixation: what an attacker plants in a browser is not what the victim signs in to.

use serde_json::json;

use super::registered;
use crate::testing::{
    Bench,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

/// Copies a cookie and its twin from one browser to another.
fn plant(from: &Browser<'_>, to: &Browser<'_>, name: &str) {
    for name in [name.to_owned(), format!("{name}.sig")] {
        to.plant(&name, &from.cookie(&name));
    }
}

async fn is_signed_in(browser: &Browser<'_>, party: &RelyingParty) -> bool {
    let silent = party.request().with("scope", "openid").with("prompt", "none");
    let answered = browser.open(&silent.target()).await;
    !answered.sent_on("code").is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sign_in_makes_a_session_of_its_own() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let browser = Browser::new(&bench);
    browser.authorize(&party.request(), "tom").await;
    let first = browser.cookie("_session");
    browser.open(&party.request().with("prompt", "login").target()).await;
    browser.sign_in("tom").await;
    let second = browser.cookie("_session");
    let id = |cookie: &str| cookie.split('.').next().unwrap().to_owned();
    assert!(!first.is_empty() && id(&first) != id(&second) && first != second);
    assert!(!second.contains(first.split('.').nth(1).unwrap()), "the secret was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_session_does_not_become_the_victims() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    person(&bench, "eve").await;
    let party = RelyingParty::demo(&bench);
    let (victim, attacker) = (Browser::new(&bench), Browser::new(&bench));
    attacker.authorize(&party.request(), "eve").await;
    plant(&attacker, &victim, "_session");
    victim.open(&party.request().with("prompt", "login").target()).await;
    victim.sign_in("tom").await;
    assert_ne!(victim.cookie("_session"), attacker.cookie("_session"));
    assert!(is_signed_in(&victim, &party).await);
    // The planted session is over, and so is what the attacker held of it.
    assert!(!is_signed_in(&attacker, &party).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_visit_gives_the_attacker_no_code() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let (victim, attacker) = (Browser::new(&bench), Browser::new(&bench));
    attacker.open(&party.request().target()).await;
    plant(&attacker, &victim, "_interaction");
    let proof = victim.prove("username", "tom").await;
    victim.identify(&proof).await;
    let target = victim.submit().await.text_of("redirectTo");
    // The attacker knows the visit, but has not the session that it made.
    let stolen = attacker.open(&target).await;
    assert_eq!(stolen.status, 303);
    assert!(stolen.header("location").starts_with("/sign-in"), "{:?}", stolen.headers);
    assert_eq!(bench.count("GrantCreated").await, 0);
    assert!(!is_signed_in(&attacker, &party).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_resumed_by_the_browser_that_began_it_only() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let (victim, attacker) = (Browser::new(&bench), Browser::new(&bench));
    victim.open(&party.request().target()).await;
    let proof = victim.prove("username", "tom").await;
    victim.identify(&proof).await;
    let target = victim.submit().await.text_of("redirectTo");
    let lost = json!({
        "code": "session.not_found", "message": "authorization request has expired",
        "error": "invalid_request", "error_description": "authorization request has expired",
    });
    let without_cookie = attacker.open(&target).await;
    assert_eq!(without_cookie.told(), (400, lost.clone()));
    // Nor does the cookie of another visit open it.
    attacker.open(&party.request().target()).await;
    assert_eq!(attacker.open(&target).await.told(), (400, lost));
    assert!(!victim.open(&target).await.sent_on("code").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_cookie_cannot_be_made_up_or_changed() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (party, _) = registered(&bench, "SPA", &["https://app.example/callback"]).await;
    let browser = Browser::new(&bench);
    browser.authorize(&party.request(), "tom").await;
    let (value, signature) = (browser.cookie("_session"), browser.cookie("_session.sig"));
    let (id, secret) = value.split_once('.').unwrap();
    let other = secret.chars().rev().collect::<String>();
    for (value, signature) in [
        (value.clone(), String::new()),
        (value.clone(), "x".repeat(signature.len())),
        (format!("{id}.{other}"), signature.clone()),
        (format!("{id}."), signature.clone()),
        (id.to_owned(), signature.clone()),
        (format!("{value}x"), signature.clone()),
        (value.clone(), browser.cookie("_interaction.sig")),
    ] {
        let thief = Browser::new(&bench);
        thief.plant("_session", &value);
        thief.plant("_session.sig", &signature);
        assert!(!is_signed_in(&thief, &party).await, "{value} {signature}");
    }
    assert!(is_signed_in(&browser, &party).await);
}
