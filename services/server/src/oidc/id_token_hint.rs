//! A hint of who is meant: an ID token that this provider once issued, however old
//! (OpenID Connect Core 3.1.2.1).

use protocol::OAuthError;
use serde_json::Value;

use crate::{call::Call, oidc::failure::OidcResult};

/// What a genuine hint says.
pub(super) struct Hint {
    /// The user.
    pub(super) subject: String,
    /// The client that it was issued to.
    pub(super) audience: String,
    /// The session that it was issued in, if it says so.
    pub(super) session: Option<String>,
}

/// Reads a hint. Its age does not matter; that one of our keys signed it does.
///
/// # Errors
/// `invalid_request` for anything but an ID token of ours.
pub(super) fn read(call: &Call, hint: &str) -> OidcResult<Hint> {
    let refused = || OAuthError::invalid_request("could not validate id_token_hint");
    let (keys, _) = call.site.key_set()?;
    let verified = keys.verify(hint).map_err(|_| refused())?;
    let text = |name: &str| verified.claims.get(name).and_then(Value::as_str).map(str::to_owned);
    // ID tokens have no `typ`; an access token is no hint.
    let is_ours = text("iss").as_deref() == Some(call.site.issuer());
    if verified.header.typ.is_some() || !is_ours {
        return Err(refused().into());
    }
    let subject = text("sub").ok_or_else(refused)?;
    let audience = text("aud").ok_or_else(refused)?;
    Ok(Hint { subject, audience, session: text("sid") })
}
