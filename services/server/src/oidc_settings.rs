//! How the provider of a tenant is set, decoded once from the view.

use std::sync::Arc;

use events::{ClaimsScriptBody, IdTokenClaim, ScriptedToken, TenantId};
use projections::{OidcSettings as OidcSettingsView, QueryError, Reader};
use protocol::{
    claims::{ExtendedClaim, ExtendedClaims},
    ttl::SESSION_TTL_SECONDS,
};

/// How the provider of a tenant is set.
pub(crate) struct OidcSettings {
    /// What of the product's own claims ID tokens carry.
    pub id_token_claims: ExtendedClaims,
    /// Lifetime of sessions that start now.
    pub session_ttl_seconds: i64,
    access_token_script: Option<Arc<Script>>,
    client_credentials_script: Option<Arc<Script>>,
}

/// A script that adds claims to tokens.
pub(crate) struct Script {
    /// The script and what it is given.
    pub body: ClaimsScriptBody,
    /// Whether no token is issued when it fails.
    pub blocks_on_error: bool,
}

impl OidcSettings {
    /// The script for tokens of a kind.
    pub(crate) fn script(&self, token: ScriptedToken) -> Option<&Arc<Script>> {
        match token {
            ScriptedToken::AccessToken => self.access_token_script.as_ref(),
            ScriptedToken::ClientCredentials => self.client_credentials_script.as_ref(),
        }
    }
}

/// Reads the settings of a tenant.
///
/// # Errors
/// [`QueryError`]
pub(crate) fn load_oidc_settings(
    view: &Reader<OidcSettingsView>,
    tenant: &TenantId,
) -> Result<OidcSettings, QueryError> {
    let claims = view.id_token_claims(tenant)?.flatten();
    let mut settings = OidcSettings {
        id_token_claims: claims.map_or_else(ExtendedClaims::default, |claims| {
            ExtendedClaims::new(claims.into_iter().map(extended).collect())
        }),
        session_ttl_seconds: view.session_lifetime(tenant)?.map_or(SESSION_TTL_SECONDS, i64::from),
        access_token_script: None,
        client_credentials_script: None,
    };
    for row in view.claims_scripts(tenant)? {
        // An erased script is none: nobody can say what it did.
        let Some(body) = row.body else { continue };
        let blocks_on_error = row.block_issuance_on_error == Some(true);
        let script = Some(Arc::new(Script { body, blocks_on_error }));
        match row.token {
            ScriptedToken::AccessToken => settings.access_token_script = script,
            ScriptedToken::ClientCredentials => settings.client_credentials_script = script,
        }
    }
    Ok(settings)
}

fn extended(claim: IdTokenClaim) -> ExtendedClaim {
    match claim {
        IdTokenClaim::Roles => ExtendedClaim::Roles,
        IdTokenClaim::Organizations => ExtendedClaim::Organizations,
        IdTokenClaim::OrganizationData => ExtendedClaim::OrganizationData,
        IdTokenClaim::OrganizationRoles => ExtendedClaim::OrganizationRoles,
        IdTokenClaim::CustomData => ExtendedClaim::CustomData,
        IdTokenClaim::Identities => ExtendedClaim::Identities,
        IdTokenClaim::SsoIdentities => ExtendedClaim::SsoIdentities,
    }
}
