//! Which origins a browser may call the endpoints from (contract: oidc §2).
//!
//! A preflight cannot name its client, so it is granted to every origin. The request itself is: the
//! answer carries `Access-Control-Allow-Origin` unless the client turned out not to know the origin.

use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
            ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use protocol::{ClientMetadata, OAuthError};

use crate::{call::Call, oidc::failure::OidcFailure};

/// Set on an answer that the page must not read.
#[derive(Clone)]
struct ForeignOrigin;

/// Answers preflights and names the origin on every other answer that it may read.
pub(super) async fn layer(request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let is_preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if is_preflight { preflight() } else { next.run(request).await };
    let is_foreign = response.extensions().get::<ForeignOrigin>().is_some();
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("origin"));
    if !is_foreign {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    }
    response
}

fn preflight() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, dpop"),
        (ACCESS_CONTROL_MAX_AGE, "3600"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// A request that comes from a page must come from a page of the client.
///
/// # Errors
/// [`OidcFailure::ForeignOrigin`]
pub(super) fn check(
    call: &Call,
    client: &ClientMetadata,
    headers: &HeaderMap,
) -> Result<(), OidcFailure> {
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    let allowed = origin.to_str().is_ok_and(|origin| {
        protocol::cors::is_origin_allowed(client, call.site.endpoint(), origin)
    });
    if allowed { Ok(()) } else { Err(OidcFailure::ForeignOrigin) }
}

/// 400 `invalid_request` that the page cannot read.
pub(super) fn foreign_origin() -> Response {
    let refused = OAuthError::invalid_request("origin not allowed for client");
    let mut response = OidcFailure::Refused(refused).into_response();
    response.extensions_mut().insert(ForeignOrigin);
    response
}
