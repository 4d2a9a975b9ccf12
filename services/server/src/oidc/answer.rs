//! How a browser is sent on: by 303, or by a form that posts itself.

use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LOCATION},
    },
    response::{IntoResponse, Response},
};
use protocol::{
    authorization_request::RedirectTarget,
    authorization_response::{AuthorizationResponse, signed, signed_claims},
};

use crate::{call::Call, hosted, oidc::failure::OidcResult};

/// 303 to `location`, never cached.
pub(crate) fn see_other(location: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    match HeaderValue::from_str(location) {
        Ok(location) => {
            headers.insert(LOCATION, location);
        }
        Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    response
}

/// The answer to an authorization request, on its way to the client.
pub(crate) fn to_client(
    call: &Call,
    headers: &HeaderMap,
    answer: AuthorizationResponse,
) -> Response {
    match answer {
        AuthorizationResponse::Redirect(location) => see_other(&location),
        AuthorizationResponse::FormPost { action, fields } => {
            hosted::form_post(call, headers, &action, &fields)
        }
        AuthorizationResponse::Unsigned { target, fields } => match sign(call, &target, &fields) {
            Ok(answer) => to_client(call, headers, answer),
            Err(failure) => failure.into_response(),
        },
    }
}

/// The answer as one JWT (JARM 2.1).
fn sign(
    call: &Call,
    target: &RedirectTarget,
    fields: &[(&'static str, String)],
) -> OidcResult<AuthorizationResponse> {
    let claims = signed_claims(target, fields, call.now.seconds().0);
    let clients = call.site.clients()?;
    let fixed = clients
        .get(&target.client_id)
        .and_then(|client| client.metadata.authorization_response_algorithm.clone());
    let jwt = crypto::jwt::mint(&call.site.signer_of(fixed.as_deref())?, None, &claims)?;
    Ok(signed(target, jwt))
}
