//! `GET /oidc/auth/{interaction}`: where the browser comes back to when the visit is over, or needs
//! the next page.

use axum::{
    extract::Path,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::{Interaction, InteractionState};
use events::InteractionId;
use protocol::{OAuthError, authorization_request::AuthorizationRequest, interaction_url};

use crate::{
    call::Call,
    cookies::{self, NewCookie},
    oidc::{
        answer,
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
    if client.metadata.is_third_party {
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
        client: &client.metadata,
        signed_in,
        interaction: Some(&visit.id),
    };
    let granted = grant::create(call, &authorization).await?;
    let mut response = answer::to_client(call, headers, granted);
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
    let request = serde_json::from_value(request.clone())
        .map_err(|error| OidcFailure::Broken(Box::new(error)))?;
    Ok(Some(Visit { id, state, request }))
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
