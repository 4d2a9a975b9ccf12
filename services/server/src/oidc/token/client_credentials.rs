//! The client credentials grant (RFC 6749 4.4): a machine gets a JWT for an API resource, for an
//! organization that it belongs to, or for a resource inside one.

use crypto::key::Signer;
use domain::{IssuedMachineToken, MachineGrant, MachineGrantCommand, Membership, Organization};
use events::{Actor, MachineGrantId, MembershipId, OrganizationId};
use protocol::{
    OAuthError, ScopeSet,
    error::ErrorKind,
    resource::ORGANIZATION_AUDIENCE_PREFIX,
    token::{ACCESS_TOKEN_TYP, AccessTokenClaims, ConfirmationClaim, TokenResponse},
    token_request::no_target,
    ttl::ACCESS_TOKEN_TTL_SECONDS,
};
use serde_json::{Map, Value};
use store::Work;

use crate::{
    call::Call,
    claims_script::{self, MachineToken},
    ids::{TOKEN_ID_CHARS, parse},
    oidc::{
        failure::OidcResult,
        token::{Asking, target::Named},
    },
};

/// What the token is for, and what it permits.
struct Permitted {
    audience: String,
    /// The organization in which it counts.
    organization: Option<OrganizationId>,
    /// Whether the audience is not the organization itself.
    is_inside: bool,
    scope: ScopeSet,
    ttl_seconds: i64,
}

/// Issues a token with those of the wanted scopes that the application's roles give. None wanted,
/// none given.
pub(super) async fn issue(
    call: &Call,
    asking: &Asking<'_>,
    wanted: &ScopeSet,
    named: Named,
) -> OidcResult<TokenResponse> {
    let permitted = permitted(call, asking, wanted, named)?;
    let signer = call.site.signer()?;
    let id: MachineGrantId = parse(&call.site.app().random.id(TOKEN_ID_CHARS))?;
    let custom = custom_claims(call, asking, &permitted, &id).await?;
    let claims = claims_of(call, asking, &permitted, &id);
    let text = if custom.is_empty() {
        crypto::jwt::mint(&signer, Some(ACCESS_TOKEN_TYP), &claims)?
    } else {
        crypto::jwt::mint(&signer, Some(ACCESS_TOKEN_TYP), &claims.with_extra(custom))?
    };
    let token = record_of(call, asking, &permitted, &signer);
    let context = call.context(Actor::Application(asking.application.clone()));
    let ((), position) = call
        .site
        .app()
        .log
        .transact(&context, async |work: Work| -> OidcResult<()> {
            if let Some(organization) = &permitted.organization {
                check_membership(&work, asking, organization).await?;
            }
            asking.use_up(&work).await?;
            let command = MachineGrantCommand::IssueMachineToken(token.clone());
            work.decide::<MachineGrant>(&id, command).await?;
            Ok(())
        })
        .await?;
    call.note(position);
    let answer = TokenResponse::for_client(text, permitted.ttl_seconds, &permitted.scope);
    Ok(answer.bound_to(asking.dpop_jkt.as_deref()))
}

fn permitted(
    call: &Call,
    asking: &Asking<'_>,
    wanted: &ScopeSet,
    named: Named,
) -> OidcResult<Permitted> {
    let site = &call.site;
    let application = &asking.application;
    let organization = match named.organization {
        Some(text) => Some(text.parse::<OrganizationId>().map_err(|_| not_associated())?),
        None => None,
    };
    if let (None, Some(organization)) = (&named.resource, &organization) {
        let held = || site.organization_scopes_of_application(organization, application);
        return Ok(Permitted {
            audience: format!("{ORGANIZATION_AUDIENCE_PREFIX}{organization}"),
            organization: Some(organization.clone()),
            is_inside: false,
            scope: cut(wanted, held)?,
            ttl_seconds: ACCESS_TOKEN_TTL_SECONDS,
        });
    }
    let resources = site.resources()?;
    let resource = match named.resource {
        Some(indicator) => resources.get(&indicator).ok_or_else(OAuthError::unknown_resource)?,
        None => resources.default().ok_or_else(no_target)?,
    };
    let indicator = &resource.indicator;
    let held = || match &organization {
        Some(organization) => {
            site.organization_resource_scopes_of_application(organization, application, indicator)
        }
        None => site.scopes_of_application(application, indicator),
    };
    Ok(Permitted {
        scope: cut(wanted, held)?,
        audience: indicator.clone(),
        is_inside: organization.is_some(),
        organization,
        ttl_seconds: resource.access_token_ttl_seconds,
    })
}

/// Those of the wanted scopes that are held; what is held is asked only if something is wanted.
fn cut<E>(wanted: &ScopeSet, held: impl FnOnce() -> Result<Vec<String>, E>) -> Result<ScopeSet, E> {
    if wanted.is_empty() {
        return Ok(ScopeSet::empty());
    }
    let held = held()?;
    Ok(wanted.filtered(|scope| held.iter().any(|name| name == scope)))
}

/// Whether the application belongs to the organization, as the log itself tells it.
async fn check_membership(
    work: &Work,
    asking: &Asking<'_>,
    organization: &OrganizationId,
) -> OidcResult<()> {
    let membership = MembershipId::of_application(organization, &asking.application);
    let is_member = work.load::<Membership>(&membership).await?.state.is_member();
    if is_member && work.load::<Organization>(organization).await?.state.is_present() {
        return Ok(());
    }
    Err(not_associated().into())
}

fn not_associated() -> OAuthError {
    let description = "app has not associated with the organization";
    OAuthError::new(ErrorKind::AccessDenied, description).with_status(403)
}

/// What the operator's script adds to the token.
async fn custom_claims(
    call: &Call,
    asking: &Asking<'_>,
    permitted: &Permitted,
    id: &MachineGrantId,
) -> OidcResult<Map<String, Value>> {
    let token = MachineToken {
        jti: id.as_str(),
        audience: &permitted.audience,
        scope: &permitted.scope,
        client: asking.client,
        organization: permitted.organization.as_ref(),
    };
    claims_script::for_machine_token(call, &token).await
}

fn record_of(
    call: &Call,
    asking: &Asking<'_>,
    permitted: &Permitted,
    signer: &Signer,
) -> IssuedMachineToken {
    IssuedMachineToken {
        application: asking.application.clone(),
        audience: permitted.audience.clone(),
        scope: permitted.scope.iter().map(str::to_owned).collect(),
        organization: permitted.organization.clone(),
        dpop_jkt: asking.dpop_jkt.clone(),
        kid: signer.kid().to_owned(),
        issued_at: call.now,
        expires_at: call.now.plus_seconds(permitted.ttl_seconds),
    }
}

fn claims_of(
    call: &Call,
    asking: &Asking<'_>,
    permitted: &Permitted,
    id: &MachineGrantId,
) -> AccessTokenClaims {
    let organization = permitted.organization.as_ref().filter(|_| permitted.is_inside);
    AccessTokenClaims {
        jti: id.as_str().to_owned(),
        sub: asking.client.client_id.clone(),
        iat: call.now.seconds().0,
        exp: call.now.plus_seconds(permitted.ttl_seconds).seconds().0,
        scope: permitted.scope.clone(),
        client_id: asking.client.client_id.clone(),
        iss: call.site.issuer().to_owned(),
        aud: permitted.audience.clone(),
        organization_id: organization.map(|organization| organization.as_str().to_owned()),
        act: None,
        cnf: asking.dpop_jkt.clone().map(|jkt| ConfirmationClaim { jkt }),
    }
}
