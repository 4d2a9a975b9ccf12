//! Oversized and repeated parameters: refused, never half read (RFC 6749 3.1 and 3.2).

use axum::{body::Body, http::Request};
use serde_json::json;

use super::{refused, registered};
use crate::testing::{
    Answer, Bench,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

const CALLBACK: &str = "https://app.example/callback";
const TOO_LONG: &str = "parameter is too long";

async fn send(bench: &Bench, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path).header("content-type", kind);
    bench.send(request.body(body.into()).unwrap()).await
}

async fn form(bench: &Bench, path: &str, body: impl Into<Body>) -> Answer {
    send(bench, path, "application/x-www-form-urlencoded", body).await
}

fn twice(name: &str) -> String {
    format!("'{name}' parameter must not be provided twice")
}

async fn ground() -> (Bench, RelyingParty) {
    let bench = Bench::new().await;
    let (party, _) = registered(&bench, "SPA", &[CALLBACK]).await;
    (bench, party)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_parameter_of_the_authorization_request_is_refused() {
    let (bench, party) = ground().await;
    let browser = Browser::new(&bench);
    for name in ["client_id", "redirect_uri"] {
        let target = format!("{}&{name}=x", party.request().target());
        let answered = browser.open(&target).await;
        assert_eq!(answered.told(), refused(400, "invalid_request", &twice(name)));
    }
    for name in
        ["response_type", "scope", "nonce", "code_challenge", "code_challenge_method", "prompt"]
    {
        let target = format!("{}&{name}=x", party.request().target());
        let answered = browser.open(&target).await;
        let told = (answered.sent_on("error"), answered.sent_on("error_description"));
        assert_eq!((answered.status, told), (303, ("invalid_request".into(), twice(name))));
        assert_eq!(answered.sent_on("state"), "a-state");
    }
    // Of two states none is the right one.
    let answered = browser.open(&format!("{}&state=x", party.request().target())).await;
    assert_eq!(
        (answered.sent_on("error"), answered.sent_on("state")),
        ("invalid_request".into(), String::new())
    );
    // A name is the same whether the repeat is empty, by form or escaped.
    let answered = browser.open(&format!("{}&n%6Fnce=", party.request().target())).await;
    assert_eq!(answered.sent_on("error_description"), twice("nonce"));
    assert_eq!(bench.count("InteractionStarted").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_parameter_of_the_token_request_is_refused() {
    let (bench, party) = ground().await;
    let good = format!(
        "grant_type=refresh_token&client_id={}&refresh_token=rt_x.y&scope=openid",
        party.id
    );
    for name in ["grant_type", "client_id", "refresh_token", "scope", "code_verifier"] {
        let body = format!("{good}&{name}=x&{name}=x");
        let answered = form(&bench, "/oidc/token", body).await;
        assert_eq!(answered.told(), refused(400, "invalid_request", &twice(name)));
    }
    let body = format!("{good}&resource=urn:a:a&resource=urn:b:b");
    let several = "only a single resource indicator value is supported";
    assert_eq!(
        form(&bench, "/oidc/token", body).await.told(),
        refused(400, "invalid_target", several)
    );
    let revocation = format!("client_id={}&token=a&token=b", party.id);
    let answered = form(&bench, "/oidc/token/revocation", revocation).await;
    assert_eq!(answered.told(), refused(400, "invalid_request", &twice("token")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_member_of_a_json_body_is_refused_too() {
    let (bench, party) = ground().await;
    for body in [
        format!(
            r#"{{"grant_type":"refresh_token","client_id":"x","client_id":"{}","refresh_token":"y"}}"#,
            party.id
        ),
        json!({"grant_type": "refresh_token", "client_id": [party.id, "x"], "refresh_token": "y"})
            .to_string(),
    ] {
        let answered = send(&bench, "/oidc/token", "application/json", body).await;
        assert_eq!(answered.told(), refused(400, "invalid_request", &twice("client_id")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oversized_parameter_is_refused() {
    let (bench, party) = ground().await;
    let browser = Browser::new(&bench);
    let fits = browser.open(&party.request().with("state", &"s".repeat(4_096)).target()).await;
    assert!(fits.header("location").starts_with("/sign-in"), "{:?}", fits.headers);
    let long = browser.open(&party.request().with("state", &"s".repeat(4_097)).target()).await;
    let told = (long.sent_on("error"), long.sent_on("error_description"), long.sent_on("state"));
    assert_eq!(told, ("invalid_request".into(), "'state' is too long".into(), String::new()));
    for (name, bytes) in
        [("nonce", 1_025), ("login_hint", 513), ("ui_locales", 513), ("acr_values", 513)]
    {
        let request = party.request().with(name, &"x".repeat(bytes));
        let answered = browser.open(&request.target()).await;
        assert_eq!(answered.sent_on("error_description"), format!("'{name}' is too long"));
    }
    let body = format!("client_id={}&scope={}", party.id, "x".repeat(16_385));
    let answered = form(&bench, "/oidc/token", body).await;
    assert_eq!(answered.told(), refused(400, "invalid_request", TOO_LONG));
    let names = format!("{}=1", "n".repeat(257));
    assert_eq!(
        form(&bench, "/oidc/token", names).await.told(),
        refused(400, "invalid_request", TOO_LONG)
    );
    let many = "a=1&".repeat(201);
    let too_many = refused(400, "invalid_request", "too many parameters");
    assert_eq!(form(&bench, "/oidc/token", many).await.told(), too_many);
    let basic = Request::post("/oidc/token")
        .header("authorization", format!("Basic {}", "A".repeat(8_192)));
    let answered = bench.send(basic.body(Body::empty()).unwrap()).await;
    let malformed = "invalid authorization header value format";
    assert_eq!(answered.told(), refused(400, "invalid_request", malformed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_beyond_the_limit_is_not_read() {
    let (bench, _) = ground().await;
    person(&bench, "tom").await;
    for path in ["/oidc/token", "/oidc/token/revocation", "/oidc/auth", "/oidc/session/end"] {
        let answered = form(&bench, path, format!("a={}", "x".repeat(57_344))).await;
        let too_large = refused(413, "invalid_request", "request body is too large");
        assert_eq!(answered.told(), too_large, "{path}");
        assert_eq!(answered.header("connection"), "close", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nul_byte_is_refused_wherever_it_stands() {
    let (bench, party) = ground().await;
    let nul = refused(400, "invalid_request", "parameter holds a NUL character");
    let browser = Browser::new(&bench);
    let answered = browser.open(&format!("{}&login_hint=a%00b", party.request().target())).await;
    assert_eq!(answered.told(), nul);
    assert_eq!(browser.open("/oidc/session/end?state=%00").await.told(), nul);
    for body in ["grant_type=a%00", "a%00=b", "a=\0"] {
        assert_eq!(form(&bench, "/oidc/token", body).await.told(), nul, "{body:?}");
    }
    let answered =
        send(&bench, "/oidc/token", "application/json", r#"{"grant_type":"\u0000"}"#).await;
    assert_eq!(answered.told(), nul);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_none_is_refused() {
    let (bench, _) = ground().await;
    let refusal = |description: &str| refused(400, "invalid_request", description);
    let malformed = refusal("failed to parse the request body");
    for body in ["", "{", "[]", "null", "{\"a\":{}}", "{\"a\":[[]]}", "\u{feff}{}"] {
        let answered = send(&bench, "/oidc/token", "application/json", body).await;
        assert_eq!(answered.told(), malformed, "{body:?}");
    }
    let answered = form(&bench, "/oidc/token", vec![b'a', b'=', 0xff]).await;
    assert_eq!(answered.told(), refusal("parameter is not UTF-8"));
}
