//! The gate of every grant of a user: may this person act through this grant now?

use std::sync::Arc;

use domain::{Grant, GrantState, Session, User, UserState};
use events::{GrantId, UnixMillis};
use protocol::OAuthError;
use store::Work;

use crate::{
    call::Call,
    oidc::failure::{OidcFailure, OidcResult},
};

/// Loads a grant inside a commit – from the log itself, never stale – and checks that the user may act: exists, is not suspended,
/// was not suspended since the grant, and – if the grant ends with its session – is still signed in.
///
/// # Errors
/// `invalid_grant` for each of these.
pub(super) async fn load(call: &Call, work: &Work, id: &GrantId) -> OidcResult<Arc<GrantState>> {
    let grant = work.load::<Grant>(id).await?.state;
    let user_id = grant.user().ok_or_else(OAuthError::invalid_grant)?.clone();
    let user = work.load::<User>(&user_id).await?.state;
    if !may_act(&user, grant.granted_at().unwrap_or_default()) {
        return Err(OAuthError::invalid_grant().into());
    }
    if let Some(session) = grant.session().filter(|_| grant.ends_with_session()) {
        let session = work.load::<Session>(session).await?.state;
        if session.live(call.now).is_none() {
            return Err(OidcFailure::Refused(OAuthError::invalid_grant()));
        }
    }
    Ok(grant)
}

/// Whether a user exists, is not suspended and has not been since `since`.
pub(crate) fn may_act(user: &UserState, since: UnixMillis) -> bool {
    user.account().is_some_and(|account| {
        !account.is_suspended() && account.revoked_before().is_none_or(|revoked| since > revoked)
    })
}
