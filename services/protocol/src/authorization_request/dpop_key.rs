//! The key that the code will be bound to is a thumbprint. Clause: RFC 9449 section 10.

use crate::{dpop::is_thumbprint, error::OAuthError, parameters::Parameters};

pub(super) fn check(parameters: &Parameters) -> Result<Option<String>, OAuthError> {
    match parameters.get("dpop_jkt") {
        None => Ok(None),
        Some(text) if is_thumbprint(text) => Ok(Some(text.to_owned())),
        Some(_) => Err(OAuthError::invalid_request("dpop_jkt must be a base64url SHA-256 digest")),
    }
}
