//! A grant comes to be: the code, the session that it belongs to and the end of the visit are one
//! commit.

use std::collections::BTreeMap;

use domain::{
    Grant, GrantCommand, Interaction, InteractionCommand, NewCode, Session, SessionCommand,
    SessionRefusal,
};
use events::{Actor, ApplicationId, GrantId, InteractionId};
use protocol::{
    ClientMetadata, OAuthError, ScopeSet,
    authorization_request::AuthorizationRequest,
    authorization_response::{self, AuthorizationResponse},
    error::ErrorKind,
    scope::OFFLINE_ACCESS,
    token::{OpaqueToken, TokenKind},
    ttl::{AUTHORIZATION_CODE_TTL_SECONDS, GRANT_TTL_SECONDS},
};
use store::{ExecuteError, Work};

use crate::{
    call::Call,
    ids::{TOKEN_ID_CHARS, parse},
    oidc::{
        failure::{OidcFailure, OidcResult},
        session::SignedIn,
    },
};

/// What a user lets an application have.
pub(super) struct Authorization<'a> {
    /// The request.
    pub request: &'a AuthorizationRequest,
    /// Who asked.
    pub client: &'a ClientMetadata,
    /// Who grants.
    pub signed_in: &'a SignedIn,
    /// The visit that ends with it.
    pub interaction: Option<&'a InteractionId>,
}

/// Creates the grant and its code; the answer carries the code to the client.
pub(super) async fn create(
    call: &Call,
    authorization: &Authorization<'_>,
) -> OidcResult<AuthorizationResponse> {
    let Authorization { request, client, signed_in, interaction } = authorization;
    let random = &call.site.app().random;
    let id: GrantId = parse(&random.id(TOKEN_ID_CHARS))?;
    let application: ApplicationId = parse(&client.client_id)?;
    let code = OpaqueToken::try_new(TokenKind::AuthorizationCode, id.as_str(), &random.token())
        .map_err(|error| OidcFailure::Broken(Box::new(error)))?
        .to_text();
    let ends_with_session = !request.scope.contains(OFFLINE_ACCESS);
    let command = GrantCommand::CreateGrant {
        user: signed_in.user.clone(),
        application: application.clone(),
        session: signed_in.id.clone(),
        scope: request.scope.oidc_part().iter().map(str::to_owned).collect(),
        resources: if client.is_third_party { BTreeMap::new() } else { resources(call, request)? },
        ends_with_session,
        nonce: request.nonce.clone(),
        authenticated_at: signed_in.authenticated_at,
        requires_auth_time: request.max_age_seconds.is_some(),
        granted_at: call.now,
        expires_at: call.now.plus_seconds(GRANT_TTL_SECONDS),
        code: NewCode {
            sha256: crypto::digest::sha256_base64url(code.expose()),
            redirect_uri: request.redirect_uri.clone(),
            code_challenge: request.code_challenge.as_ref().map(|it| it.as_str().to_owned()),
            expires_at: call.now.plus_seconds(AUTHORIZATION_CODE_TTL_SECONDS),
        },
    };
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
            work.begin::<Grant>(&id, command.clone()).await?;
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
    Ok(authorization_response::success(&request.target(), code.expose(), call.site.issuer()))
}

/// The person signed out while the application was waiting.
fn signed_out(error: ExecuteError<SessionRefusal>) -> OidcFailure {
    match error {
        ExecuteError::Refused(_) => {
            let description = "End-User authentication is required";
            OAuthError::new(ErrorKind::LoginRequired, description).into()
        }
        ExecuteError::Contended | ExecuteError::Log(_) => error.into(),
    }
}

/// Each resource with those of the wanted scopes that it has; unknown names are passed over.
fn resources(
    call: &Call,
    request: &AuthorizationRequest,
) -> OidcResult<BTreeMap<String, Vec<String>>> {
    let known = call.site.resources()?;
    let wanted: ScopeSet = request.scope.resource_part();
    let scopes = |indicator: &String| {
        let scopes = known.get(indicator).map_or(&[][..], |resource| &resource.scopes);
        wanted
            .iter()
            .filter(|name| scopes.iter().any(|scope| scope == name))
            .map(str::to_owned)
            .collect()
    };
    Ok(request.resources.iter().map(|indicator| (indicator.clone(), scopes(indicator))).collect())
}
