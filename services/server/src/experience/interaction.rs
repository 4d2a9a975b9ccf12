//! A visit begins, changes its purpose, and can be looked at.

use axum::{
    Json as JsonAnswer,
    http::{HeaderMap, StatusCode},
};
use domain::{Interaction, InteractionCommand};
use events::{Actor, InteractionPurpose, SignInMode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    call::Call,
    experience::visit,
    http::{error::ApiError, json::Json},
    oidc::resume::Visit,
};

/// `{"interactionEvent": …}`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PurposeBody {
    interaction_event: InteractionPurpose,
}

/// `PUT /api/experience`: 204, everything collected before is gone.
pub(super) async fn start(
    call: Call,
    headers: HeaderMap,
    Json(body): Json<PurposeBody>,
) -> Result<StatusCode, ApiError> {
    let visit = visit(&call, &headers).await?;
    choose(&call, &visit, body.interaction_event, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/experience/interaction-event`: 204, what was proved stays.
pub(super) async fn change(
    call: Call,
    headers: HeaderMap,
    Json(body): Json<PurposeBody>,
) -> Result<StatusCode, ApiError> {
    let visit = visit(&call, &headers).await?;
    check_mode(&call, body.interaction_event)?;
    choose(&call, &visit, body.interaction_event, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Records what the visitor set out to do.
///
/// # Errors
/// As the decider says.
pub(crate) async fn choose(
    call: &Call,
    visit: &Visit,
    purpose: InteractionPurpose,
    restart: bool,
) -> Result<(), ApiError> {
    let command = InteractionCommand::ChoosePurpose { purpose, restart, now: call.now };
    let context = call.context(Actor::Visitor);
    let log = &call.site.app().log;
    let done = log.execute::<Interaction>(&context, &visit.id, command).await?;
    call.note(done.position);
    Ok(())
}

/// Whether the settings let visitors do this.
///
/// # Errors
/// 403 `auth.forbidden`
pub(super) fn check_mode(call: &Call, purpose: InteractionPurpose) -> Result<(), ApiError> {
    let allowed = match (call.site.experience()?.sign_in_mode, purpose) {
        (SignInMode::SignIn, InteractionPurpose::Register)
        | (SignInMode::Register, InteractionPurpose::SignIn | InteractionPurpose::ForgotPassword) => {
            false
        }
        (SignInMode::SignIn | SignInMode::Register | SignInMode::SignInAndRegister, _) => true,
    };
    if allowed {
        return Ok(());
    }
    let message = "This is not allowed here.";
    Err(ApiError::new(StatusCode::FORBIDDEN, "auth.forbidden", message))
}

/// `GET /api/experience/interaction`: 200 with what is known, without secrets.
pub(super) async fn read(call: Call, headers: HeaderMap) -> Result<JsonAnswer<Value>, ApiError> {
    let visit = visit(&call, &headers).await?;
    let state = &visit.state;
    let mut answer = json!({"profile": {}, "verificationRecords": []});
    if let Some(members) = answer.as_object_mut() {
        if let Some(purpose) = state.purpose() {
            members.insert("interactionEvent".into(), json!(purpose));
        }
        if let Some((user, _)) = state.identified() {
            members.insert("userId".into(), json!(user));
        }
    }
    Ok(JsonAnswer(answer))
}
