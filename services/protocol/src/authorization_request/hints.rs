//! Nonce and hints are kept as they are, within limits. Clause: OpenID Connect Core 3.1.2.1.

use crate::{error::OAuthError, parameters::Parameters};

/// Longest `nonce`, in bytes; it is repeated in every ID token.
const NONCE_BYTES_MAX: usize = 1_024;
/// Longest `id_token_hint`, in bytes.
const ID_TOKEN_HINT_BYTES_MAX: usize = 16_384;
/// Longest of the other hints, in bytes.
const HINT_BYTES_MAX: usize = 512;

/// What a request says about user and pages without demanding it.
pub(super) struct Hints {
    pub(super) nonce: Option<String>,
    pub(super) id_token_hint: Option<String>,
    pub(super) login_hint: Option<String>,
    pub(super) ui_locales: Option<String>,
    pub(super) acr_values: Option<String>,
}

pub(super) fn check(parameters: &Parameters) -> Result<Hints, OAuthError> {
    Ok(Hints {
        nonce: parameters.bounded("nonce", NONCE_BYTES_MAX)?,
        id_token_hint: parameters.bounded("id_token_hint", ID_TOKEN_HINT_BYTES_MAX)?,
        login_hint: parameters.bounded("login_hint", HINT_BYTES_MAX)?,
        ui_locales: parameters.bounded("ui_locales", HINT_BYTES_MAX)?,
        acr_values: parameters.bounded("acr_values", HINT_BYTES_MAX)?,
    })
}
