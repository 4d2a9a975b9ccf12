//! The maximum age is a whole number of seconds. Clause: OpenID Connect Core 3.1.2.1.

use crate::{error::OAuthError, parameters::Parameters};

pub(super) fn check(parameters: &Parameters) -> Result<Option<u32>, OAuthError> {
    let Some(text) = parameters.get("max_age") else {
        return Ok(None);
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(seconds) if digits => Ok(Some(seconds)),
        Ok(_) | Err(_) => Err(OAuthError::invalid_request("invalid max_age parameter value")),
    }
}
