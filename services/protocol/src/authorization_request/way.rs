//! The request came in the way that the client is registered for: pushed, signed, or neither.
//! Clause: RFC 9126 section 6, RFC 9101 section 10.5, FAPI 2.0 Security Profile 5.3.2.2.

use crate::{client::ClientMetadata, error::OAuthError};

/// In which way a request came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Way {
    /// The client pushed it, after it had proved who it is.
    pub is_pushed: bool,
    /// It was a signed object.
    pub is_signed: bool,
}

pub(super) fn check(way: Way, client: &ClientMetadata) -> Result<(), OAuthError> {
    if client.is_pushed_request_required && !way.is_pushed {
        return Err(OAuthError::invalid_request("Pushed Authorization Request must be used"));
    }
    if client.is_signed_request_required && !way.is_signed {
        return Err(OAuthError::invalid_request("Request Object must be used by this client"));
    }
    Ok(())
}
