//! Every error of the contract's tables, by exact status and body.

mod endpoint;
mod exchange;
mod grant;
mod organization;
mod redirect;

use serde_json::{Value, json};

use crate::testing::{Bench, relying_party::RelyingParty};

/// Where applications of these tests are called back.
const CALLBACK: &str = "https://app.example/callback";

/// Registers an application of a type; gives it and its secret, if any.
async fn registered(bench: &Bench, kind: &str, custom: Value) -> (RelyingParty, String) {
    let redirect_uris: &[&str] = if kind == "MachineToMachine" { &[] } else { &[CALLBACK] };
    let body = json!({
        "name": kind, "type": kind, "customClientMetadata": custom,
        "oidcClientMetadata": {"redirectUris": redirect_uris, "postLogoutRedirectUris": []},
    });
    let made = bench.request("POST", "/api/applications", body).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let id = made.text_of("id");
    let secrets = bench.get(&format!("/api/applications/{id}/secrets")).await;
    let secret = secrets.body[0]["value"].as_str().unwrap_or_default().to_owned();
    (RelyingParty { id, redirect_uri: CALLBACK.to_owned() }, secret)
}
