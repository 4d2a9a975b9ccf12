//! The error table of the OIDC contract: exact status, error and description.

use std::time::{Duration, SystemTime};

use e2e::{
    browser::{Browser, Login},
    evident::Server,
    http::{Answer, Http},
    management::Management,
    relying_party::{AuthorizationRequest, RelyingParty},
    waiting::until,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn ground() -> (Server, Management, Http) {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let http = server.http().unwrap();
    (server, management, http)
}

/// Status, error and description; the product's own members must be there as well.
fn told(answer: &Answer) -> (u16, String, String) {
    let error = answer.member("error");
    assert_eq!(answer.member("code"), format!("oidc.{error}"), "{}", answer.text());
    assert!(!answer.member("message").is_empty(), "{}", answer.text());
    (answer.status, error, answer.member("error_description"))
}

fn is(status: u16, error: &str, description: &str) -> (u16, String, String) {
    (status, error.to_owned(), description.to_owned())
}

/// Error and description that the application is told by a redirect.
async fn redirected(browser: &Browser, request: AuthorizationRequest) -> (String, String) {
    let callback = browser.follow(&request.target()).await.unwrap();
    let told = |name| callback.parameter(name).unwrap_or_default();
    assert!(told("iss").ends_with("/oidc"), "{}", callback.0);
    (told("error"), told("error_description"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_prove_who_it_is_is_refused() {
    let (_server, management, http) = ground().await;
    let party = RelyingParty::register(&management, "Traditional").await.unwrap();
    let secret = party.secret.clone().unwrap();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "x")];

    let nobody = http.form("/oidc/token", &fields).await.unwrap();
    let description = "no client authentication mechanism provided";
    assert_eq!(told(&nobody), is(400, "invalid_request", description));

    let malformed = http.request(Method::POST, "/oidc/token");
    let malformed = malformed.header("authorization", "Basic !!!").form(&fields);
    let malformed = http.send(malformed).await.unwrap();
    let description = "invalid authorization header value format";
    assert_eq!(told(&malformed), is(400, "invalid_request", description));

    let mismatch = http.request(Method::POST, "/oidc/token");
    let mismatch = mismatch.basic_auth(&party.client_id, Some(&secret));
    let mismatch = mismatch.form(&[fields.as_slice(), &[("client_id", "another")]].concat());
    let mismatch = http.send(mismatch).await.unwrap();
    assert_eq!(told(&mismatch), is(400, "invalid_request", "client_id mismatch"));

    let wrong = RelyingParty { secret: Some("wrong".into()), ..party.clone() };
    let wrong = wrong.token(&http, &fields).await.unwrap();
    assert_eq!(told(&wrong), is(401, "invalid_client", "client authentication failed"));
    assert!(wrong.header("www-authenticate").starts_with("Basic"));

    let own = [("client_id", party.client_id.as_str()), ("client_secret", "wrong")];
    let posted = http.form("/oidc/token", &[fields.as_slice(), &own].concat()).await.unwrap();
    assert_eq!(told(&posted), is(401, "invalid_client", "client authentication failed"));
    assert_eq!(posted.header("www-authenticate"), "");

    let unknown = RelyingParty { client_id: "nobody".into(), secret: Some("x".into()) };
    let unknown = unknown.token(&http, &fields).await.unwrap();
    assert_eq!(told(&unknown), is(401, "invalid_client", "client authentication failed"));

    let right = party.token(&http, &fields).await.unwrap();
    assert_eq!(told(&right), is(400, "invalid_grant", "grant request is invalid"));
    assert!(right.json().get("error_uri").is_some());
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "the expiry is compared with the server's own clock")]
async fn an_expired_secret_authenticates_nobody() {
    let (_server, management, http) = ground().await;
    let party = RelyingParty::register(&management, "Traditional").await.unwrap();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as u64;
    let path = format!("/api/applications/{}/secrets", party.client_id);
    let short = json!({ "name": "Short", "expiresAt": now + 2_000 });
    let short = management.http.post(&path, &short).await.unwrap().expect(201).unwrap();
    let party = RelyingParty { secret: short["value"].as_str().map(str::to_owned), ..party };
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let expired = until("the secret to expire", Duration::from_secs(20), || async {
        let answer = party.token(&http, &fields).await.unwrap();
        (answer.member("error") != "invalid_grant").then_some(answer)
    });
    let expired = expired.await.unwrap();
    assert_eq!(told(&expired), is(400, "invalid_request", "client secret has expired"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_trusted_redirect_uri_there_is_no_redirect() {
    let (server, management, _) = ground().await;
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    let browser = Browser::new(&server.endpoint()).unwrap();
    let open = |request: AuthorizationRequest| {
        let browser = browser.clone();
        async move { browser.open(&request.target()).await.unwrap() }
    };
    let unknown = open(party.request().with("client_id", "nobody")).await;
    assert_eq!(
        (unknown.oauth(), unknown.header("location")),
        ((400, "invalid_client".into()), String::new())
    );
    for uri in [
        "http://127.0.0.1:9/other",
        "http://127.0.0.1:9/callback/",
        "http://127.0.0.1:9/callback?x=1",
        "http://127.0.0.1:9/a/../callback",
        "http://127.0.0.1:9/CALLBACK",
        "https://evil.example/callback",
        "http://127.0.0.1:9/callback#x",
        "http://127.0.0.1:9@evil.example/callback",
    ] {
        let answer = open(party.request().with("redirect_uri", uri)).await;
        assert_eq!(answer.oauth(), (400, "invalid_redirect_uri".into()), "{uri}");
        assert_eq!(answer.header("location"), "", "{uri}");
    }
    let missing = open(party.request().without("redirect_uri")).await;
    assert_eq!((missing.status, missing.header("location")), (400, String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_redirect_uri_is_told_what_is_wrong() {
    let (server, management, _) = ground().await;
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    let browser = Browser::new(&server.endpoint()).unwrap();
    let told = |request: AuthorizationRequest| redirected(&browser, request);
    let request = || party.request();

    let (error, description) =
        told(request().without("code_challenge").without("code_challenge_method")).await;
    let pkce = "Authorization Server policy requires PKCE to be used for this request";
    assert_eq!((error.as_str(), description.as_str()), ("invalid_request", pkce));
    let (error, _) = told(request().with("code_challenge_method", "plain")).await;
    assert_eq!(error, "invalid_request");
    let (error, _) = told(request().with("prompt", "none")).await;
    assert_eq!(error, "login_required");
    let (error, _) = told(request().with("prompt", "none login")).await;
    assert_eq!(error, "invalid_request");
    let (error, _) = told(request().with("response_type", "token")).await;
    assert_eq!(error, "unsupported_response_type");
    let (error, description) = told(request().with("resource", "https://unknown.example")).await;
    let unknown = "resource indicator is missing, or unknown";
    assert_eq!((error.as_str(), description.as_str()), ("invalid_target", unknown));
    let (error, description) = told(request().with("resource", "no-uri")).await;
    let relative = "resource indicator must be an absolute URI";
    assert_eq!((error.as_str(), description.as_str()), ("invalid_target", relative));
    let (error, _) = told(request().and("nonce", "a-second-nonce")).await;
    assert_eq!(error, "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_for_one_client_one_verifier_and_one_redirect_uri() {
    let (server, management, http) = ground().await;
    management.create_person("tom", "a right password").await.unwrap();
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    let other = RelyingParty::register(&management, "SPA").await.unwrap();
    let login = Login::new("tom", "a right password");
    let code = || async {
        let browser = Browser::new(&server.endpoint()).unwrap();
        browser.authorize(&party.request(), login).await.unwrap().code().unwrap()
    };
    let fields = |code: &str, verifier: &str, redirect_uri: &str| {
        [
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("code_verifier", verifier.to_owned()),
            ("redirect_uri", redirect_uri.to_owned()),
        ]
    };
    let verifier = e2e::relying_party::CODE_VERIFIER;
    let uri = e2e::relying_party::REDIRECT_URI;
    let wrong_verifier = "another-verifier-that-is-long-enough-0123456789-0123456789";
    let invalid_grant = is(400, "invalid_grant", "grant request is invalid");
    for (client, fields) in [
        (&other, fields(&code().await, verifier, uri)),
        (&party, fields(&code().await, wrong_verifier, uri)),
        (&party, fields(&code().await, verifier, "http://127.0.0.1:9/other")),
        (&party, fields("no-code", verifier, uri)),
    ] {
        let borrowed = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = client.token(&http, &borrowed).await.unwrap();
        assert_eq!(told(&answer), invalid_grant, "{fields:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_cannot_reach_beyond_its_grant() {
    let (server, management, http) = ground().await;
    management.create_person("tom", "a right password").await.unwrap();
    let party = RelyingParty::register(&management, "Traditional").await.unwrap();
    let browser = Browser::new(&server.endpoint()).unwrap();
    let login = Login::new("tom", "a right password");
    let code = browser.authorize(&party.request(), login).await.unwrap().code().unwrap();
    let tokens = party.redeem(&http, &code).await.unwrap().expect(200).unwrap();
    let token = tokens["refresh_token"].as_str().unwrap();

    let scope = party.refresh_with(&http, token, &[("scope", "openid email")]).await.unwrap();
    assert_eq!(scope.oauth(), (400, "invalid_scope".into()));
    assert_eq!(scope.member("scope"), "email");
    let resource = [("resource", "https://default.logto.app/api")];
    let resource = party.refresh_with(&http, token, &resource).await.unwrap();
    assert_eq!(resource.oauth(), (400, "invalid_target".into()));
    let unknown = party.refresh(&http, "rt_nothing.nothing").await.unwrap();
    assert_eq!(told(&unknown), is(400, "invalid_grant", "grant request is invalid"));
    let other = RelyingParty::register(&management, "Traditional").await.unwrap();
    let stolen = other.refresh(&http, token).await.unwrap();
    assert_eq!(told(&stolen), is(400, "invalid_grant", "grant request is invalid"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_or_deleted_user_gets_no_more_tokens() {
    let (server, management, http) = ground().await;
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    for (username, ends) in [("sue", "suspend"), ("del", "delete")] {
        let id = management.create_person(username, "a right password").await.unwrap();
        let browser = Browser::new(&server.endpoint()).unwrap();
        let login = Login::new(username, "a right password");
        let code = browser.authorize(&party.request(), login).await.unwrap().code().unwrap();
        let tokens = party.redeem(&http, &code).await.unwrap().expect(200).unwrap();
        let user = format!("/api/users/{id}");
        if ends == "suspend" {
            let path = format!("{user}/is-suspended");
            let body = json!({ "isSuspended": true });
            management.http.patch(&path, &body).await.unwrap().expect(200).unwrap();
        } else {
            management.http.delete(&user).await.unwrap().expect(204).unwrap();
        }
        let token = tokens["refresh_token"].as_str().unwrap();
        let refused = party.refresh(&http, token).await.unwrap();
        assert_eq!(refused.oauth(), (400, "invalid_grant".into()), "{ends}");
        let me = http.bearer(tokens["access_token"].as_str().unwrap()).get("/oidc/me").await;
        assert_eq!(me.unwrap().oauth(), (401, "invalid_token".into()), "{ends}");
        let again = Browser::new(&server.endpoint()).unwrap();
        again.begin(&party.request()).await.unwrap();
        let refused = again.show_password(login).await.unwrap();
        let expected = if ends == "suspend" {
            (401, "user.suspended")
        } else {
            (422, "session.invalid_credentials")
        };
        assert_eq!(refused.refusal(), (expected.0, expected.1.to_owned()), "{ends}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn me_wants_a_token_and_unknown_paths_are_not_found() {
    let (_server, _, http) = ground().await;
    for client in [http.clone(), http.bearer("nonsense"), http.bearer("at_x.y")] {
        let answer = client.get("/oidc/me").await.unwrap();
        assert_eq!(answer.oauth(), (401, "invalid_token".into()));
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
    let unknown = http.get("/oidc/nothing-here").await.unwrap();
    assert_eq!(unknown.oauth(), (404, "invalid_request".into()));
    let bare = http.form("/oidc/token?parse_error=false", &[("grant_type", "x")]).await.unwrap();
    assert_eq!((bare.json().get("code"), bare.json().get("message")), (None::<&Value>, None));
    assert_eq!(bare.member("error"), "invalid_request");
}
