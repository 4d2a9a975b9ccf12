//! The first token of a refresh family, and how each next one follows: it is derived from the one
//! presented and a key of the tenant, so that it is the same whoever asks.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::NewRefreshToken;
use events::GrantId;
use protocol::{
    OAuthError, ScopeSet,
    token::{OpaqueToken, TokenKind},
};

use crate::{
    call::Call,
    oidc::{
        failure::{OidcFailure, OidcResult},
        token::Asking,
    },
};

/// The first refresh token, if the client gets one for this scope.
///
/// # Errors
/// Only failures of the machinery.
pub(super) fn first(
    call: &Call,
    asking: &Asking<'_>,
    (grant, scope): (&GrantId, &ScopeSet),
) -> OidcResult<Option<(String, NewRefreshToken)>> {
    let client = asking.client;
    if !client.gets_refresh_token(scope) {
        return Ok(None);
    }
    let secret = call.site.app().random.token();
    let text = text(grant.as_str(), &secret)?;
    let command = NewRefreshToken {
        sha256: crypto::digest::sha256_base64url(&text),
        expires_at: call.now.plus_seconds(client.refresh_token_ttl_seconds),
        // A client with a secret proves itself anyway, and may change its key (RFC 9449 5).
        dpop_jkt: asking.dpop_jkt.clone().filter(|_| client.is_public()),
    };
    Ok(Some((text, command)))
}

/// The one token that can follow `token`.
///
/// # Errors
/// `invalid_grant` if that is no refresh token.
pub(super) fn successor(call: &Call, token: &str) -> OidcResult<String> {
    let presented = OpaqueToken::parse_kind(token, TokenKind::RefreshToken)
        .map_err(|_| OAuthError::invalid_grant())?;
    let secret = call.site.token_key().digest(format!("successor\n{token}").as_bytes());
    text(presented.id(), &URL_SAFE_NO_PAD.encode(secret))
}

fn text(id: &str, secret: &str) -> OidcResult<String> {
    let token = OpaqueToken::try_new(TokenKind::RefreshToken, id, secret)
        .map_err(|error| OidcFailure::Broken(Box::new(error)))?;
    Ok(token.to_text().expose().to_owned())
}
