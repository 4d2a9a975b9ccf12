//! The sessions of a user (contract: management-10-users §9). Ending one takes effect at once: whoever
//! speaks for it is asked by the log, not by a view.

use axum::{Json, http::StatusCode};
use domain::{Grant, GrantCommand, Interaction, Session};
use events::{
    Event, GrantRevocation, InteractionPurpose, SessionEnding, SessionEvent, SessionId,
    SessionOrigin, StreamName, UserId,
};
use projections::{Grants, Page, SessionGrantRow, SessionRow};
use serde_json::{Map, Value, json};
use store::Work;

use crate::{
    call::Call,
    http::{administrator::Administrator, error::ApiError, path::Path, query::Query},
    oidc::session,
};

/// Most sessions that are shown, newest first.
const SESSIONS_MAX: u32 = 100;
/// Says which grants end with the session.
const TARGET: &str = "revokeGrantsTarget";

/// `GET /api/users/{userId}/sessions`: 200 with those that stand, newest first.
///
/// # Errors
/// Only failures of the machinery: an unknown user has no sessions.
pub(crate) async fn list(
    admin: Administrator,
    Path(user): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let call = &admin.call;
    let Ok(user) = user.parse::<UserId>() else { return Ok(Json(json!({"sessions": []}))) };
    let view = call.site.app().views.reader::<Grants>();
    let listing = view.sessions_of(call.site.tenant(), &user, Page::new(0, SESSIONS_MAX))?;
    let mut sessions = Vec::new();
    for row in listing.rows.iter().filter(|row| stands(call, row)) {
        sessions.push(shown(call, row).await?);
    }
    Ok(Json(json!({"sessions": sessions})))
}

/// `GET /api/users/{userId}/sessions/{sessionId}`: 200 with the session.
///
/// # Errors
/// 404 `oidc.session_not_found`
pub(crate) async fn read(
    admin: Administrator,
    Path((user, id)): Path<(UserId, String)>,
) -> Result<Json<Value>, ApiError> {
    let call = &admin.call;
    let id: SessionId = id.parse().map_err(|_| not_found())?;
    let view = call.site.app().views.reader::<Grants>();
    let row = view.session(call.site.tenant(), &id)?.ok_or_else(not_found)?;
    if row.user != user || !stands(call, &row) {
        return Err(not_found());
    }
    Ok(Json(shown(call, &row).await?))
}

/// `DELETE /api/users/{userId}/sessions/{sessionId}`: 204.
///
/// # Errors
/// 400 `guard.invalid_input`, 404 `oidc.session_not_found`, `oidc.invalid_session_account_id`
pub(crate) async fn end(
    admin: Administrator,
    Path((user, id)): Path<(UserId, String)>,
    query: Query,
) -> Result<StatusCode, ApiError> {
    let call = &admin.call;
    let only_ours = match query.text(TARGET) {
        None => None,
        Some("all") => Some(false),
        Some("firstParty") => Some(true),
        Some(_) => {
            let message = "Expected `all` or `firstParty`.";
            return Err(ApiError::invalid_input("query", &[TARGET], message));
        }
    };
    let id: SessionId = id.parse().map_err(|_| not_found())?;
    let clients = call.site.clients()?;
    let is_meant = |row: &SessionGrantRow| {
        let client = clients.get(row.application.as_str());
        let is_ours = client.is_none_or(|client| !client.metadata.is_third_party);
        only_ours.is_some_and(|only_ours| is_ours || !only_ours)
    };
    let view = call.site.app().views.reader::<Grants>();
    let grants = view.of_session(call.site.tenant(), &id)?;
    let context = admin.context();
    let log = &call.site.app().log;
    let ended = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        let state = work.load::<Session>(&id).await?.state;
        let held = state.live(call.now).ok_or_else(not_found)?;
        if held.user != user {
            let message = "The session belongs to another user.";
            let code = "oidc.invalid_session_account_id";
            return Err(ApiError::new(StatusCode::NOT_FOUND, code, message));
        }
        session::end(&work, &id, SessionEnding::Revoked).await?;
        for row in grants.iter().filter(|row| is_meant(row)) {
            let command = GrantCommand::RevokeGrant { reason: GrantRevocation::Revoked };
            work.decide::<Grant>(&row.grant, command).await?;
        }
        Ok(())
    });
    let ((), position) = ended.await?;
    admin.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn stands(call: &Call, row: &SessionRow) -> bool {
    !row.is_over && row.expires_at > call.now.0
}

/// A session as it is shown.
async fn shown(call: &Call, row: &SessionRow) -> Result<Value, ApiError> {
    let view = call.site.app().views.reader::<Grants>();
    let mut authorizations = Map::new();
    for grant in view.of_session(call.site.tenant(), &row.id)? {
        let entry = json!({
            "sid": row.id,
            "grantId": grant.grant,
            "persistsLogout": !grant.ends_with_session,
        });
        authorizations.insert(grant.application.into(), entry);
    }
    let (started_at, submission) = beginning(call, row).await?;
    let payload = json!({
        "exp": row.expires_at / 1_000,
        "iat": started_at / 1_000,
        "jti": row.id,
        "uid": row.id,
        "kind": "Session",
        "loginTs": row.authenticated_at / 1_000,
        "accountId": row.user,
        "amr": row.amr,
        "authorizations": authorizations,
    });
    Ok(json!({
        "payload": payload,
        "lastSubmission": submission,
        "clientId": row.application,
        "accountId": row.user,
        "expiresAt": row.expires_at,
    }))
}

/// When a session began, and what the person did to sign in.
async fn beginning(call: &Call, row: &SessionRow) -> Result<(i64, Value), ApiError> {
    let site = &call.site;
    let stream = StreamName::session(site.tenant(), &row.id);
    let read = site.app().log.read_stream(&stream, 0, 1).await?;
    let Some(first) = read.first() else { return Ok((row.authenticated_at, Value::Null)) };
    let Event::Session(SessionEvent::SessionStarted { interaction, .. }) = &first.event else {
        return Ok((first.time.0, Value::Null));
    };
    let visit = site.app().log.load::<Interaction>(site.tenant(), interaction).await?.state;
    let purpose = visit.purpose().unwrap_or(InteractionPurpose::SignIn);
    let origin = SessionOrigin { ip: row.ip.clone(), user_agent: row.user_agent.clone() };
    let mut context = Map::new();
    for (name, value) in [("ip", origin.ip), ("userAgent", origin.user_agent)] {
        if let Some(value) = value {
            context.insert(name.into(), value.into());
        }
    }
    let submission = json!({
        "interactionEvent": purpose,
        "userId": row.user,
        "verificationRecords": [],
        "signInContext": context,
    });
    Ok((first.time.0, submission))
}

fn not_found() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "oidc.session_not_found", "The session was not found.")
}
