//! How a browser is sent on: by 303, or by a form that posts itself.

use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, LOCATION},
    },
    response::{IntoResponse, Response},
};
use protocol::authorization_response::AuthorizationResponse;

use crate::{call::Call, hosted};

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
    }
}
