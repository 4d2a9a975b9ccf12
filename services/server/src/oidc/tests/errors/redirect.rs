//! What a trusted redirect URI is told: 303 with error, description, `state` and `iss`, in this order
//! (contract: oidc §1 and §4).

use serde_json::json;

use super::registered;
use crate::testing::{
    Answer, Bench, ENDPOINT,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

/// Names and values that the application is told.
fn told(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let url = url::Url::parse(answer.header("location")).unwrap();
    url.query_pairs().into_owned().collect()
}

fn is(error: &str, description: &str) -> Vec<(String, String)> {
    let issuer = format!("{ENDPOINT}/oidc");
    [("error", error), ("error_description", description), ("state", "a-state"), ("iss", &issuer)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_a_request_has_its_error() {
    let bench = Bench::new().await;
    let (party, _) = registered(&bench, "SPA", json!({})).await;
    let browser = Browser::new(&bench);
    let invalid = "invalid_request";
    for (name, value, error, description) in [
        ("response_type", "", invalid, "missing required parameter 'response_type'"),
        ("response_type", "token", "unsupported_response_type", ""),
        ("response_type", "id_token", "unsupported_response_type", ""),
        ("response_type", "code id_token", "unsupported_response_type", ""),
        ("response_type", "none", "unsupported_response_type", ""),
        (
            "response_mode",
            "web_message",
            "unsupported_response_mode",
            "unsupported response_mode requested",
        ),
        ("prompt", "none login", invalid, "prompt none must only be used alone"),
        ("prompt", "create", invalid, "unsupported prompt value requested"),
        ("max_age", "-1", invalid, "invalid max_age parameter value"),
        ("max_age", "x", invalid, "invalid max_age parameter value"),
        ("max_age", "99999999999", invalid, "invalid max_age parameter value"),
        ("resource", "no-uri", "invalid_target", "resource indicator must be an absolute URI"),
        (
            "resource",
            "https://a.example/#x",
            "invalid_target",
            "resource indicator must be an absolute URI",
        ),
        (
            "resource",
            "https://unknown.example",
            "invalid_target",
            "resource indicator is missing, or unknown",
        ),
        ("scope", "openid \u{e9}", "invalid_scope", "scope holds a character that is not allowed"),
        ("code_challenge_method", "plain", invalid, "not supported value of code_challenge_method"),
        ("id_token_hint", "x", invalid, "could not validate id_token_hint"),
        (
            "registration",
            "{}",
            "registration_not_supported",
            "registration parameter provided but not supported",
        ),
    ] {
        let answered = browser.open(&party.request().with(name, value).target()).await;
        if description.is_empty() {
            assert_eq!(answered.sent_on("error"), error, "{name}={value}");
            assert_eq!(answered.sent_on("state"), "a-state");
        } else {
            assert_eq!(told(&answered), is(error, description), "{name}={value}");
        }
    }
    assert_eq!(bench.count("InteractionStarted").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_must_not_be_asked_is_told_what_would_have_been_asked() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let (foreign, _) = {
        let body = json!({
            "name": "Foreign", "type": "SPA", "isThirdParty": true,
            "oidcClientMetadata": {"redirectUris": [super::CALLBACK], "postLogoutRedirectUris": []},
        });
        let made = bench.request("POST", "/api/applications", body).await;
        (RelyingParty { id: made.text_of("id"), redirect_uri: super::CALLBACK.into() }, ())
    };
    let browser = Browser::new(&bench);
    let silent = |party: &RelyingParty| {
        party.request().with("scope", "openid").with("prompt", "none").target()
    };
    let login = is("login_required", "End-User authentication is required");
    assert_eq!(told(&browser.open(&silent(&party)).await), login);
    browser.authorize(&party.request(), "tom").await;
    let consent = is("consent_required", "End-User consent is required");
    assert_eq!(told(&browser.open(&silent(&foreign)).await), consent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_third_party_that_asks_for_too_much_is_told_which_scope() {
    let bench = Bench::new().await;
    let body = json!({
        "name": "Foreign", "type": "SPA", "isThirdParty": true,
        "oidcClientMetadata": {"redirectUris": [super::CALLBACK], "postLogoutRedirectUris": []},
    });
    let made = bench.request("POST", "/api/applications", body).await;
    let party = RelyingParty { id: made.text_of("id"), redirect_uri: super::CALLBACK.into() };
    let request = party.request().with("scope", "openid email");
    let answered = Browser::new(&bench).open(&request.target()).await;
    let mut expected = is("invalid_scope", "requested scope is not allowed");
    expected.insert(2, ("scope".into(), "email".into()));
    assert_eq!(told(&answered), expected);
}
