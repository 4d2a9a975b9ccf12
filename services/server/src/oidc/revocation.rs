//! The revocation endpoint (RFC 7009): giving back an access or refresh token ends its grant.

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use domain::{Grant, GrantCommand, RefreshUse};
use events::{Actor, GrantId, GrantRevocation};
use projections::Grants;
use protocol::{
    OAuthError,
    error::ErrorKind,
    token::{OpaqueToken, TokenKind},
};

use crate::{
    call::Call,
    oidc::{client_authentication::authenticate, cors, failure::OidcResult, token::parameters},
};

/// `POST /oidc/token/revocation`: 200 without a body, whether or not the token was good.
#[tracing::instrument(skip_all)]
pub(super) async fn revoke(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    match revoked(&call, &headers, &body).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(failure) => failure.into_response(),
    }
}

async fn revoked(call: &Call, headers: &HeaderMap, body: &[u8]) -> OidcResult<()> {
    let parameters = parameters(headers, body)?;
    let authenticated = authenticate(call, headers, &parameters).await?;
    let client = authenticated.metadata()?;
    cors::check(call, client, headers)?;
    parameters.refuse_duplicates(&[])?;
    let text = parameters.require("token")?;
    if text.matches('.').count() == 2 {
        let description = "Structured JWT Tokens cannot be revoked via this endpoint";
        return Err(OAuthError::new(ErrorKind::UnsupportedTokenType, description).into());
    }
    let Ok(token) = OpaqueToken::parse(text) else { return Ok(()) };
    let Some(grant) = grant_of(call, &token, text).await? else { return Ok(()) };
    let log = &call.site.app().log;
    let state = log.load::<Grant>(call.site.tenant(), &grant).await?.state;
    // A client can give back its own tokens only; others' are left alone without a word.
    let Some(application) = state.application() else { return Ok(()) };
    if application.as_str() != client.client_id {
        return Ok(());
    }
    let context = call.context(Actor::Application(application.clone()));
    let command = GrantCommand::RevokeGrant { reason: GrantRevocation::ReturnedByClient };
    let done = log.execute::<Grant>(&context, &grant, command).await?;
    call.settle(done.position).await?;
    Ok(())
}

/// The grant of a genuine token.
async fn grant_of(call: &Call, token: &OpaqueToken, text: &str) -> OidcResult<Option<GrantId>> {
    let sha256 = crypto::digest::sha256_base64url(text);
    match token.kind() {
        TokenKind::AuthorizationCode
        | TokenKind::DeviceCode
        | TokenKind::SubjectToken
        | TokenKind::PersonalAccessToken => Ok(None),
        TokenKind::RefreshToken => {
            let Ok(id) = token.id().parse::<GrantId>() else { return Ok(None) };
            let grant = call.site.app().log.load::<Grant>(call.site.tenant(), &id).await?.state;
            let Some(application) = grant.application() else { return Ok(None) };
            let known = grant.refresh_use(&sha256, application, call.now);
            Ok((known != RefreshUse::Invalid).then_some(id))
        }
        TokenKind::AccessToken => {
            let grants = call.site.app().views.reader::<Grants>();
            let Ok(id) = token.id().parse() else { return Ok(None) };
            let mut row = grants.access_token(call.site.tenant(), &id)?;
            if row.is_none() {
                call.catch_up().await?;
                row = grants.access_token(call.site.tenant(), &id)?;
            }
            let row = row.filter(|row| row.sha256.as_deref() == Some(sha256.as_str()));
            Ok(row.map(|row| row.grant))
        }
    }
}
