//! The OpenID provider, through the router.

mod attacks;
mod basic;
mod code;
mod consent;
mod cors;
mod device;
mod device_clients;
mod errors;
mod fapi2;
mod frame;
mod grants;
mod introspection;
mod prompt;
mod refresh;
mod refresh_overlap;
mod response;
mod revocation;
mod rp_initiated_logout;
mod session;
mod third_party;

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::testing::{Answer, Bench};

/// Asks `/oidc/me` with an access token.
async fn me(bench: &Bench, token: &str) -> Answer {
    let request = Request::get("/oidc/me").header("authorization", format!("Bearer {token}"));
    bench.send(request.body(Body::empty()).unwrap()).await
}

/// Why grants were revoked, in order.
async fn revocations(bench: &Bench) -> Vec<Value> {
    let events = bench.site.app().log.read(0, 10_000).await.unwrap();
    let events = events.iter().map(|recorded| serde_json::to_value(&recorded.event).unwrap());
    let revoked = events.filter(|event| event["type"].as_str().unwrap().contains("GrantRevoked"));
    revoked.map(|event| event["data"]["reason"].clone()).collect()
}

/// Registers an API resource; gives its id.
async fn resource(bench: &Bench, indicator: &str) -> String {
    let body = json!({"name": indicator, "indicator": indicator});
    let made = bench.request("POST", "/api/resources", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.text_of("id")
}
