//! The session that a browser brings: read from the log itself, so a sign-out shows at once.

use axum::http::HeaderMap;
use domain::{Session, SessionCommand, SessionRefusal, User};
use events::{SessionEnding, SessionId, UnixMillis, UserId};
use store::{ExecuteError, Work};

use crate::{
    call::Call,
    cookies,
    oidc::{
        failure::OidcResult,
        token::gate::{self, Acting, GateError, Source},
    },
};

/// Most sessions, each in the place of the one before, that end together.
const CHAIN_MAX: usize = 64;

/// A signed-in browser.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    /// The session.
    pub id: SessionId,
    /// The person.
    pub user: UserId,
    /// When they proved who they are.
    pub authenticated_at: UnixMillis,
    /// Whether they signed up through an application, or let one in before.
    pub has_application: bool,
}

/// Ends a session, and those of the same person in the same browser that it took the place of.
///
/// # Errors
/// [`SessionRefusal::NotFound`] if there never was one of this id.
pub(crate) async fn end(
    work: &Work,
    id: &SessionId,
    reason: SessionEnding,
) -> Result<(), ExecuteError<SessionRefusal>> {
    let mut next = Some(id.clone());
    for _ in 0..CHAIN_MAX {
        let Some(id) = next else { return Ok(()) };
        work.decide::<Session>(&id, SessionCommand::EndSession { reason }).await?;
        let state = work.load::<Session>(&id).await.map_err(ExecuteError::Log)?.state;
        next = state.signed_in().and_then(|held| held.continues.clone());
    }
    Ok(())
}

/// The session of the cookie, if it is genuine, alive, and its person may act.
///
/// # Errors
/// Only failures of the machinery: a bad cookie is no session.
pub(crate) async fn read(call: &Call, headers: &HeaderMap) -> OidcResult<Option<SignedIn>> {
    let Some(cookie) = call.site.cookie_keys()?.read(headers, cookies::SESSION) else {
        return Ok(None);
    };
    let Some((id, secret)) = cookie.split_once('.') else { return Ok(None) };
    let Ok(id) = id.parse::<SessionId>() else { return Ok(None) };
    let log = &call.site.app().log;
    let session = log.load::<Session>(call.site.tenant(), &id).await?.state;
    let sha256 = crypto::digest::sha256_base64url(secret);
    let genuine = session.live(call.now).filter(|held| {
        crypto::digest::constant_time_eq(held.secret_sha256.as_bytes(), sha256.as_bytes())
    });
    let Some(held) = genuine else { return Ok(None) };
    let acting = Acting {
        user: &held.user,
        since: held.authenticated_at,
        session: Some(&id),
        client: None,
        organization: None,
    };
    match gate::pass(call, Source::Log, &acting).await {
        Ok(_) => {}
        Err(GateError::Denied(_)) => return Ok(None),
        Err(GateError::Failed(failure)) => return Err(failure),
    }
    let user = log.load::<User>(call.site.tenant(), &held.user).await?.state;
    let has_application = user.account().is_some_and(|account| account.application().is_some());
    Ok(Some(SignedIn {
        id,
        user: held.user.clone(),
        authenticated_at: held.authenticated_at,
        has_application,
    }))
}
