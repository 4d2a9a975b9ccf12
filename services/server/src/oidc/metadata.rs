//! Discovery and keys: what everybody may read (OpenID Connect Discovery 4, RFC 7517).

use axum::{
    Json,
    extract::State,
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use protocol::discovery::ProviderMetadata;
use serde_json::json;

use crate::{oidc::failure::OidcFailure, site::Site};

/// `GET /oidc/.well-known/openid-configuration`
pub(super) async fn discovery(State(site): State<Site>) -> Result<Response, OidcFailure> {
    let keys = site.published_keys()?;
    let mut algorithms: Vec<&str> = Vec::new();
    for key in keys.iter().map(|key| key.algorithm().as_str()) {
        if !algorithms.contains(&key) {
            algorithms.push(key);
        }
    }
    Ok(Json(ProviderMetadata::new(site.issuer(), &algorithms)).into_response())
}

/// `GET /oidc/jwks`
pub(super) async fn jwks(State(site): State<Site>) -> Result<Response, OidcFailure> {
    let keys = site.published_keys()?;
    let mut response = Json(json!({"keys": &*keys})).into_response();
    let headers = response.headers_mut();
    headers
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json; charset=utf-8"));
    let fresh = "no-cache, max-age=0, must-revalidate";
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(fresh));
    Ok(response)
}
