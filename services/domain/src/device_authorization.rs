//! Rules of the wish of a device to be let in (RFC 8628): a person says yes or no once, in time; the
//! device code is exchanged once, by the application it was made for.
//! What the person may grant, and how often the device asks, is checked by the caller.

#[cfg(test)]
mod scenarios;
mod state;

use events::{
    ApplicationId, DeviceAuthorizationEvent, DeviceAuthorizationId, Event, GrantId, StreamName,
    TenantId, UnixMillis, UserId,
};

use self::state::Answer;
pub use self::state::{DeviceAuthorizationState, DeviceCodeUse, DeviceRequest};
use crate::{Decider, Kind, Refusal};

/// The wish of a device to be let in.
pub struct DeviceAuthorization;

/// Wishes about the wish of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceAuthorizationCommand {
    /// Note what the device asks for.
    StartDeviceAuthorization(DeviceRequest),
    /// Let the application in.
    Approve {
        /// What is granted.
        grant: GrantId,
        /// The person.
        user: UserId,
        /// The moment of the request.
        now: UnixMillis,
    },
    /// Say no.
    Deny {
        /// The moment of the request.
        now: UnixMillis,
    },
    /// Exchange the device code.
    Redeem {
        /// SHA-256 of the code that was presented, in base64url.
        sha256: String,
        /// Who presents it.
        application: ApplicationId,
        /// The moment of the request.
        now: UnixMillis,
    },
}

/// Why a wish about the wish of a device is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeviceAuthorizationRefusal {
    /// Another wish has the id.
    #[error("the device authorization exists already")]
    Exists,
    /// There is no such wish, or the code is not its code, or not the application's.
    #[error("the device code does not hold")]
    InvalidGrant,
    /// Nobody has decided yet.
    #[error("nobody has decided about the device yet")]
    Pending,
    /// Too late.
    #[error("the device code has expired")]
    Expired,
    /// A person said no.
    #[error("the device was denied")]
    Denied,
    /// It was decided, or the code was exchanged, before.
    #[error("the device code was used before")]
    AlreadyUsed,
}

impl Refusal for DeviceAuthorizationRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Exists => "entity.unique_integrity_violation",
            Self::InvalidGrant | Self::AlreadyUsed => "oidc.invalid_grant",
            Self::Pending => "oidc.authorization_pending",
            Self::Expired => "oidc.expired_token",
            Self::Denied => "oidc.access_denied",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Exists => Kind::Unprocessable,
            Self::InvalidGrant | Self::Pending | Self::Expired | Self::AlreadyUsed => Kind::Invalid,
            Self::Denied => Kind::Forbidden,
        }
    }
}

type Decision = Result<Vec<DeviceAuthorizationEvent>, DeviceAuthorizationRefusal>;

impl Decider for DeviceAuthorization {
    type Id = DeviceAuthorizationId;
    type Command = DeviceAuthorizationCommand;
    type Event = DeviceAuthorizationEvent;
    type Refusal = DeviceAuthorizationRefusal;
    type State = DeviceAuthorizationState;

    fn stream(tenant: &TenantId, id: &DeviceAuthorizationId) -> StreamName {
        StreamName::device_authorization(tenant, id)
    }

    fn event(event: &Event) -> Option<&DeviceAuthorizationEvent> {
        if let Event::DeviceAuthorization(event) = event { Some(event) } else { None }
    }

    fn decide(state: &DeviceAuthorizationState, command: DeviceAuthorizationCommand) -> Decision {
        let Some(wish) = &state.0 else {
            return match command {
                DeviceAuthorizationCommand::StartDeviceAuthorization(request) => {
                    Ok(vec![started(request)])
                }
                DeviceAuthorizationCommand::Approve { .. }
                | DeviceAuthorizationCommand::Deny { .. }
                | DeviceAuthorizationCommand::Redeem { .. } => {
                    Err(DeviceAuthorizationRefusal::InvalidGrant)
                }
            };
        };
        match command {
            DeviceAuthorizationCommand::StartDeviceAuthorization(request) => {
                // The code is random, so the same digest is the same wish.
                let is_same = wish.request == request;
                if is_same { Ok(vec![]) } else { Err(DeviceAuthorizationRefusal::Exists) }
            }
            DeviceAuthorizationCommand::Approve { grant, user, now } => match &wish.answer {
                Answer::Approved { grant: held, user: by, is_redeemed: _ }
                    if *held == grant && *by == user =>
                {
                    Ok(vec![])
                }
                Answer::Approved { .. } | Answer::Denied => {
                    Err(DeviceAuthorizationRefusal::AlreadyUsed)
                }
                Answer::None => {
                    check_live(&wish.request, now)?;
                    let user_and_grant =
                        DeviceAuthorizationEvent::DeviceAuthorizationApproved { grant, user };
                    Ok(vec![user_and_grant])
                }
            },
            DeviceAuthorizationCommand::Deny { now } => match &wish.answer {
                Answer::Denied => Ok(vec![]),
                Answer::Approved { .. } => Err(DeviceAuthorizationRefusal::AlreadyUsed),
                Answer::None => {
                    check_live(&wish.request, now)?;
                    Ok(vec![DeviceAuthorizationEvent::DeviceAuthorizationDenied {}])
                }
            },
            DeviceAuthorizationCommand::Redeem { sha256, application, now } => {
                match state.device_code_use(&sha256, &application, now) {
                    DeviceCodeUse::Approved(_) => {
                        Ok(vec![DeviceAuthorizationEvent::DeviceCodeRedeemed {}])
                    }
                    DeviceCodeUse::Invalid => Err(DeviceAuthorizationRefusal::InvalidGrant),
                    DeviceCodeUse::Pending => Err(DeviceAuthorizationRefusal::Pending),
                    DeviceCodeUse::Expired => Err(DeviceAuthorizationRefusal::Expired),
                    DeviceCodeUse::Denied => Err(DeviceAuthorizationRefusal::Denied),
                    DeviceCodeUse::Redeemed(_) => Err(DeviceAuthorizationRefusal::AlreadyUsed),
                }
            }
        }
    }

    fn evolve(
        state: DeviceAuthorizationState,
        event: &DeviceAuthorizationEvent,
    ) -> DeviceAuthorizationState {
        state.after(event)
    }
}

fn check_live(request: &DeviceRequest, now: UnixMillis) -> Result<(), DeviceAuthorizationRefusal> {
    if now < request.expires_at { Ok(()) } else { Err(DeviceAuthorizationRefusal::Expired) }
}

fn started(request: DeviceRequest) -> DeviceAuthorizationEvent {
    let DeviceRequest {
        application,
        scope,
        resources,
        device_code_sha256,
        user_code_digest,
        expires_at,
    } = request;
    DeviceAuthorizationEvent::DeviceAuthorizationStarted {
        application,
        scope,
        resources,
        device_code_sha256,
        user_code_digest,
        expires_at,
    }
}
