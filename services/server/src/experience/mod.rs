//! The Experience API (contract: experience-api): what the hosted pages and custom sign-in pages
//! drive. Every step is an event of the interaction; every call needs the browser's own cookie.

mod body;
mod consent;
mod identification;
mod interaction;
mod new_identity;
pub(crate) mod password;
mod submit;
#[cfg(test)]
mod tests;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header::ORIGIN},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{delete, get, post, put},
};

pub(crate) use self::{
    identification::identify, interaction::choose, new_identity::choose_identity,
    password::verify_password, submit::submit,
};

use domain::{Interaction, InteractionRefusal};

use crate::{
    call::Call,
    http::error::ApiError,
    oidc::resume::{self, Visit},
    site::Site,
};

/// Routes under `/api/experience`.
pub(crate) fn routes(site: Site) -> Router<Site> {
    Router::new()
        .route("/", put(interaction::start))
        .route("/interaction-event", put(interaction::change))
        .route("/interaction", get(interaction::read))
        .route("/verification/password", post(password::post))
        .route("/verification/new-password-identity", post(new_identity::post))
        .route("/identification", post(identification::post))
        .route("/submit", post(submit::post))
        .layer(from_fn_with_state(site, own_pages_only))
}

/// Routes under `/api/interaction`.
pub(crate) fn consent_routes(site: Site) -> Router<Site> {
    Router::new()
        .route("/", delete(consent::abort))
        .route("/consent", get(consent::read).post(consent::give))
        .layer(from_fn_with_state(site, own_pages_only))
}

/// A page of another origin must not drive the visit of this browser.
async fn own_pages_only(State(site): State<Site>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(ORIGIN);
    if origin.is_none_or(|origin| origin.as_bytes() == site.endpoint().as_bytes()) {
        return next.run(request).await;
    }
    let message = "Pages of other origins cannot sign people in.";
    ApiError::new(StatusCode::FORBIDDEN, "auth.forbidden", message).into_response()
}

/// Whether a visit takes proofs now: asked before anything costly is done for it. The decider asks
/// again when the proof is recorded.
///
/// # Errors
/// As the decider's refusals.
pub(crate) async fn check_proof(call: &Call, visit: &Visit) -> Result<(), ApiError> {
    let log = &call.site.app().log;
    let state = log.load::<Interaction>(call.site.tenant(), &visit.id).await?.state;
    let refusal = if !state.is_live(call.now) {
        InteractionRefusal::NotFound
    } else if state.purpose().is_none() {
        InteractionRefusal::NoPurpose
    } else if state.is_blocked() {
        InteractionRefusal::Blocked
    } else {
        return Ok(());
    };
    Err(ApiError::refused(&refusal))
}

/// The visit of the browser's cookie.
///
/// # Errors
/// 400 `session.not_found`
pub(crate) async fn visit(call: &Call, headers: &HeaderMap) -> Result<Visit, ApiError> {
    resume::read(call, headers).await?.ok_or_else(|| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "session.not_found",
            "Session not found. Please go back and sign in again.",
        )
    })
}
