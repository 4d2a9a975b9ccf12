//! What attackers try, and the exact answer that they get.

mod algorithm;
mod client;
mod client_methods;
mod exchange;
mod header;
mod issuer;
mod logout;
mod parameter;
mod pkce;
mod redirect;
mod request_object;
mod session;
mod tenant;

use serde_json::{Value, json};

use crate::testing::{Answer, Bench, relying_party::RelyingParty};

/// Status and whole body of an error answer (contract: oidc §1).
pub(super) fn refused(status: u16, error: &str, description: &str) -> (u16, Value) {
    let mut body = json!({
        "code": format!("oidc.{error}"), "message": description,
        "error": error, "error_description": description,
    });
    if error == "invalid_grant" {
        body["error_uri"] = json!("https://www.rfc-editor.org/rfc/rfc6749#section-5.2");
    }
    (status, body)
}

/// What a grant check says, whatever it found.
pub(super) fn invalid_grant() -> (u16, Value) {
    refused(400, "invalid_grant", "grant request is invalid")
}

impl Answer {
    /// Status and whole body.
    pub(super) fn told(&self) -> (u16, Value) {
        (self.status, self.body.clone())
    }
}

/// Registers an application of a type with redirect URIs; gives its id and its secret, if any.
async fn registered(bench: &Bench, kind: &str, redirect_uris: &[&str]) -> (RelyingParty, String) {
    registered_with(bench, kind, redirect_uris, json!({}), json!({})).await
}

/// The same with more members of `oidcClientMetadata` and with `customClientMetadata`.
async fn registered_with(
    bench: &Bench,
    kind: &str,
    redirect_uris: &[&str],
    oidc: Value,
    custom: Value,
) -> (RelyingParty, String) {
    let mut metadata = json!({"redirectUris": redirect_uris, "postLogoutRedirectUris": []});
    metadata.as_object_mut().unwrap().extend(oidc.as_object().unwrap().clone());
    let body = json!({
        "name": kind, "type": kind,
        "oidcClientMetadata": metadata, "customClientMetadata": custom,
    });
    let made = bench.request("POST", "/api/applications", body).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let id = made.text_of("id");
    let redirect_uri = redirect_uris.first().copied().unwrap_or_default().to_owned();
    let secrets = bench.get(&format!("/api/applications/{id}/secrets")).await;
    let secret = secrets.body[0]["value"].as_str().unwrap_or_default().to_owned();
    (RelyingParty { id, redirect_uri }, secret)
}
