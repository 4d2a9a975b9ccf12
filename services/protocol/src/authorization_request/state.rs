//! The state is bounded, and is echoed in errors only if it is itself in order.
//! Clause: RFC 6749 section 4.1.1.

use crate::{error::OAuthError, parameters::Parameters};

/// Longest `state`, in bytes.
const STATE_BYTES_MAX: usize = 4_096;

pub(super) fn check(parameters: &Parameters) -> Result<Option<String>, OAuthError> {
    parameters.single("state")?;
    parameters.bounded("state", STATE_BYTES_MAX)
}

pub(super) fn to_echo(parameters: &Parameters) -> Option<String> {
    check(parameters).ok().flatten()
}
