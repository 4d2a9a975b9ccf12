//! A grant comes to be: the code, the session that it belongs to and the end of the visit are one
//! commit.

use domain::{
    Denied, Grant, GrantCommand, Interaction, InteractionCommand, NewCode, Session, SessionCommand,
    SessionRefusal, User, UserCommand,
};
use events::{
    Actor, ApplicationId, DeviceAuthorizationId, GrantId, GrantKind, GrantRevocation,
    InteractionId, UserId,
};
use projections::Grants;
use protocol::{
    OAuthError,
    authorization_request::AuthorizationRequest,
    authorization_response::{self, AuthorizationResponse},
    error::ErrorKind,
    scope::OFFLINE_ACCESS,
    secret::SecretText,
    token::{OpaqueToken, TokenKind},
    ttl::{AUTHORIZATION_CODE_TTL_SECONDS, GRANT_TTL_SECONDS},
};
use store::{ExecuteError, Work};

use crate::{
    call::Call,
    clients::Client,
    ids::{TOKEN_ID_CHARS, parse},
    oidc::{
        consent::{Asked, Asking},
        device,
        failure::{OidcFailure, OidcResult},
        pushed,
        session::SignedIn,
        token::gate::{self, Acting, GateError, Source},
    },
};

/// Most grants that one authorization ends because they are too many.
const EXTRA_GRANTS_MAX: u32 = 64;

/// What a user lets an application have.
pub(super) struct Authorization<'a> {
    /// The request.
    pub request: &'a AuthorizationRequest,
    /// Who asked.
    pub client: &'a Client,
    /// Who grants.
    pub signed_in: &'a SignedIn,
    /// The visit that ends with it.
    pub interaction: Option<&'a InteractionId>,
    /// The device that is let in; the answer then goes to no client but to our own page.
    pub device: Option<&'a DeviceAuthorizationId>,
}

/// Creates the grant and its code; the answer carries the code to the client.
pub(super) async fn create(
    call: &Call,
    authorization: &Authorization<'_>,
) -> OidcResult<AuthorizationResponse> {
    let Authorization { request, client, signed_in, interaction, device } = authorization;
    let random = &call.site.app().random;
    let id: GrantId = parse(&random.id(TOKEN_ID_CHARS))?;
    let application: ApplicationId = parse(&client.metadata.client_id)?;
    let asking = Asking { client, request, user: &signed_in.user };
    let asked = asking.asked(call)?;
    let code = if device.is_none() { Some(new_code(call, &id)?) } else { None };
    let ends_with_session = ends_with_session(request);
    let extra = extra_grants(call, client, &signed_in.user).await?;
    let context = call.context(Actor::User(signed_in.user.clone()));
    let ((), position) = call
        .site
        .app()
        .log
        .transact(&context, async |work: Work| -> OidcResult<()> {
            if let Some(interaction) = interaction {
                let command =
                    InteractionCommand::CompleteInteraction { grant: id.clone(), now: call.now };
                work.decide::<Interaction>(interaction, command).await?;
            }
            if let Some(pushed) = &request.pushed_request {
                pushed::use_up(&work, pushed, &application).await?;
            }
            if let Some(device) = device {
                device::approve(call, &work, device, (&id, &signed_in.user)).await?;
            }
            let granted = pass(call, &work, authorization, asked.clone()).await?;
            for one in &extra {
                let command = GrantCommand::RevokeGrant { reason: GrantRevocation::LimitExceeded };
                work.decide::<Grant>(one, command).await?;
            }
            let command = new_grant(call, authorization, granted, code.as_ref())?;
            work.begin::<Grant>(&id, command).await?;
            if !signed_in.has_application {
                let application = application.clone();
                let command = UserCommand::AuthorizeApplication { application };
                work.decide::<User>(&signed_in.user, command).await?;
            }
            let command = SessionCommand::AuthorizeApplication {
                application: application.clone(),
                grant: id.clone(),
                ends_with_session,
                now: call.now,
            };
            let authorized = work.decide::<Session>(&signed_in.id, command).await;
            authorized.map(drop).map_err(signed_out)
        })
        .await?;
    call.note(position);
    Ok(match code {
        Some(code) => {
            authorization_response::success(&request.target(), code.expose(), call.site.issuer())
        }
        None => AuthorizationResponse::Redirect(device::SUCCESS.to_owned()),
    })
}

/// The grant as it is wished for.
fn new_grant(
    call: &Call,
    authorization: &Authorization<'_>,
    asked: Asked,
    code: Option<&SecretText>,
) -> OidcResult<GrantCommand> {
    let Authorization { request, client, signed_in, interaction: _, device } = authorization;
    Ok(GrantCommand::CreateGrant {
        kind: device.map_or(GrantKind::AuthorizationCode, |_| GrantKind::DeviceCode),
        user: signed_in.user.clone(),
        application: parse(&client.metadata.client_id)?,
        session: Some(signed_in.id.clone()),
        scope: asked.scope,
        resources: asked.resources,
        ends_with_session: ends_with_session(request),
        nonce: request.nonce.clone(),
        authenticated_at: signed_in.authenticated_at,
        requires_auth_time: request.max_age_seconds.is_some(),
        granted_at: call.now,
        expires_at: call.now.plus_seconds(GRANT_TTL_SECONDS),
        dpop_jkt: request.dpop_jkt.clone(),
        code: code.map(|code| NewCode {
            sha256: crypto::digest::sha256_base64url(code.expose()),
            redirect_uri: request.redirect_uri.clone(),
            code_challenge: request.code_challenge.as_ref().map(|it| it.as_str().to_owned()),
            expires_at: call.now.plus_seconds(AUTHORIZATION_CODE_TTL_SECONDS),
        }),
    })
}

/// Whether a grant for this request ends with the session.
fn ends_with_session(request: &AuthorizationRequest) -> bool {
    !request.scope.contains(OFFLINE_ACCESS)
}

/// Whether the person may act through the application at all; gives what of the wish they said yes
/// to, as the log tells it now.
async fn pass(
    call: &Call,
    work: &Work,
    authorization: &Authorization<'_>,
    asked: Asked,
) -> OidcResult<Asked> {
    let Authorization { client, signed_in, .. } = authorization;
    let acting = Acting {
        user: &signed_in.user,
        since: signed_in.authenticated_at,
        session: Some(&signed_in.id),
        client: Some(&client.metadata),
        organization: None,
    };
    match gate::pass(call, Source::Work(work), &acting).await {
        Ok(None) => Ok(asked),
        Ok(Some(third_party)) => Ok(asked.within(&third_party.consent)),
        Err(GateError::Denied(Denied::UserGone | Denied::UserSuspended | Denied::SessionOver)) => {
            Err(login_required().into())
        }
        Err(GateError::Denied(Denied::NotConsented)) => Err(OAuthError::consent_required().into()),
        Err(error @ (GateError::Denied(_) | GateError::Failed(_))) => Err(error.into()),
    }
}

/// The oldest standing grants of the person and the application that make room for a new one, if
/// the application has a limit.
async fn extra_grants(call: &Call, client: &Client, user: &UserId) -> OidcResult<Vec<GrantId>> {
    let Some(max) = client.metadata.max_allowed_grants else { return Ok(Vec::new()) };
    // What the person granted a moment ago counts.
    call.catch_up().await?;
    let application: ApplicationId = parse(&client.metadata.client_id)?;
    let grants = call.site.app().views.reader::<Grants>();
    let range = (max.saturating_sub(1), EXTRA_GRANTS_MAX);
    Ok(grants.standing(call.site.tenant(), (user, &application), call.now, range)?)
}

/// A code that nobody has seen.
fn new_code(call: &Call, id: &GrantId) -> OidcResult<SecretText> {
    let secret = call.site.app().random.token();
    let code = OpaqueToken::try_new(TokenKind::AuthorizationCode, id.as_str(), &secret);
    Ok(code.map_err(|error| OidcFailure::Broken(Box::new(error)))?.to_text())
}

/// The person signed out while the application was waiting.
fn signed_out(error: ExecuteError<SessionRefusal>) -> OidcFailure {
    match error {
        ExecuteError::Refused(_) => login_required().into(),
        ExecuteError::Contended | ExecuteError::Log(_) => error.into(),
    }
}

fn login_required() -> OAuthError {
    OAuthError::new(ErrorKind::LoginRequired, "End-User authentication is required")
}
