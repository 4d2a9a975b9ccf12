//! The cookie `_logto`: what the pages must know to be drawn, readable by their scripts (contract: oidc
//! section 4).

use axum::http::{HeaderMap, HeaderValue, header::SET_COOKIE};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::{
    authorization_request::AuthorizationRequest, interaction_url, ttl::INTERACTION_TTL_SECONDS,
};

use crate::{
    oidc::failure::{OidcFailure, OidcResult},
    site::Site,
};

/// Name of the cookie; it is no proof of anything, so it has no twin.
const NAME: &str = "_logto";

/// Sets the cookie for as long as the visit may last.
///
/// # Errors
/// Only failures of the machinery.
pub(super) fn write(
    headers: &mut HeaderMap,
    site: &Site,
    request: &AuthorizationRequest,
) -> OidcResult<()> {
    let context = serde_json::to_string(&interaction_url::page_context(request))
        .map_err(|error| OidcFailure::Broken(Box::new(error)))?;
    let value = utf8_percent_encode(&context, NON_ALPHANUMERIC);
    let secure = if site.is_secure() { "; Secure" } else { "" };
    let line =
        format!("{NAME}={value}; Path=/; Max-Age={INTERACTION_TTL_SECONDS}; SameSite=Lax{secure}");
    if let Ok(line) = HeaderValue::from_str(&line) {
        headers.append(SET_COOKIE, line);
    }
    Ok(())
}
