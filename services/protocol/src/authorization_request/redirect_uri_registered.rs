//! The redirect URI is sent, once, and registered. Clause: RFC 6749 section 3.1.2; that it may
//! not be left out, even if only one is registered, is OpenID Connect Core 3.1.2.1.

use crate::{
    client::ClientMetadata,
    error::{ErrorKind, OAuthError},
    parameters::Parameters,
    redirect_uri::is_registered,
};

pub(super) fn check<'a>(
    parameters: &'a Parameters,
    client: &ClientMetadata,
) -> Result<&'a str, OAuthError> {
    let requested = parameters
        .single("redirect_uri")?
        .ok_or_else(|| OAuthError::missing_parameter("redirect_uri"))?;
    if is_registered(requested, &client.redirect_uris, client.application_type) {
        return Ok(requested);
    }
    Err(OAuthError::new(
        ErrorKind::InvalidRedirectUri,
        "redirect_uri did not match any of the client's registered redirect_uris",
    ))
}
