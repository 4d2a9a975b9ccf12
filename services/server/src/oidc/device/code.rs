//! From a user code to the wish of the device that shows it: by the reservation of the code's keyed
//! digest, read from the log itself. Wrong guesses are counted (RFC 8628 5.1).

use std::sync::Arc;

use domain::{
    DeviceAuthorization, DeviceAuthorizationState, DeviceRequest, Reservation, ReservationCommand,
};
use events::{DeviceAuthorizationId, ReservationId, StreamName, UnixMillis};
use protocol::device_flow::UserCode;
use store::{ExecuteError, Work};

use crate::{
    call::Call,
    ids::{NotAnId, parse},
    oidc::failure::{OidcFailure, OidcResult},
    site::Site,
};

/// Kind of the reservations of user codes.
const KIND: &str = "device-user-code";

/// Why a user code leads nowhere; the names are those of the page's `error` parameter (contract:
/// oidc §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeError {
    /// Nothing was typed.
    NoCode,
    /// No device shows it.
    NotFound,
    /// It is too old.
    Expired,
    /// Somebody has said yes or no.
    AlreadyUsed,
    /// The person said no just now.
    Aborted,
    /// The person may not use the application.
    AccessDenied,
    /// Too many wrong codes came from here.
    TooManyAttempts,
}

impl CodeError {
    const ALL: [Self; 7] = [
        Self::NoCode,
        Self::NotFound,
        Self::Expired,
        Self::AlreadyUsed,
        Self::Aborted,
        Self::AccessDenied,
        Self::TooManyAttempts,
    ];

    /// Value of the parameter `error`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NoCode => "NoCodeError",
            Self::NotFound => "NotFoundError",
            Self::Expired => "ExpiredError",
            Self::AlreadyUsed => "AlreadyUsedError",
            Self::Aborted => "AbortedError",
            Self::AccessDenied => "AccessDeniedError",
            Self::TooManyAttempts => "TooManyAttemptsError",
        }
    }

    /// Reads the parameter `error`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }
}

/// A device that waits for a person.
pub(crate) struct WaitingDevice {
    /// Id of its wish.
    pub id: DeviceAuthorizationId,
    /// The code that it shows.
    pub user_code: UserCode,
    state: Arc<DeviceAuthorizationState>,
}

impl WaitingDevice {
    /// What it asks for.
    ///
    /// # Errors
    /// Never: who waits has asked.
    pub(crate) fn request(&self) -> OidcResult<&DeviceRequest> {
        Ok(self.state.request().ok_or_else(protocol::OAuthError::server_error)?)
    }
}

/// Keyed digest of a user code: the log does not tell the code.
pub(super) fn digest(site: &Site, code: &UserCode) -> String {
    site.identifier_key().text(format!("user code\n{}", code.letters()).as_bytes())
}

/// The reservation of a user code.
pub(super) fn reservation(digest: &str) -> Result<ReservationId, NotAnId> {
    parse(&format!("{KIND}:{digest}"))
}

/// The part of a commit that reserves a user code for the wish of a device; false if another shows
/// it. A code is held for as long as something can come of it, and so that whoever types it late is
/// told why it does not do; afterwards it is anybody's.
pub(super) async fn reserve(
    work: &Work,
    code: &ReservationId,
    owner: &StreamName,
    now: UnixMillis,
) -> OidcResult<bool> {
    let reserve = || ReservationCommand::Reserve { owner: owner.clone(), confirmed: true };
    match work.begin::<Reservation>(code, reserve()).await {
        Ok(_) => return Ok(true),
        Err(ExecuteError::Refused(_)) => {}
        Err(error @ (ExecuteError::Contended | ExecuteError::Log(_))) => return Err(error.into()),
    }
    let held = work.load::<Reservation>(code).await?.state;
    let Some(holder) = held.owner() else { return Ok(false) };
    let id = holder.id().parse::<DeviceAuthorizationId>();
    let id = id.map_err(|error| OidcFailure::Broken(Box::new(error)))?;
    let state = work.load::<DeviceAuthorization>(&id).await?.state;
    if state.request().is_none_or(|request| now < request.expires_at) {
        return Ok(false);
    }
    let release = ReservationCommand::Release { owner: holder.clone() };
    work.decide::<Reservation>(code, release).await?;
    work.decide::<Reservation>(code, reserve()).await?;
    Ok(true)
}

/// The device that shows a code, for the browser that `browser` names.
///
/// # Errors
/// Failures of the machinery; what speaks against the code stands inside.
pub(crate) async fn find(
    call: &Call,
    browser: &str,
    typed: &str,
) -> OidcResult<Result<WaitingDevice, CodeError>> {
    if typed.trim().is_empty() {
        return Ok(Err(CodeError::NoCode));
    }
    let limits = call.site.device_limits();
    if limits.is_barred(call, browser) {
        return Ok(Err(CodeError::TooManyAttempts));
    }
    let found = match UserCode::parse(typed) {
        Some(code) => shown_by(call, code).await?,
        None => None,
    };
    let Some(device) = found else {
        limits.note_wrong_guess(call, browser);
        return Ok(Err(CodeError::NotFound));
    };
    if device.state.is_decided() {
        return Ok(Err(CodeError::AlreadyUsed));
    }
    let is_live = device.state.request().is_some_and(|request| call.now < request.expires_at);
    Ok(if is_live { Ok(device) } else { Err(CodeError::Expired) })
}

async fn shown_by(call: &Call, user_code: UserCode) -> OidcResult<Option<WaitingDevice>> {
    let (log, tenant) = (&call.site.app().log, call.site.tenant());
    let reservation = reservation(&digest(&call.site, &user_code))?;
    let holder = log.load::<Reservation>(tenant, &reservation).await?.state;
    let Some(id) = holder.owner().map(|owner| owner.id().parse()) else { return Ok(None) };
    let id: DeviceAuthorizationId = id.map_err(|error| OidcFailure::Broken(Box::new(error)))?;
    let state = log.load::<DeviceAuthorization>(tenant, &id).await?.state;
    Ok(state.request().is_some().then_some(WaitingDevice { id, user_code, state }))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use events::Actor;
    use protocol::ttl::DEVICE_CODE_TTL_SECONDS;
    use store::Context;

    use super::*;
    use crate::{clients::DEVICE_DEMO_APP, testing::Bench};

    /// Whether another device is given a code.
    async fn is_given(bench: &Bench, code: &ReservationId) -> bool {
        let (site, now) = (&bench.site, bench.site.app().clock.now());
        let owner = StreamName::device_authorization(site.tenant(), &parse("another").unwrap());
        let context = Context {
            tenant: site.tenant().clone(),
            actor: Actor::System,
            correlation: parse("c1").unwrap(),
            causation: None,
            time: now,
        };
        let reserved = site.app().log.transact(&context, async |work: Work| -> OidcResult<bool> {
            reserve(&work, code, &owner, now).await
        });
        let is_given = reserved.await.map_err(OidcFailure::from).unwrap().0;
        let held = site.app().log.load::<Reservation>(site.tenant(), code).await.unwrap().state;
        assert_eq!(held.owner() == Some(&owner), is_given);
        is_given
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_user_code_is_free_again_once_nothing_can_come_of_it() {
        let bench = Bench::new().await;
        let request = Request::post("/oidc/device/auth")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("client_id={DEVICE_DEMO_APP}&scope=openid")));
        let begun = bench.send(request.unwrap()).await;
        let shown = UserCode::parse(&begun.text_of("user_code")).unwrap();
        let code = reservation(&digest(&bench.site, &shown)).unwrap();
        bench.advance_millis(DEVICE_CODE_TTL_SECONDS * 1_000 - 1);
        assert!(!is_given(&bench, &code).await);
        bench.advance_millis(1);
        assert!(is_given(&bench, &code).await);
    }
}
