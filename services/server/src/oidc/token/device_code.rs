//! The device code grant (RFC 8628 3.4): a device asks until a person has decided, and then exchanges
//! its code once; whoever presents it again ends the whole grant.

use domain::{DeviceAuthorization, DeviceAuthorizationCommand, DeviceCodeUse, Grant, GrantCommand};
use events::{Actor, DeviceAuthorizationId, GrantId, GrantRevocation};
use protocol::{
    OAuthError,
    error::ErrorKind,
    secret::SecretText,
    token::{OpaqueToken, TokenKind, TokenResponse},
};
use store::Work;

use crate::{
    call::Call,
    ids::parse,
    oidc::{
        failure::OidcResult,
        token::{Asking, answer_or_refuse, family, grant::Granted, issue},
    },
};

/// A device code and what is wanted for it.
pub(super) struct DeviceExchange {
    /// The code.
    pub code: SecretText,
    /// Resource that the access token is for.
    pub resource: Option<String>,
}

/// One poll of a device.
pub(super) async fn redeem(
    call: &Call,
    asking: &Asking<'_>,
    exchange: DeviceExchange,
) -> OidcResult<TokenResponse> {
    let code = exchange.code.expose();
    let token = OpaqueToken::parse_kind(code, TokenKind::DeviceCode)
        .map_err(|_| OAuthError::invalid_grant())?;
    let id: DeviceAuthorizationId = parse(token.id())?;
    let sha256 = crypto::digest::sha256_base64url(code);
    let log = &call.site.app().log;
    // Most polls find nothing new: they need no commit.
    let state = log.load::<DeviceAuthorization>(call.site.tenant(), &id).await?.state;
    if state.device_code_use(&sha256, &asking.application, call.now) == DeviceCodeUse::Pending {
        return Err(pending(call, &id).into());
    }
    let context = call.context(Actor::Application(asking.application.clone()));
    let (answer, position) = log
        .transact(&context, async |work: Work| -> OidcResult<_> {
            let state = work.load::<DeviceAuthorization>(&id).await?.state;
            let used = state.device_code_use(&sha256, &asking.application, call.now);
            let grant_id = match used {
                DeviceCodeUse::Approved(grant) => grant,
                DeviceCodeUse::Redeemed(grant) => {
                    let reason = GrantRevocation::CodeReused;
                    work.decide::<Grant>(&grant, GrantCommand::RevokeGrant { reason }).await?;
                    return Ok(None);
                }
                DeviceCodeUse::Invalid => return Err(OAuthError::invalid_grant().into()),
                DeviceCodeUse::Pending => return Err(pending(call, &id).into()),
                DeviceCodeUse::Expired => return Err(expired().into()),
                DeviceCodeUse::Denied => return Err(OAuthError::consent_cancelled().into()),
            };
            let command = DeviceAuthorizationCommand::Redeem {
                sha256: sha256.clone(),
                application: asking.application.clone(),
                now: call.now,
            };
            work.decide::<DeviceAuthorization>(&id, command).await?;
            tokens(call, &work, asking, (&grant_id, exchange.resource.as_ref())).await.map(Some)
        })
        .await?;
    answer_or_refuse(call, answer, position).await
}

/// The part of the commit that issues the tokens of an approved grant.
async fn tokens(
    call: &Call,
    work: &Work,
    asking: &Asking<'_>,
    (grant_id, resource): (&GrantId, Option<&String>),
) -> OidcResult<TokenResponse> {
    let granted = Granted::load(work, grant_id).await?;
    let third_party = granted.pass(call, work, asking, None).await?;
    let refresh = family::first(call, asking, (grant_id, granted.scope()))?;
    let command = GrantCommand::BeginFamily {
        application: asking.application.clone(),
        refresh: refresh.as_ref().map(|(_, command)| command.clone()),
        now: call.now,
    };
    work.decide::<Grant>(grant_id, command).await?;
    work.require::<Grant>(grant_id).await?;
    let wish = (resource.cloned(), third_party.as_ref());
    let mut answer = issue::first_tokens(call, work, asking, (grant_id, &granted), wish).await?;
    answer.refresh_token = refresh.map(|(text, _)| text);
    Ok(answer)
}

/// Nobody has decided yet; who asks too often is told so (RFC 8628 3.5).
fn pending(call: &Call, id: &DeviceAuthorizationId) -> OAuthError {
    if call.site.device_limits().is_poll_early(id, call.now) {
        OAuthError::new(ErrorKind::SlowDown, "the device asks too often")
    } else {
        OAuthError::new(ErrorKind::AuthorizationPending, "nobody has decided about the device yet")
    }
}

fn expired() -> OAuthError {
    OAuthError::new(ErrorKind::ExpiredToken, "the device code has expired")
}
