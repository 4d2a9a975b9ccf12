//! The scope is well-formed and allowed; `offline_access` is dropped where it has no meaning.
//! Clause: RFC 6749 section 3.3, OpenID Connect Core 11; contract: oidc.md sections 2 and 4.
//! Names that belong to no known resource are ignored later, when tokens are made.

use super::{Prompt, Prompts};
use crate::{
    client::{ClientMetadata, GrantType},
    error::{ErrorKind, OAuthError},
    parameters::Parameters,
    scope::{OFFLINE_ACCESS, OPENID, ScopeSet},
};

/// The scope that was asked for, if the client may ask for all of it.
///
/// # Errors
/// `invalid_scope`: malformed, or a scope of the provider that a third party was not allowed.
pub fn allowed_scope(
    parameters: &Parameters,
    client: &ClientMetadata,
) -> Result<ScopeSet, OAuthError> {
    let requested = ScopeSet::parse(parameters.get("scope").unwrap_or_default())
        .map_err(|refusal| OAuthError::new(ErrorKind::InvalidScope, refusal.to_string()))?;
    if let Some(allowed) = &client.allowed_scopes {
        let always = [OPENID, OFFLINE_ACCESS];
        let asked = requested.oidc_part();
        let refused = asked.iter().find(|s| !always.contains(s) && !allowed.contains(s));
        if let Some(refused) = refused {
            return Err(OAuthError::invalid_scope(refused));
        }
    }
    Ok(requested)
}

pub(super) fn check(
    parameters: &Parameters,
    client: &ClientMetadata,
    prompts: &Prompts,
) -> Result<ScopeSet, OAuthError> {
    let requested = allowed_scope(parameters, client)?;
    let has_offline = prompts.has(Prompt::Consent) && client.allows(GrantType::RefreshToken);
    Ok(if has_offline { requested } else { requested.without(OFFLINE_ACCESS) })
}
