//! The response type is `code`, and the client may use codes. Clause: RFC 6749 section 3.1.1.

use crate::{
    client::{ClientMetadata, GrantType},
    error::{ErrorKind, OAuthError},
    parameters::Parameters,
};

/// The one response type, as discovery names it.
pub(super) const CODE: &str = "code";

pub(super) fn check(parameters: &Parameters, client: &ClientMetadata) -> Result<(), OAuthError> {
    if parameters.require("response_type")? != CODE {
        let description = "unsupported response_type requested";
        return Err(OAuthError::new(ErrorKind::UnsupportedResponseType, description));
    }
    if !client.allows(GrantType::AuthorizationCode) {
        let description = "requested response_type is not allowed for this client";
        return Err(OAuthError::new(ErrorKind::UnauthorizedClient, description));
    }
    Ok(())
}
