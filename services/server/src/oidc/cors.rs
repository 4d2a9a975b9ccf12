//! Which origins a browser may call the endpoints from (contract: oidc §2).

use axum::http::{HeaderMap, header::ORIGIN};
use protocol::{ClientMetadata, OAuthError};

use crate::call::Call;

/// A request that comes from a page must come from a page of the client.
///
/// # Errors
/// 400 `invalid_request`
pub fn check(call: &Call, client: &ClientMetadata, headers: &HeaderMap) -> Result<(), OAuthError> {
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    let allowed = origin.to_str().is_ok_and(|origin| {
        protocol::cors::is_origin_allowed(client, call.site.endpoint(), origin)
    });
    if allowed {
        Ok(())
    } else {
        Err(OAuthError::invalid_request("origin not allowed for client"))
    }
}
