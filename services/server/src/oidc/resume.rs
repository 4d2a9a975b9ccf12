//! `GET /oidc/auth/{interaction}`: where the browser comes back to when the visit is over, or needs
//! the next page.

use axum::{
    extract::Path,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::{Interaction, InteractionCommand, InteractionState};
use events::{Actor, DeviceAuthorizationId, InteractionId};
use protocol::{
    OAuthError, authorization_request::AuthorizationRequest, authorization_response,
    interaction_url,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    call::Call,
    cookies::{self, NewCookie},
    oidc::{
        answer,
        consent::Asking,
        device::{self, CodeError},
        failure::{OidcFailure, OidcResult},
        grant::{self, Authorization},
        session::{self, SignedIn},
    },
};

/// Continues the authorization request.
pub(crate) async fn get(call: Call, headers: HeaderMap, Path(id): Path<String>) -> Response {
    resume(&call, &headers, &id).await.unwrap_or_else(IntoResponse::into_response)
}

async fn resume(call: &Call, headers: &HeaderMap, id: &str) -> OidcResult<Response> {
    let visit = read(call, headers).await?.filter(|visit| visit.id.as_str() == id);
    let visit = visit.ok_or_else(OAuthError::session_not_found)?;
    let Some(signed_in) = visit.signed_in(call, headers).await? else {
        return Ok(answer::see_other(&interaction_url::sign_in(&visit.request)));
    };
    let clients = call.site.clients()?;
    let client = clients.get(&visit.request.client_id).ok_or_else(OAuthError::session_not_found)?;
    let asking = Asking { client, request: &visit.request, user: &signed_in.user };
    if asking.is_due(call, visit.state.has_consented()).await? {
        return Ok(answer::see_other(&interaction_url::consent(&visit.request.client_id)));
    }
    complete(call, headers, &visit, &signed_in).await
}

/// Grants what was asked for and sends the browser back to the client.
///
/// # Errors
/// As [`grant::create`].
pub(crate) async fn complete(
    call: &Call,
    headers: &HeaderMap,
    visit: &Visit,
    signed_in: &SignedIn,
) -> OidcResult<Response> {
    let clients = call.site.clients()?;
    let client = clients.get(&visit.request.client_id).ok_or_else(OAuthError::session_not_found)?;
    let authorization = Authorization {
        request: &visit.request,
        client,
        signed_in,
        interaction: Some(&visit.id),
        device: visit.device.as_ref(),
    };
    let granted = grant::create(call, &authorization).await;
    let mut response = match (granted, &visit.device) {
        (Ok(granted), _) => answer::to_client(call, headers, granted),
        (Err(failure), Some(id)) => device::refused_at_page(call, id, failure).await?,
        (Err(OidcFailure::Refused(error)), None) => {
            return refuse(call, headers, visit, &error).await;
        }
        (Err(failure), None) => return Err(failure),
    };
    forget(call, &mut response)?;
    Ok(response)
}

/// Ends the visit without a grant and tells the application (RFC 6749 4.1.2.1), or the person if it
/// is a device that asks.
///
/// # Errors
/// Only failures of the machinery.
pub(crate) async fn refuse(
    call: &Call,
    headers: &HeaderMap,
    visit: &Visit,
    error: &OAuthError,
) -> OidcResult<Response> {
    if let Some(id) = &visit.device {
        device::deny(call, id).await?;
    }
    let command = InteractionCommand::AbortInteraction {
        error: error.kind.as_str().to_owned(),
        now: call.now,
    };
    let context = call.context(Actor::Visitor);
    let log = &call.site.app().log;
    let done = log.execute::<Interaction>(&context, &visit.id, command).await?;
    call.note(done.position);
    let mut response = if visit.device.is_some() {
        device::to_page_with(CodeError::Aborted)
    } else {
        let target = visit.request.target();
        let failure = authorization_response::failure(&target, error, call.site.issuer());
        answer::to_client(call, headers, failure)
    };
    forget(call, &mut response)?;
    Ok(response)
}

/// Removes the cookie of a visit that is over.
///
/// # Errors
/// Only failures of the machinery.
pub(crate) fn forget(call: &Call, response: &mut Response) -> OidcResult<()> {
    let cookie = NewCookie {
        name: cookies::INTERACTION,
        value: "",
        max_age_seconds: 0,
        is_secure: call.site.is_secure(),
    };
    call.site.cookie_keys()?.write(response.headers_mut(), &cookie);
    Ok(())
}

/// A visit to the sign-in pages that is under way.
pub(crate) struct Visit {
    /// Its id.
    pub id: InteractionId,
    /// What has happened in it.
    pub state: std::sync::Arc<InteractionState>,
    /// What the application asked for.
    pub request: AuthorizationRequest,
    /// The device that it asked from, if it has no browser.
    pub device: Option<DeviceAuthorizationId>,
}

/// What is recorded of the request with a visit.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredRequest {
    /// The request.
    #[serde(flatten)]
    pub request: AuthorizationRequest,
    /// The device that asks, if it has no browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceAuthorizationId>,
}

impl StoredRequest {
    /// As the log holds it.
    ///
    /// # Errors
    /// Only failures of the machinery.
    pub(super) fn to_value(&self) -> OidcResult<Value> {
        serde_json::to_value(self).map_err(|error| OidcFailure::Broken(Box::new(error)))
    }
}

/// The visit of the cookie, if it is genuine and not over.
///
/// # Errors
/// Only failures of the machinery: a bad cookie is no visit.
pub(crate) async fn read(call: &Call, headers: &HeaderMap) -> OidcResult<Option<Visit>> {
    let cookie = call.site.cookie_keys()?.read(headers, cookies::INTERACTION);
    let Some(id) = cookie.and_then(|id| id.parse::<InteractionId>().ok()) else {
        return Ok(None);
    };
    let log = &call.site.app().log;
    let state = log.load::<Interaction>(call.site.tenant(), &id).await?.state;
    let Some(request) = state.request().filter(|_| state.is_live(call.now)) else {
        return Ok(None);
    };
    let stored: StoredRequest = serde_json::from_value(request.clone())
        .map_err(|error| OidcFailure::Broken(Box::new(error)))?;
    let StoredRequest { request, device } = stored;
    Ok(Some(Visit { id, state, request, device }))
}

impl Visit {
    /// The session that answers for this visit: the one it made, or the one it was started with.
    /// It must be the browser's own.
    ///
    /// # Errors
    /// Only failures of the machinery.
    pub(crate) async fn signed_in(
        &self,
        call: &Call,
        headers: &HeaderMap,
    ) -> OidcResult<Option<SignedIn>> {
        let expected = self.state.submitted().map(|(_, session)| session).or(self.state.session());
        let brought = session::read(call, headers).await?;
        Ok(brought.filter(|brought| Some(&brought.id) == expected))
    }
}
