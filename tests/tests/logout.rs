//! RP-initiated logout: the session ends, offline refresh tokens stay.

use e2e::{
    browser::{Browser, Login},
    evident::Server,
    http::Http,
    page::Form,
    relying_party::{POST_LOGOUT_URI, RelyingParty},
};

async fn sign_out(browser: &Browser, target: &str) -> String {
    let page = browser.open(target).await.unwrap();
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.text();
    assert!(page.contains("op.logoutform"), "{page}");
    let form = Form::read(&page).unwrap();
    assert!(form.fields.iter().any(|(name, _)| name == "xsrf"), "{page}");
    let done = browser.submit(target, &form.fill("logout", "yes")).await.unwrap();
    assert!(matches!(done.status, 200 | 303), "{}", done.text());
    done.header("location")
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_ends_the_session_and_leaves_offline_tokens() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    management.create_person("tom", "a right password").await.unwrap();
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    let http: Http = server.http().unwrap();
    let browser = Browser::new(&server.endpoint()).unwrap();
    let login = Login::new("tom", "a right password");
    let code = browser.authorize(&party.request(), login).await.unwrap().code().unwrap();
    let tokens = party.redeem(&http, &code).await.unwrap().expect(200).unwrap();

    let end = |uri: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", &party.client_id);
        query.append_pair("post_logout_redirect_uri", uri).append_pair("state", "bye");
        format!("/oidc/session/end?{}", query.finish())
    };
    let refused = browser.open(&end("https://evil.example/")).await.unwrap();
    assert_eq!(refused.oauth(), (400, "invalid_request".into()));
    assert_eq!(refused.member("error_description"), "post_logout_redirect_uri not registered");

    let target = sign_out(&browser, &end(POST_LOGOUT_URI)).await;
    assert_eq!(target, format!("{POST_LOGOUT_URI}?state=bye"));
    let silent = party.request().with("prompt", "none");
    let callback = browser.follow(&silent.target()).await.unwrap();
    assert_eq!(callback.parameter("error").as_deref(), Some("login_required"));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    party.refresh(&http, refresh).await.unwrap().expect(200).unwrap();
    assert_eq!(management.count("SessionEnded", "").await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn logout_ends_tokens_that_live_with_the_session() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    management.create_person("tom", "a right password").await.unwrap();
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    let http = server.http().unwrap();
    let browser = Browser::new(&server.endpoint()).unwrap();
    let login = Login::new("tom", "a right password");
    let request = party.request().with("prompt", "login");
    let code = browser.authorize(&request, login).await.unwrap().code().unwrap();
    let tokens = party.redeem(&http, &code).await.unwrap().expect(200).unwrap();
    let me = http.bearer(tokens["access_token"].as_str().unwrap());
    me.get("/oidc/me").await.unwrap().expect(200).unwrap();
    let target = format!("/oidc/session/end?client_id={}", party.client_id);
    sign_out(&browser, &target).await;
    assert_eq!(me.get("/oidc/me").await.unwrap().oauth(), (401, "invalid_token".into()));
}
