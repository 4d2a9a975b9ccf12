//! The device page, as a browser without script sees it.

use axum::{body::Body, http::Request};

use crate::{
    clients::DEVICE_DEMO_APP,
    testing::{
        Answer, Bench,
        browser::{Browser, person},
        relying_party::RelyingParty,
    },
};

/// Begins on a device; gives the code that it shows.
async fn shown_code(bench: &Bench) -> String {
    let form = format!("client_id={DEVICE_DEMO_APP}&scope=openid");
    let request = Request::post("/oidc/device/auth")
        .header("content-type", "application/x-www-form-urlencoded");
    let begun = bench.send(request.body(Body::from(form)).unwrap()).await;
    begun.text_of("user_code")
}

/// The value of a hidden field.
fn field(page: &Answer, name: &str) -> String {
    let tag = page.text.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\"")));
    let tag = tag.unwrap_or_else(|| panic!("no {name}: {}", page.text));
    tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Follows redirects to the page.
async fn follow(browser: &Browser<'_>, target: &str) -> Answer {
    let mut answer = browser.open(target).await;
    for _ in 0..3 {
        if answer.status != 303 {
            break;
        }
        answer = browser.open(answer.header("location")).await;
    }
    answer
}

/// Types a code at the page; gives the page that follows.
async fn typed(browser: &Browser<'_>, code: &str) -> Answer {
    let page = follow(browser, "/device").await;
    let xsrf = field(&page, "xsrf");
    let fields = [("xsrf", xsrf.as_str()), ("device_user_code", code), ("submit", "submit")];
    let sent = browser.post("/oidc/device", &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    browser.open(sent.header("location")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_the_pages_cookies_gets_them_first() {
    let bench = Bench::new().await;
    let code = shown_code(&bench).await;
    let browser = Browser::new(&bench);
    let sent = browser.open(&format!("/device?user_code={code}")).await;
    let start = format!("/oidc/device?user_code={code}");
    assert_eq!((sent.status, sent.header("location")), (303, start.as_str()));
    let back = browser.open(&start).await;
    let page = format!("/device?user_code={code}&begun=1");
    assert_eq!((back.status, back.header("location")), (303, page.as_str()));
    let lines: Vec<&str> =
        back.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    let readable = lines.iter().find(|line| line.starts_with("_logto_device_flow_xsrf=")).unwrap();
    assert!(readable.ends_with("; Path=/device; Max-Age=600; SameSite=Lax"), "{readable}");
    let bound = lines.iter().find(|line| line.starts_with("_device=")).unwrap();
    assert!(bound.contains("; HttpOnly; SameSite=Lax"), "{bound}");
    let shown = browser.open(&page).await;
    assert_eq!(shown.status, 200);
    assert_eq!(field(&shown, "user_code"), code);
    assert_eq!(field(&shown, "xsrf"), browser.cookie("_logto_device_flow_xsrf"));
    let policy = shown.header("content-security-policy");
    assert!(policy.contains("form-action 'self';") && policy.contains("frame-ancestors 'none'"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_keeps_no_cookies_is_not_sent_in_circles() {
    let bench = Bench::new().await;
    let answer = Browser::new(&bench).open("/device?begun=1").await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("session.not_found"), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reason_that_speaks_against_a_code_is_told_at_the_page() {
    let bench = Bench::new().await;
    let browser = Browser::new(&bench);
    let code = shown_code(&bench).await;
    let used = shown_code(&bench).await;
    let confirm = typed(&browser, &used).await;
    assert_eq!((confirm.status, field(&confirm, "user_code")), (200, used.clone()));
    let xsrf = field(&confirm, "xsrf");
    let fields = [("xsrf", xsrf.as_str()), ("user_code", &used), ("abort", "yes")];
    let aborted = browser.post("/oidc/device", &fields).await;
    let page = browser.open(aborted.header("location")).await;
    assert!(page.text.contains("data-code=\"device.aborted\""), "{}", page.text);
    for (code, reason) in [
        ("", "device.no_code"),
        ("   ", "device.no_code"),
        ("BBBB-BBBB", "device.not_found"),
        ("<script>", "device.not_found"),
        (&used, "device.already_used"),
    ] {
        let page = typed(&browser, code).await;
        assert_eq!(page.status, 422, "{code}");
        assert!(page.text.contains(&format!("data-code=\"{reason}\"")), "{code}: {}", page.text);
        assert!(!page.text.contains("<script>"), "{}", page.text);
    }
    bench.advance_millis(600_000);
    let page = typed(&browser, &code).await;
    assert!(page.text.contains("data-code=\"device.expired\""), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_many_wrong_codes_no_code_is_looked_up_for_a_while() {
    let bench = Bench::new().await;
    let browser = Browser::new(&bench);
    let code = shown_code(&bench).await;
    for _ in 0..10 {
        let page = typed(&browser, "BBBB-BBBB").await;
        assert!(page.text.contains("device.not_found"), "{}", page.text);
    }
    for guess in ["BBBB-BBBB", &code] {
        let page = typed(&browser, guess).await;
        assert!(page.text.contains("device.too_many_attempts"), "{}", page.text);
        let page = follow(&browser, &format!("/device?user_code={guess}")).await;
        assert!(page.text.contains("device.too_many_attempts"), "{}", page.text);
    }
    assert_eq!(typed(&Browser::new(&bench), &code).await.status, 200, "another browser");
    bench.advance_millis(600_000);
    let page = typed(&browser, "BBBB-BBBB").await;
    assert!(page.text.contains("device.not_found"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_browsers_do_not_make_new_guesses() {
    let bench = Bench::new().await;
    for _ in 0..100 {
        let page = typed(&Browser::new(&bench), "BBBB-BBBB").await;
        assert!(page.text.contains("device.not_found"), "{}", page.text);
    }
    let page = typed(&Browser::new(&bench), "BBBB-BBBB").await;
    assert!(page.text.contains("device.too_many_attempts"), "all come from one address");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_not_shown_to_this_browser_decides_nothing() {
    let bench = Bench::new().await;
    let code = shown_code(&bench).await;
    let (browser, other) = (Browser::new(&bench), Browser::new(&bench));
    for browser in [&browser, &other] {
        follow(browser, "/device").await;
    }
    let foreign = other.cookie("_logto_device_flow_xsrf");
    let before = bench.head();
    for xsrf in ["", "forged", foreign.as_str()] {
        for decision in ["confirm", "abort"] {
            let fields = [("xsrf", xsrf), ("user_code", code.as_str()), (decision, "yes")];
            let sent = browser.post("/oidc/device", &fields).await;
            let start = format!("/oidc/device?user_code={code}");
            assert_eq!((sent.status, sent.header("location")), (303, start.as_str()));
        }
    }
    let own = browser.cookie("_logto_device_flow_xsrf");
    let fields = [("xsrf", own.as_str()), ("user_code", code.as_str()), ("abort", "yes")];
    let bare = Browser::new(&bench).post("/oidc/device", &fields).await;
    assert!(bare.header("location").starts_with("/oidc/device"), "the cookie counts too");
    assert_eq!(bench.head(), before, "something was recorded");
    let done = browser.post("/oidc/device", &fields).await;
    assert_eq!(done.header("location"), "/device?error=AbortedError");
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_that_were_planted_say_nothing_in_the_name_of_who_is_signed_in() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let code = shown_code(&bench).await;
    let (victim, attacker) = (Browser::new(&bench), Browser::new(&bench));
    victim.authorize(&RelyingParty::demo(&bench).request(), "tom").await;
    follow(&attacker, "/device").await;
    let cookies = [(&victim, "_session"), (&victim, "_session.sig"), (&attacker, "_device")];
    let cookies: Vec<String> = cookies
        .iter()
        .chain(&[(&attacker, "_device.sig")])
        .map(|(browser, name)| format!("{name}={}", browser.cookie(name)))
        .collect();
    let xsrf = attacker.cookie("_logto_device_flow_xsrf");
    let form = format!("xsrf={xsrf}&user_code={code}&confirm=yes");
    let request = Request::post("/oidc/device")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookies.join("; "));
    let sent = bench.send(request.body(Body::from(form)).unwrap()).await;
    assert!(sent.header("location").starts_with("/oidc/device"), "{:?}", sent.headers);
    assert_eq!(bench.count("DeviceAuthorizationApproved").await, 0);
}
