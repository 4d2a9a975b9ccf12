//! The client credentials grant (RFC 6749 4.4): a machine gets a JWT for one API resource.

use domain::{MachineGrant, MachineGrantCommand};
use events::{Actor, ApplicationId, MachineGrantId};
use protocol::{
    ClientMetadata, OAuthError, ScopeSet,
    token::{ACCESS_TOKEN_TYP, AccessTokenClaims, TokenResponse},
    token_request::no_target,
};

use crate::{
    call::Call,
    ids::{TOKEN_ID_CHARS, parse},
    oidc::failure::OidcResult,
};

/// Issues a token for `resource` with those of the wanted scopes that the application's roles give.
pub(super) async fn issue(
    call: &Call,
    client: &ClientMetadata,
    wanted: &ScopeSet,
    resource: Option<String>,
) -> OidcResult<TokenResponse> {
    let site = &call.site;
    let resources = site.resources()?;
    let target = match resource {
        Some(indicator) => resources.get(&indicator).ok_or_else(OAuthError::unknown_resource)?,
        None => resources.default().ok_or_else(no_target)?,
    };
    let application: ApplicationId = parse(&client.client_id)?;
    let scope = if wanted.is_empty() {
        ScopeSet::empty()
    } else {
        let held = site.scopes_of_application(&application, &target.indicator)?;
        wanted.filtered(|scope| held.iter().any(|name| name == scope))
    };
    let signer = site.signer()?;
    let id: MachineGrantId = parse(&site.app().random.id(TOKEN_ID_CHARS))?;
    let issued_at = call.now;
    let expires_at = issued_at.plus_seconds(target.access_token_ttl_seconds);
    let command = MachineGrantCommand::IssueMachineToken {
        application: application.clone(),
        audience: target.indicator.clone(),
        scope: scope.iter().map(str::to_owned).collect(),
        kid: signer.kid().to_owned(),
        issued_at,
        expires_at,
    };
    let context = call.context(Actor::Application(application));
    let done = site.app().log.execute::<MachineGrant>(&context, &id, command).await?;
    call.note(done.position);
    let claims = AccessTokenClaims {
        jti: id.as_str().to_owned(),
        sub: client.client_id.clone(),
        iat: issued_at.seconds().0,
        exp: expires_at.seconds().0,
        scope: scope.clone(),
        client_id: client.client_id.clone(),
        iss: site.issuer().to_owned(),
        aud: target.indicator.clone(),
    };
    let token = crypto::jwt::mint(&signer, Some(ACCESS_TOKEN_TYP), &claims)?;
    Ok(TokenResponse::for_client(token, target.access_token_ttl_seconds, &scope))
}
