//! The visitor is done: a session with a fresh secret stands for them from here on.

use axum::{
    Json as JsonAnswer,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::{Interaction, InteractionCommand, InteractionRefusal, Session, SessionCommand};
use events::{Actor, SessionEnding, SessionId};
use serde_json::json;
use store::Work;

use crate::{
    call::Call,
    cookies::{self, NewCookie},
    experience::{identification::refuse_suspended, visit},
    http::error::ApiError,
    ids::{TOKEN_ID_CHARS, parse},
    oidc::{resume::Visit, session},
};

/// What a submitted visit leads to.
pub(crate) struct Submitted {
    /// Where the browser goes.
    pub redirect_to: String,
    /// The session's cookie.
    pub cookie: String,
}

impl Submitted {
    /// Sets the session's cookie.
    ///
    /// # Errors
    /// Only failures of the machinery.
    pub(crate) fn set_cookie(&self, call: &Call, response: &mut Response) -> Result<(), ApiError> {
        let cookie = NewCookie {
            name: cookies::SESSION,
            value: &self.cookie,
            max_age_seconds: call.site.oidc_settings()?.session_ttl_seconds,
            is_secure: call.site.is_secure(),
        };
        call.site.cookie_keys()?.write(response.headers_mut(), &cookie);
        Ok(())
    }
}

/// `POST /api/experience/submit`: 200 `{"redirectTo": …}`
pub(super) async fn post(call: Call, headers: HeaderMap) -> Result<Response, ApiError> {
    let visit = visit(&call, &headers).await?;
    let submitted = submit(&call, &headers, &visit).await?;
    let answer = json!({"redirectTo": submitted.redirect_to});
    let mut response = JsonAnswer(answer).into_response();
    submitted.set_cookie(&call, &mut response)?;
    Ok(response)
}

/// Starts the session; another person's that the browser brought ends in the same commit.
///
/// # Errors
/// 404 `session.identifier_not_found` and what the interaction's rules say.
pub(crate) async fn submit(
    call: &Call,
    headers: &HeaderMap,
    visit: &Visit,
) -> Result<Submitted, ApiError> {
    let log = &call.site.app().log;
    let random = &call.site.app().random;
    let state = log.load::<Interaction>(call.site.tenant(), &visit.id).await?.state;
    let identified = state.identified().map(|(user, _)| user.clone());
    let user = identified.ok_or_else(|| ApiError::refused(&InteractionRefusal::NotIdentified))?;
    let replaced = session::read(call, headers).await?;
    let (session, secret): (SessionId, _) = (parse(&random.id(TOKEN_ID_CHARS))?, random.token());
    let start = SessionCommand::StartSession {
        user: user.clone(),
        interaction: visit.id.clone(),
        application: parse(&visit.request.client_id)?,
        secret_sha256: crypto::digest::sha256_base64url(&secret),
        amr: vec!["pwd".into()],
        authenticated_at: call.now,
        expires_at: call.now.plus_seconds(call.site.oidc_settings()?.session_ttl_seconds),
        continues: replaced.as_ref().filter(|it| it.user == user).map(|it| it.id.clone()),
        origin: call.origin(),
    };
    let context = call.context(Actor::User(user.clone()));
    let transacted = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        // Who it is may have changed since the look above, and so may their standing.
        let state = work.load::<Interaction>(&visit.id).await?.state;
        if state.identified().is_none_or(|(identified, _)| *identified != user) {
            return Err(ApiError::refused(&InteractionRefusal::NotIdentified));
        }
        refuse_suspended(&work, &user).await?;
        let command =
            InteractionCommand::SubmitInteraction { session: session.clone(), now: call.now };
        work.decide::<Interaction>(&visit.id, command).await?;
        work.begin::<Session>(&session, start.clone()).await?;
        // The same person who signs in again keeps what the session before lets live.
        if let Some(replaced) = replaced.as_ref().filter(|replaced| replaced.user != user) {
            session::end(&work, &replaced.id, SessionEnding::Replaced).await?;
        }
        Ok(())
    });
    let ((), position) = transacted.await?;
    call.note(position);
    Ok(Submitted {
        redirect_to: format!("{}/auth/{}", call.site.issuer(), visit.id),
        cookie: format!("{session}.{secret}"),
    })
}
