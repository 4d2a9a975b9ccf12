//! The hosted pages, used as a browser without script uses them.

use e2e::{browser::Browser, evident::Server, page::Form, relying_party::RelyingParty};

async fn ground() -> (Server, RelyingParty, Browser) {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    management.create_person("tom", "a right password").await.unwrap();
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    let browser = Browser::new(&server.endpoint()).unwrap();
    (server, party, browser)
}

/// Opens the page where an answer leads, or reads the page that it is; gives where and what.
async fn page(browser: &Browser, answer: e2e::http::Answer, at: &str) -> (String, String) {
    if answer.status == 303 {
        let target = answer.header("location");
        let page = browser.open(&target).await.unwrap();
        assert_eq!(page.status, 200, "{target}: {}", page.text());
        (target, page.text())
    } else {
        (at.to_owned(), answer.text())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_without_script() {
    let (server, party, browser) = ground().await;
    let start = browser.open(&party.request().target()).await.unwrap();
    assert_eq!(start.status, 303, "{}", start.text());
    let target = start.header("location");
    assert!(target.contains("/sign-in?app_id="), "{target}");

    let shown = browser.open(&target).await.unwrap();
    assert_eq!(shown.status, 200);
    assert!(shown.header("content-type").starts_with("text/html"));
    assert!(shown.header("content-security-policy").contains("frame-ancestors"));
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    let form = Form::read(&shown.text()).unwrap();
    assert!(form.fields.iter().any(|(name, _)| name == "csrf"), "no anti-forgery token");

    let wrong = form.fill("identifier", "tom").fill("password", "wrong");
    let refused = browser.submit(&target, &wrong).await.unwrap();
    assert!(refused.status < 500, "{}", refused.text());
    let (target, again) = page(&browser, refused, &target).await;
    assert!(again.contains("session.invalid_credentials"), "no message: {again}");
    assert!(again.contains("value=\"tom\""), "what was typed is gone: {again}");
    assert!(!again.contains("wrong\""), "the password is on the page: {again}");

    let right = Form::read(&again).unwrap().fill("password", "a right password");
    let done = browser.submit(&target, &right).await.unwrap();
    assert_eq!(done.status, 303, "{}", done.text());
    let callback = browser.follow(&done.header("location")).await.unwrap();
    let code = callback.code().unwrap();
    party.redeem(&server.http().unwrap(), &code).await.unwrap().expect(200).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_up_without_script() {
    let (server, party, browser) = ground().await;
    let request = party.request().with("first_screen", "register");
    let start = browser.open(&request.target()).await.unwrap();
    let target = start.header("location");
    assert!(target.contains("/register"), "{target}");
    let shown = browser.open(&target).await.unwrap();

    let taken = Form::read(&shown.text()).unwrap().fill("identifier", "tom");
    let refused = browser.submit(&target, &taken).await.unwrap();
    let (at, mut again) = page(&browser, refused, &target).await;
    let mut at = at;
    if !again.contains("already_in_use") {
        // The name may be looked at only with the password.
        let password = Form::read(&again).unwrap();
        let password = password.fill("newPassword", "quiet river 7 stones");
        let password = password.fill("confirmPassword", "quiet river 7 stones");
        let refused = browser.submit(&at, &password).await.unwrap();
        (at, again) = page(&browser, refused, &at).await;
    }
    assert!(again.contains("user.username_already_in_use"), "{at}: {again}");

    let shown = browser.open(&target).await.unwrap();
    let free = Form::read(&shown.text()).unwrap().fill("identifier", "ann");
    let answer = browser.submit(&target, &free).await.unwrap();
    let (at, shown) = page(&browser, answer, &target).await;
    let password = Form::read(&shown).unwrap();
    let password = password.fill("newPassword", "quiet river 7 stones");
    let password = password.fill("confirmPassword", "quiet river 7 stones");
    let done = browser.submit(&at, &password).await.unwrap();
    assert_eq!(done.status, 303, "{}", done.text());
    let callback = browser.follow(&done.header("location")).await.unwrap();
    let code = callback.code().unwrap();
    party.redeem(&server.http().unwrap(), &code).await.unwrap().expect(200).unwrap();
    let management = server.management().await.unwrap();
    let found = management.http.get("/api/users?search.username=ann").await.unwrap();
    let found = found.expect(200).unwrap();
    assert_eq!(found[0]["applicationId"], party.client_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_its_token_is_refused() {
    let (_server, party, browser) = ground().await;
    let target = browser.open(&party.request().target()).await.unwrap().header("location");
    let shown = browser.open(&target).await.unwrap().text();
    let form = Form::read(&shown).unwrap();
    let form = form.fill("identifier", "tom").fill("password", "a right password");
    for token in ["", "forged"] {
        let refused = browser.submit(&target, &form.clone().fill("csrf", token)).await.unwrap();
        let moved_on = refused.header("location").contains("/oidc/auth");
        assert!(!moved_on && refused.status < 500, "{} {token}", refused.status);
    }
    let done = browser.submit(&target, &form).await.unwrap();
    assert_eq!(done.status, 303, "{}", done.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_visit_leads_to_the_unknown_session_page() {
    let (_server, _, browser) = ground().await;
    for path in ["/sign-in", "/register", "/consent"] {
        let answer = browser.open(path).await.unwrap();
        assert!(matches!(answer.status, 302 | 303), "{path}: {}", answer.status);
        assert!(answer.header("location").contains("/unknown-session"), "{path}");
    }
    let lost = browser.open("/unknown-session").await.unwrap();
    assert!(lost.header("content-type").starts_with("text/html"));
}

#[tokio::test(flavor = "multi_thread")]
async fn first_screen_and_login_hint_choose_what_is_shown_first() {
    let (_server, party, browser) = ground().await;
    for (name, value, path) in [
        ("first_screen", "sign_in", "/sign-in"),
        ("first_screen", "register", "/register"),
        ("first_screen", "signIn", "/sign-in"),
        ("interaction_mode", "signUp", "/register"),
        ("first_screen", "nonsense", "/sign-in"),
    ] {
        let answer = browser.open(&party.request().with(name, value).target()).await.unwrap();
        let target = answer.header("location");
        assert_eq!(answer.status, 303, "{name}={value}");
        let shown = target.split('?').next().unwrap_or_default();
        assert!(shown.ends_with(path), "{name}={value} leads to {target}");
    }
    let request = party.request().with("login_hint", "tom").with("ui_locales", "de");
    let target = browser.open(&request.target()).await.unwrap().header("location");
    assert!(target.contains("login_hint=tom"), "{target}");
    let shown = browser.open(&target).await.unwrap().text();
    assert!(shown.contains("value=\"tom\"") && shown.contains("lang=\"de\""), "{shown}");
}
