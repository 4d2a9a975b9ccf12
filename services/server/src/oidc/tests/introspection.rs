//! What a token is good for, told to who may know.

use axum::{body::Body, http::Request};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use form_urlencoded::Serializer;
use serde_json::{Value, json};

use crate::testing::{
    Answer, Bench, NOW,
    browser::{Browser, person, suspend},
    relying_party::RelyingParty,
};

/// A service that has a secret.
struct Service {
    id: String,
    secret: String,
}

async fn service(bench: &Bench) -> Service {
    let body = json!({"name": "API", "type": "MachineToMachine"});
    let id = bench.request("POST", "/api/applications", body).await.text_of("id");
    let secrets = bench.get(&format!("/api/applications/{id}/secrets")).await;
    Service { id, secret: secrets.body[0]["value"].as_str().unwrap().to_owned() }
}

async fn post(bench: &Bench, basic: Option<&Service>, fields: &[(&str, &str)]) -> Answer {
    let form = Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = Request::post("/oidc/token/introspection")
        .header("content-type", "application/x-www-form-urlencoded");
    if let Some(Service { id, secret }) = basic {
        let basic = STANDARD.encode(format!("{id}:{secret}"));
        request = request.header("authorization", format!("Basic {basic}"));
    }
    bench.send(request.body(Body::from(form)).unwrap()).await
}

async fn ask(bench: &Bench, service: &Service, token: &str) -> Value {
    let answer = post(bench, Some(service), &[("token", token)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.body
}

fn inactive() -> Value {
    json!({"active": false})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_learns_who_may_do_what_until_when() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let api = service(&bench).await;
    let party = RelyingParty::demo(&bench);
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let now = NOW.seconds().0;
    let expected = json!({
        "active": true, "sub": tom, "client_id": "demo-app", "iat": now, "exp": now + 3_600,
        "iss": "http://localhost:3001/oidc", "scope": "openid offline_access profile",
        "token_type": "Bearer",
    });
    assert_eq!(ask(&bench, &api, &tokens.text_of("access_token")).await, expected);
    let expected = json!({
        "active": true, "sub": tom, "client_id": "demo-app", "iat": now,
        "exp": now + 14 * 86_400, "iss": "http://localhost:3001/oidc",
        "scope": "openid offline_access profile",
    });
    assert_eq!(ask(&bench, &api, &tokens.text_of("refresh_token")).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_good_token_is_inactive_and_nothing_more() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let api = service(&bench).await;
    let party = RelyingParty::demo(&bench);
    let browser = Browser::new(&bench);
    let code = browser.authorize(&party.request(), "tom").await.sent_on("code");
    assert_eq!(ask(&bench, &api, &code).await, inactive(), "a code is no token");
    let tokens = party.redeem(&bench, &code).await;
    let (access, refresh) = (tokens.text_of("access_token"), tokens.text_of("refresh_token"));
    let unknown = format!("at_unknown.{}", "a".repeat(43));
    let forged = format!("{}.{}", access.split('.').next().unwrap(), "a".repeat(43));
    let other_kind = access.replace("at_", "rt_");
    for token in ["x", " ", &unknown, &forged, &other_kind, &format!("{access}x")] {
        assert_eq!(ask(&bench, &api, token).await, inactive(), "{token}");
    }
    let newer = party.refresh(&bench, &refresh, &[]).await;
    assert_eq!(ask(&bench, &api, &refresh).await, inactive(), "rotated");
    assert_eq!(ask(&bench, &api, &newer.text_of("refresh_token")).await["active"], true);
    bench.advance_millis(3_599_999);
    assert_eq!(ask(&bench, &api, &access).await["active"], true);
    bench.advance_millis(1);
    assert_eq!(ask(&bench, &api, &access).await, inactive(), "expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_has_no_active_token() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let api = service(&bench).await;
    let party = RelyingParty::demo(&bench);
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    suspend(&bench, &tom).await;
    for name in ["access_token", "refresh_token"] {
        assert_eq!(ask(&bench, &api, &tokens.text_of(name)).await, inactive(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_were_given_back_are_inactive() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let api = service(&bench).await;
    let party = RelyingParty::demo(&bench);
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let form = format!("client_id=demo-app&token={}", tokens.text_of("refresh_token"));
    let request = Request::post("/oidc/token/revocation")
        .header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(bench.send(request.body(Body::from(form)).unwrap()).await.status, 200);
    for name in ["access_token", "refresh_token"] {
        assert_eq!(ask(&bench, &api, &tokens.text_of(name)).await, inactive(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_with_the_session_is_inactive_after_it() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let api = service(&bench).await;
    let party = RelyingParty::demo(&bench);
    let browser = Browser::new(&bench);
    let request = party.request().with("scope", "openid");
    let access = browser.tokens(&party, &request, "tom").await.text_of("access_token");
    assert_eq!(ask(&bench, &api, &access).await["active"], true);
    let page = browser.open("/oidc/session/end").await;
    let xsrf = page.text.split("name=\"xsrf\" value=\"").nth(1).unwrap();
    let xsrf = xsrf.split('"').next().unwrap();
    let ended =
        browser.post("/oidc/session/end/confirm", &[("xsrf", xsrf), ("logout", "yes")]).await;
    assert_eq!(ended.status, 200, "{}", ended.text);
    assert_eq!(ask(&bench, &api, &access).await, inactive());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_without_a_secret_learns_of_its_own_tokens_only() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let other = RelyingParty::register(&bench, false).await;
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    for name in ["access_token", "refresh_token"] {
        let token = tokens.text_of(name);
        let fields = |client| [("client_id", client), ("token", token.as_str())];
        let own = post(&bench, None, &fields("demo-app")).await;
        assert_eq!(own.body["active"], true, "{name}");
        let foreign = post(&bench, None, &fields(&other.id)).await;
        assert_eq!((foreign.status, foreign.body), (200, inactive()), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_tells_all_by_itself_is_not_asked_about() {
    let bench = Bench::new().await;
    let api = service(&bench).await;
    let jwt = bench.token("tester", "tester", "all");
    let refused = post(&bench, Some(&api), &[("token", &jwt)]).await;
    let expected = json!({
        "code": "oidc.unsupported_token_type",
        "message": refused.body["message"],
        "error": "unsupported_token_type",
        "error_description": "Structured JWT Tokens cannot be introspected via this endpoint",
    });
    assert_eq!((refused.status, refused.body), (400, expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_must_say_who_they_are() {
    let bench = Bench::new().await;
    let api = service(&bench).await;
    let wrong = Service { id: api.id.clone(), secret: "wrong".into() };
    let token = ("token", "x");
    assert_eq!(post(&bench, None, &[token]).await.oauth(), (400, "invalid_request"));
    let refused = post(&bench, Some(&wrong), &[token]).await;
    assert_eq!(refused.oauth(), (401, "invalid_client"));
    assert!(refused.header("www-authenticate").starts_with("Basic"), "{:?}", refused.headers);
    let named = post(&bench, None, &[("client_id", &api.id), token]).await;
    assert_eq!(named.oauth(), (401, "invalid_client"), "its name alone is no proof");
    assert_eq!(post(&bench, Some(&api), &[]).await.oauth(), (400, "invalid_request"));
    let twice = post(&bench, Some(&api), &[token, token]).await;
    assert_eq!(twice.oauth(), (400, "invalid_request"));
}
