//! Who may call the Management API: the bearer of a token for it with scope `all`
//! (contract: management-00 §2).

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION, request::Parts},
};
use events::{Actor, UnixMillis};
use projections::WaitError;
use protocol::{
    bearer::{self, BearerRefusal},
    jwt_claims::{ClaimRefusal, Expected, JwtClaims},
};
use serde_json::json;
use store::Context;

use crate::{
    call::Call,
    http::{error::ApiError, verified_tokens::TokenError},
    settle::Unsettled,
    site::Site,
};

/// The scope that opens the whole Management API.
const SCOPE: &str = "all";

/// Someone who may administer the tenant. A handler that takes this cannot be reached otherwise.
#[derive(Clone)]
pub(crate) struct Administrator {
    /// The request.
    pub call: Call,
    /// Who asks.
    pub actor: Actor,
}

/// An administrator whose request has not waited for the views: for what is decided by streams
/// alone. [`Administrator`] comes when every view has folded all that was in the log before.
pub(crate) struct AtOnce(pub(crate) Administrator);

impl Administrator {
    /// What the log records beside the events of this request.
    pub(crate) fn context(&self) -> Context {
        self.call.context(self.actor.clone())
    }

    /// Notes what was written and waits until every view has folded it.
    ///
    /// # Errors
    /// [`Unsettled`] if that takes too long.
    pub(crate) async fn settle(&self, position: Option<u64>) -> Result<(), Unsettled> {
        self.call.settle(position).await
    }
}

impl FromRequestParts<Site> for Administrator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ApiError> {
        let AtOnce(administrator) = AtOnce::from_request_parts(parts, site).await?;
        // What the caller wrote before, at whatever endpoint, must not be missed. A stopped view is
        // for readiness to tell; the others can still be asked.
        match administrator.call.catch_up().await {
            Err(late) if !matches!(late.cause, WaitError::Stopped(_)) => Err(late.into()),
            Ok(()) | Err(_) => Ok(administrator),
        }
    }
}

impl FromRequestParts<Site> for AtOnce {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ApiError> {
        let Ok(call) = Call::from_request_parts(parts, site).await;
        let actor = authenticate(site, &parts.headers, call.now)?;
        Ok(Self(Administrator { call, actor }))
    }
}

fn authenticate(site: &Site, headers: &HeaderMap, now: UnixMillis) -> Result<Actor, ApiError> {
    let header = headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let token = bearer::read(header).map_err(|refusal| match refusal {
        BearerRefusal::Missing => ApiError::new(
            StatusCode::UNAUTHORIZED,
            "auth.authorization_header_missing",
            "The authorization header is missing.",
        ),
        BearerRefusal::NotBearer => ApiError::new(
            StatusCode::UNAUTHORIZED,
            "auth.authorization_token_type_not_supported",
            "The authorization type is not supported.",
        )
        .with_data(json!({"supportedTypes": ["Bearer"]})),
        BearerRefusal::Malformed => unauthorized(),
    })?;
    let (issuer, claims) = verify(site, token.expose())?;
    let indicator = site.management_indicator();
    let issuers = [issuer.issuer()];
    let expected = Expected { issuers: &issuers, audience: indicator, now: now.seconds().0 };
    claims.check(&expected).map_err(|refusal| match refusal {
        ClaimRefusal::SubjectMissing => ApiError::new(
            StatusCode::UNAUTHORIZED,
            "auth.jwt_sub_missing",
            "The token names no subject.",
        ),
        ClaimRefusal::Issuer
        | ClaimRefusal::Audience
        | ClaimRefusal::Expired
        | ClaimRefusal::NotYetValid => unauthorized(),
    })?;
    if !claims.permits(SCOPE) {
        let message = "The token does not permit this.";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "auth.forbidden", message));
    }
    let subject = claims.sub.as_deref().unwrap_or_default();
    let is_application = claims.client_id.as_deref() == Some(subject);
    let actor = if is_application {
        subject.parse().map(Actor::Application)
    } else {
        subject.parse().map(Actor::User)
    };
    actor.map_err(|_| unauthorized())
}

/// The site that issued a token – this one, or the Console's – and the token's claims.
fn verify<'a>(site: &'a Site, token: &str) -> Result<(&'a Site, Arc<JwtClaims>), ApiError> {
    for issuer in [Some(site), site.console()].into_iter().flatten() {
        match issuer.verified_tokens().claims(issuer, token) {
            Ok(claims) => return Ok((issuer, claims)),
            Err(TokenError::Keys(error)) => return Err(ApiError::internal(error)),
            Err(TokenError::Token(_) | TokenError::Claims(_) | TokenError::Type) => {}
        }
    }
    Err(unauthorized())
}

fn unauthorized() -> ApiError {
    let message = "The token is not valid here.";
    ApiError::new(StatusCode::UNAUTHORIZED, "auth.unauthorized", message)
}
