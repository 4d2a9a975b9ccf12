//! The OpenID provider under `/oidc`: authorization, tokens, claims, logout.

pub(crate) mod answer;
mod authorize;
mod client_authentication;
pub(crate) mod client_keys;
pub(crate) mod consent;
mod cors;
pub(crate) mod device;
pub(crate) mod dpop;
mod end_session;
pub(crate) mod failure;
mod frame;
mod grant;
mod id_token_hint;
mod introspection;
mod me;
mod metadata;
mod once;
mod page_context;
mod pushed;
pub(crate) mod resume;
mod revocation;
pub(crate) mod session;
mod signed_request;
#[cfg(test)]
mod tests;
mod token;

use axum::{
    Router,
    middleware::from_fn,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use protocol::OAuthError;

use crate::{http::conditional, oidc::failure::OidcFailure, site::Site};

/// Routes under `/oidc`. Any other path or method is 404 `invalid_request` (contract: oidc §1).
pub(crate) fn routes() -> Router<Site> {
    // What pages of other origins may call.
    let shared = Router::new()
        .route("/.well-known/openid-configuration", get(metadata::discovery))
        .route("/.well-known/oauth-authorization-server", get(metadata::discovery))
        .route("/jwks", get(metadata::jwks))
        .route("/token", post(token::token))
        .route("/token/revocation", post(revocation::revoke))
        .route("/token/introspection", post(introspection::introspect))
        .route("/me", get(me::me).post(me::me))
        .route("/device/auth", post(device::authorize))
        .route("/request", post(pushed::push))
        .method_not_allowed_fallback(unrecognized)
        .layer(from_fn(conditional::etag))
        .layer(frame::compression())
        .layer(from_fn(cors::layer));
    Router::new()
        .merge(shared)
        .route("/auth", get(authorize::get).post(authorize::post))
        .route("/auth/{interaction}", get(resume::get))
        .route("/device", get(device::begin).post(device::submit))
        .route("/session/end", get(end_session::get).post(end_session::post))
        .route("/session/end/confirm", post(end_session::confirm))
        .fallback(unrecognized)
        .method_not_allowed_fallback(unrecognized)
        .layer(from_fn(frame::errors_are_json))
        .layer(from_fn(failure::plain_on_request))
}

/// 404 `invalid_request`: nothing is served here, or not by this method.
pub(crate) async fn unrecognized() -> Response {
    OidcFailure::Refused(OAuthError::unrecognized_route()).into_response()
}
