//! What grants give: to whom, for what, and how often.

mod exchange;
mod gate;
mod limits;
mod organization;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, relying_party::RelyingParty};

const API: &str = "https://api.example";
const IMPERSONATION: &str = "urn:logto:token-type:impersonation_token";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const PERSONAL: &str = "urn:logto:token-type:personal_access_token";

/// What a JWT says.
fn claims(jwt: &str) -> Value {
    let body = jwt.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
}

/// Makes a thing; gives its id.
async fn made(bench: &Bench, path: &str, body: Value) -> String {
    let made = bench.request("POST", path, body).await;
    assert!(matches!(made.status, 200 | 201), "{path}: {}", made.text);
    made.text_of("id")
}

/// Does something that has no answer worth reading.
async fn done(bench: &Bench, method: &str, path: &str, body: Value) {
    let done = bench.request(method, path, body).await;
    assert!(matches!(done.status, 200 | 201 | 204), "{path}: {} {}", done.status, done.text);
}

/// Registers an application; gives it and its secret, if any.
async fn application(bench: &Bench, kind: &str, custom: Value) -> (RelyingParty, String) {
    let redirect_uri = "https://app.example/callback";
    let redirect_uris = if kind == "MachineToMachine" { json!([]) } else { json!([redirect_uri]) };
    let body = json!({
        "name": kind, "type": kind, "customClientMetadata": custom,
        "oidcClientMetadata": {"redirectUris": redirect_uris, "postLogoutRedirectUris": []},
    });
    let id = made(bench, "/api/applications", body).await;
    let secrets = bench.get(&format!("/api/applications/{id}/secrets")).await;
    let secret = secrets.body[0]["value"].as_str().unwrap_or_default().to_owned();
    (RelyingParty { id, redirect_uri: redirect_uri.to_owned() }, secret)
}

/// An API resource with these scopes; gives their ids.
async fn api(bench: &Bench, scopes: &[&str]) -> Vec<String> {
    let resource = json!({"name": API, "indicator": API});
    let id = made(bench, "/api/resources", resource).await;
    let mut ids = Vec::new();
    for name in scopes {
        let path = format!("/api/resources/{id}/scopes");
        ids.push(made(bench, &path, json!({"name": name, "description": "x"})).await);
    }
    ids
}

/// A role with these scopes, given to a user.
async fn role_of(bench: &Bench, user: &str, scopes: &[&String]) -> String {
    let body = json!({"name": format!("role of {user}"), "description": "x", "scopeIds": scopes});
    let role = made(bench, "/api/roles", body).await;
    done(bench, "POST", &format!("/api/users/{user}/roles"), json!({"roleIds": [role]})).await;
    role
}

/// A token with which an application speaks for a user once.
async fn subject_token(bench: &Bench, user: &str) -> String {
    let made = bench.request("POST", "/api/subject-tokens", json!({"userId": user})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.text_of("subjectToken")
}

/// A token with which scripts speak for a user.
async fn personal_token(bench: &Bench, user: &str) -> String {
    let path = format!("/api/users/{user}/personal-access-tokens");
    let made = bench.request("POST", &path, json!({"name": "script"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.text_of("value")
}

/// Exchanges a token.
async fn exchange(
    bench: &Bench,
    party: &RelyingParty,
    (kind, token): (&str, &str),
    more: &[(&str, &str)],
) -> Answer {
    let grant_type = "urn:ietf:params:oauth:grant-type:token-exchange";
    let fields =
        [("grant_type", grant_type), ("subject_token", token), ("subject_token_type", kind)];
    party.token(bench, &[fields.as_slice(), more].concat()).await
}
