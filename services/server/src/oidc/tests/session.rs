//! Sessions of a browser: a fresh one at each sign-in, and an end that is an end.

use crate::testing::{
    Answer, Bench,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

async fn ground() -> (Bench, RelyingParty) {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    person(&bench, "ann").await;
    let party = RelyingParty::demo(&bench);
    (bench, party)
}

/// Signs out with or without a hint; gives the page that asks and the answer to a yes.
async fn sign_out(browser: &Browser<'_>, query: &str) -> (Answer, Answer) {
    let page = browser.open(&format!("/oidc/session/end{query}")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let after = |marker: &str| {
        let tail = page.text.split(marker).nth(1).unwrap();
        tail.split('"').next().unwrap().replace("&amp;", "&")
    };
    let (xsrf, action) = (after("name=\"xsrf\" value=\""), after("action=\""));
    let out = browser.post(&action, &[("xsrf", &xsrf), ("logout", "yes")]).await;
    (page, out)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_makes_a_session_that_nobody_could_have_planted() {
    let (bench, party) = ground().await;
    let attacker = Browser::new(&bench);
    attacker.authorize(&party.request(), "ann").await;
    let victim = Browser::new(&bench);
    let planted = attacker.cookie("_session");
    victim.plant("_session", &planted);
    victim.plant("_session.sig", &attacker.cookie("_session.sig"));
    let again = party.request().with("prompt", "login");
    let answer = victim.authorize(&again, "tom").await;
    assert!(!answer.sent_on("code").is_empty(), "{:?}", answer.headers);
    let fresh = victim.cookie("_session");
    assert_ne!(fresh, planted);
    let parts = |cookie: &str| {
        cookie.split_once('.').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
    };
    let ((id, secret), (old_id, old_secret)) = (parts(&fresh).unwrap(), parts(&planted).unwrap());
    assert!(id != old_id && secret != old_secret);
    // What was planted stands for nobody any more.
    let silent = party.request().with("scope", "openid").with("prompt", "none");
    let refused = attacker.open(&silent.target()).await;
    assert_eq!(refused.sent_on("error"), "login_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_person_gets_a_fresh_session_too_and_signs_out_of_both() {
    let (bench, party) = ground().await;
    let browser = Browser::new(&bench);
    let bound = party.request().with("scope", "openid");
    let first = browser.tokens(&party, &bound, "tom").await.text_of("access_token");
    let before = browser.cookie("_session");
    let second = browser.tokens(&party, &bound.with("prompt", "login"), "tom").await;
    assert_ne!(browser.cookie("_session"), before);
    assert_eq!(super::me(&bench, &first).await.status, 200, "it lives on");
    let (_, out) = sign_out(&browser, "").await;
    assert_eq!(out.status, 200, "{}", out.text);
    assert_eq!(super::me(&bench, &first).await.status, 401);
    assert_eq!(super::me(&bench, &second.text_of("access_token")).await.status, 401);
    assert_eq!(bench.count("SessionEnded").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_of_somebody_else_does_not_sign_out_by_itself() {
    let (bench, party) = ground().await;
    let (ann, tom) = (Browser::new(&bench), Browser::new(&bench));
    let hers = ann.tokens(&party, &party.request(), "ann").await.text_of("id_token");
    let his = tom.tokens(&party, &party.request(), "tom").await.text_of("id_token");
    let (page, _) = sign_out(&tom, &format!("?id_token_hint={hers}")).await;
    assert!(!page.text.contains("data-auto-submit"), "{}", page.text);
    let tom = Browser::new(&bench);
    tom.authorize(&party.request(), "tom").await;
    let (page, out) = sign_out(&tom, &format!("?id_token_hint={his}")).await;
    assert!(page.text.contains("data-auto-submit"), "{}", page.text);
    assert_eq!(out.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_yes_signs_nobody_out() {
    let (bench, party) = ground().await;
    let browser = Browser::new(&bench);
    browser.authorize(&party.request(), "tom").await;
    for xsrf in ["", "forged"] {
        let fields = [("xsrf", xsrf), ("logout", "yes")];
        let refused = browser.post("/oidc/session/end/confirm", &fields).await;
        assert_eq!(refused.oauth(), (400, "invalid_request"));
    }
    assert_eq!(bench.count("SessionEnded").await, 0);
}
