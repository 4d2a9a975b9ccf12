//! The session that a browser brings: read from the log itself, so a sign-out shows at once.

use axum::http::HeaderMap;
use domain::{Session, User};
use events::{SessionId, UnixMillis, UserId};

use crate::{
    call::Call,
    cookies,
    oidc::{failure::OidcResult, token::may_act},
};

/// A signed-in browser.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    /// The session.
    pub id: SessionId,
    /// The person.
    pub user: UserId,
    /// When they proved who they are.
    pub authenticated_at: UnixMillis,
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
    let user = log.load::<User>(call.site.tenant(), &held.user).await?.state;
    if !may_act(&user, held.authenticated_at) {
        return Ok(None);
    }
    Ok(Some(SignedIn { id, user: held.user.clone(), authenticated_at: held.authenticated_at }))
}
