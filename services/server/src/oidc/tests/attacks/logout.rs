//! Forged logout: nobody is signed out, or sent elsewhere, by what an attacker can write.

use crypto::key::{Algorithm, PrivateKey, Signer};
use serde_json::json;

use super::refused;
use crate::testing::{
    Answer, Bench,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

const HINT: &str = "could not validate id_token_hint";

async fn signed_in<'a>(bench: &'a Bench, party: &RelyingParty) -> (Browser<'a>, String) {
    person(bench, "tom").await;
    let browser = Browser::new(bench);
    let tokens = browser.tokens(party, &party.request(), "tom").await;
    (browser, tokens.text_of("id_token"))
}

async fn is_signed_in(browser: &Browser<'_>, party: &RelyingParty) -> bool {
    let silent = party.request().with("scope", "openid").with("prompt", "none");
    !browser.open(&silent.target()).await.sent_on("code").is_empty()
}

/// The value of a hidden field of the logout page.
fn xsrf(page: &Answer) -> String {
    let tag = page.text.split("<input").find(|tag| tag.contains("name=\"xsrf\"")).unwrap();
    tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_hint_is_no_hint() {
    let bench = Bench::new().await;
    let party = RelyingParty::demo(&bench);
    let (browser, genuine) = signed_in(&bench, &party).await;
    let forger = Signer::new(PrivateKey::generate(Algorithm::ES384).unwrap());
    let ours = bench.site.signer().unwrap();
    let claims = json!({"iss": bench.site.issuer(), "sub": "tom", "aud": party.id});
    let elsewhere = json!({"iss": "https://evil.example", "sub": "tom", "aud": party.id});
    let mint = |signer, typ, claims| crypto::jwt::mint(signer, typ, claims).unwrap();
    let (message, _) = genuine.rsplit_once('.').unwrap();
    for hint in [
        mint(&forger, None, &claims),
        mint(&ours, None, &elsewhere),
        mint(&ours, Some("logout+jwt"), &claims),
        mint(&ours, Some("at+jwt"), &claims),
        format!("{message}."),
        format!("{message}.{}", "A".repeat(128)),
        "x".into(),
    ] {
        let answered = browser.open(&format!("/oidc/session/end?id_token_hint={hint}")).await;
        assert_eq!(answered.told(), refused(400, "invalid_request", HINT), "{hint}");
    }
    assert!(is_signed_in(&browser, &party).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_alone_signs_nobody_out() {
    let bench = Bench::new().await;
    let party = RelyingParty::demo(&bench);
    let (browser, hint) = signed_in(&bench, &party).await;
    let page = browser.open(&format!("/oidc/session/end?id_token_hint={hint}")).await;
    assert_eq!(page.status, 200);
    assert!(is_signed_in(&browser, &party).await, "a GET ended the session");
    // The form of another session does not count, nor one without a token.
    person(&bench, "eve").await;
    let attacker = Browser::new(&bench);
    attacker.authorize(&party.request(), "eve").await;
    let foreign = xsrf(&attacker.open("/oidc/session/end").await);
    for token in [foreign.as_str(), "", "x"] {
        let fields = [("xsrf", token), ("logout", "yes")];
        let answered = browser.post("/oidc/session/end/confirm", &fields).await;
        assert_eq!(answered.told(), refused(400, "invalid_request", "xsrf token invalid"));
    }
    assert!(is_signed_in(&browser, &party).await);
    let own = xsrf(&browser.open("/oidc/session/end").await);
    let fields = [("xsrf", own.as_str()), ("logout", "yes")];
    assert_eq!(browser.post("/oidc/session/end/confirm", &fields).await.status, 200);
    assert!(!is_signed_in(&browser, &party).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_sends_nobody_to_a_place_that_is_not_registered() {
    let bench = Bench::new().await;
    let party = RelyingParty::demo(&bench);
    let (browser, hint) = signed_in(&bench, &party).await;
    let not_registered = refused(400, "invalid_request", "post_logout_redirect_uri not registered");
    for uri in ["https://evil.example", "//evil.example", "javascript:alert(1)", "/"] {
        for who in [format!("client_id={}", party.id), format!("id_token_hint={hint}")] {
            let path = format!("/oidc/session/end?{who}&post_logout_redirect_uri={uri}");
            let answered = browser.open(&path).await;
            assert_eq!(
                (answered.told(), answered.header("location")),
                (not_registered.clone(), "")
            );
        }
        // The confirmation checks again: its query is not trusted either.
        let token = xsrf(&browser.open("/oidc/session/end").await);
        let path = format!(
            "/oidc/session/end/confirm?client_id={}&post_logout_redirect_uri={uri}",
            party.id
        );
        let answered = browser.post(&path, &[("xsrf", &token), ("logout", "yes")]).await;
        assert_eq!((answered.told(), answered.header("location")), (not_registered.clone(), ""));
    }
    let (path, description) = (
        format!("/oidc/session/end?client_id=nobody&id_token_hint={hint}"),
        "client_id does not match the provided id_token_hint",
    );
    assert_eq!(browser.open(&path).await.told(), refused(400, "invalid_request", description));
    assert!(is_signed_in(&browser, &party).await);
}
