//! What every answer under `/oidc` has in common: JSON, also where the machinery of HTTP says no
//! before a handler is asked; compressed if the client takes that (contract: oidc §1).

use axum::{
    extract::Request,
    http::{Extensions, HeaderMap, StatusCode, Version, header::CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse, Response},
};
use protocol::OAuthError;
use tower_http::compression::{CompressionLayer, Predicate, predicate::SizeAbove};

use crate::oidc::failure::OidcFailure;

/// Smallest body that is worth compressing, in bytes.
const COMPRESSED_BYTES_MIN: u64 = 1_024;

/// Gives refusals of the machinery, such as of a body beyond the limit, the body of an error.
pub(super) async fn errors_are_json(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() || !is_of(response.headers(), "text/plain") {
        return response;
    }
    let description = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "request body is too large",
        _ => "request is malformed",
    };
    let error = OAuthError::invalid_request(description).with_status(status.as_u16());
    OidcFailure::Refused(error).into_response()
}

/// Compresses larger JSON bodies by gzip. Pages stay as they are: they hold tokens of forms beside
/// what the request brought, and the size of such a mix tells about the tokens.
pub(super) fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().compress_when(SizeAbove::new(COMPRESSED_BYTES_MIN).and(is_data))
}

fn is_data(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    is_of(headers, "application/")
}

/// Whether the media type begins so.
fn is_of(headers: &HeaderMap, kind: &str) -> bool {
    let found = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    found.is_some_and(|found| found.starts_with(kind))
}
