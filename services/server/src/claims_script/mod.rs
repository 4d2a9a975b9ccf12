//! Custom claims: the operator's script says what tokens carry beside what the protocol says
//! (contract: oidc §11).
//!
//! Without a script nothing happens here: one look at decoded configuration. With one, it runs in a
//! process of its own (crate `script`). What it denies is denied; when it fails, the token goes out
//! without its claims unless the operator wants none then; either way the log says so first.

mod context;
mod interaction;
mod run;
#[cfg(test)]
mod tests;

use events::{GrantId, OrganizationId, ScriptedToken, SessionId, UserId};
use protocol::{ClientMetadata, ScopeSet};
use serde_json::{Map, Value, json};

pub(crate) use self::run::{Tried, settings, try_out};
use crate::{call::Call, ids::parse, oidc::failure::OidcResult};

/// Claims by name.
pub(crate) type Claims = Map<String, Value>;

/// An access token of a user that is about to be issued.
pub(crate) struct UserToken<'a> {
    /// Its id.
    pub jti: &'a str,
    /// What it is for: an indicator or an organization's audience; none = an opaque token.
    pub audience: Option<&'a str>,
    /// What it permits.
    pub scope: &'a ScopeSet,
    /// Who gets it.
    pub client: &'a ClientMetadata,
    /// For whom it speaks.
    pub user: &'a UserId,
    /// What it comes from.
    pub grant: &'a GrantId,
    /// Grant type of the request, such as `authorization_code`.
    pub grant_type: &'a str,
    /// The session that the grant was made in.
    pub session: Option<&'a SessionId>,
    /// Whether the grant ends with that session.
    pub ends_with_session: bool,
    /// The organization that the request names.
    pub organization: Option<&'a OrganizationId>,
    /// Context of the subject token that was exchanged.
    pub subject_token_context: Option<&'a Map<String, Value>>,
}

/// An access token of a machine that is about to be issued.
pub(crate) struct MachineToken<'a> {
    /// Its id.
    pub jti: &'a str,
    /// What it is for.
    pub audience: &'a str,
    /// What it permits.
    pub scope: &'a ScopeSet,
    /// Who gets it.
    pub client: &'a ClientMetadata,
    /// The organization that the request names.
    pub organization: Option<&'a OrganizationId>,
}

/// What the script adds to a user's token; nothing without a script.
///
/// # Errors
/// 400 `access_denied` if it denies, 400 `invalid_request` if it fails and must not; 503 when too many
/// scripts wait.
pub(crate) async fn for_user_token(call: &Call, token: &UserToken<'_>) -> OidcResult<Claims> {
    let settings = call.site.oidc_settings()?;
    let Some(script) = settings.script(ScriptedToken::AccessToken) else { return Ok(Map::new()) };
    let shown = user_token(token);
    let context = context::of_user_token(call, token).await?;
    let application = parse(&token.client.client_id)?;
    let run = run::Run {
        token: ScriptedToken::AccessToken,
        application: &application,
        user: Some(token.user),
    };
    run.claims(call, script, shown, context).await
}

/// What the script adds to a machine's token; nothing without a script.
///
/// # Errors
/// As [`for_user_token`].
pub(crate) async fn for_machine_token(call: &Call, token: &MachineToken<'_>) -> OidcResult<Claims> {
    let settings = call.site.oidc_settings()?;
    let kind = ScriptedToken::ClientCredentials;
    let Some(script) = settings.script(kind) else { return Ok(Map::new()) };
    let shown = json!({
        "jti": token.jti,
        "aud": token.audience,
        "scope": token.scope.to_string(),
        "clientId": token.client.client_id,
        "kind": "ClientCredentials",
    });
    let context = context::of_machine_token(call, token)?;
    let application = parse(&token.client.client_id)?;
    let run = run::Run { token: kind, application: &application, user: None };
    run.claims(call, script, shown, context).await
}

fn user_token(token: &UserToken<'_>) -> Value {
    let mut shown = json!({
        "jti": token.jti,
        "aud": token.audience.unwrap_or(&token.client.client_id),
        "scope": token.scope.to_string(),
        "clientId": token.client.client_id,
        "accountId": token.user,
        "expiresWithSession": token.ends_with_session,
        "grantId": token.grant,
        "gty": token.grant_type,
        "kind": "AccessToken",
    });
    if let (Some(session), Some(members)) = (token.session, shown.as_object_mut()) {
        members.insert("sessionUid".into(), json!(session));
    }
    shown
}
