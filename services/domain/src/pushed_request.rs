//! Rules of an authorization request that a client pushed: a browser must bring its URI soon, and one
//! code comes of it.

use std::sync::Arc;

use events::{
    ApplicationId, Event, Personal, PushedParameters, PushedRequestEvent, PushedRequestId,
    StreamName, TenantId, UnixMillis,
};

use crate::{Decider, Kind, Refusal};

/// An authorization request that a client pushed.
pub struct PushedRequest;

/// Wishes about a pushed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushedRequestCommand {
    /// Keep it until somebody has signed in by it.
    PushAuthorizationRequest {
        /// The client, which has proved who it is.
        application: ApplicationId,
        /// What is asked for, checked.
        parameters: PushedParameters,
        /// From this moment on no browser can bring it.
        expires_at: UnixMillis,
    },
    /// A code is issued for it, which it is good for once.
    UsePushedRequest {
        /// The client that the browser names.
        application: ApplicationId,
    },
}

/// What the rules know of a pushed request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PushedRequestState {
    /// Nobody pushed it.
    #[default]
    Absent,
    /// It waits for a browser.
    Waiting(Arc<WaitingRequest>),
    /// A browser brought it.
    Used,
}

impl PushedRequestState {
    /// What a browser finds that brings its URI for `application`. It may come again, as when a
    /// page is loaded anew, until somebody has signed in.
    ///
    /// # Errors
    /// All but [`PushedRequestRefusal::Exists`].
    pub fn brought(
        &self,
        application: &ApplicationId,
        now: UnixMillis,
    ) -> Result<&PushedParameters, PushedRequestRefusal> {
        match self {
            Self::Absent => Err(PushedRequestRefusal::Unknown),
            Self::Used => Err(PushedRequestRefusal::Used),
            Self::Waiting(request) if request.application != *application => {
                Err(PushedRequestRefusal::Unknown)
            }
            Self::Waiting(request) if request.expires_at <= now => {
                Err(PushedRequestRefusal::Expired)
            }
            Self::Waiting(request) => {
                request.parameters.as_ref().ok_or(PushedRequestRefusal::Unknown)
            }
        }
    }
}

/// A pushed request that waits for a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRequest {
    /// The client.
    pub application: ApplicationId,
    /// What was asked for; `None` = erased.
    pub parameters: Option<PushedParameters>,
    /// From this moment on no browser can bring it.
    pub expires_at: UnixMillis,
}

/// Why a wish about a pushed request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushedRequestRefusal {
    /// Another has the id.
    #[error("the pushed request exists already")]
    Exists,
    /// Nobody pushed it, or for another client.
    #[error("the pushed request is unknown")]
    Unknown,
    /// Too late.
    #[error("the pushed request has expired")]
    Expired,
    /// A browser brought it before.
    #[error("the pushed request has been used")]
    Used,
}

impl Refusal for PushedRequestRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Exists => "entity.unique_integrity_violation",
            Self::Unknown | Self::Expired | Self::Used => "oidc.invalid_request_uri",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Exists => Kind::Unprocessable,
            Self::Unknown | Self::Expired | Self::Used => Kind::Conflict,
        }
    }
}

impl Decider for PushedRequest {
    type Id = PushedRequestId;
    type Command = PushedRequestCommand;
    type Event = PushedRequestEvent;
    type Refusal = PushedRequestRefusal;
    type State = PushedRequestState;

    fn stream(tenant: &TenantId, id: &PushedRequestId) -> StreamName {
        StreamName::pushed_request(tenant, id)
    }

    fn event(event: &Event) -> Option<&PushedRequestEvent> {
        if let Event::PushedRequest(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &PushedRequestState,
        command: PushedRequestCommand,
    ) -> Result<Vec<PushedRequestEvent>, PushedRequestRefusal> {
        use PushedRequestCommand::{PushAuthorizationRequest, UsePushedRequest};
        match (command, state) {
            (
                PushAuthorizationRequest { application, parameters, expires_at },
                PushedRequestState::Absent,
            ) => Ok(vec![PushedRequestEvent::AuthorizationRequestPushed {
                application,
                expires_at,
                personal: Personal::Open(parameters),
            }]),
            (
                PushAuthorizationRequest { .. },
                PushedRequestState::Waiting(_) | PushedRequestState::Used,
            ) => Err(PushedRequestRefusal::Exists),
            (UsePushedRequest { application }, PushedRequestState::Waiting(request)) => {
                if request.application != application {
                    return Err(PushedRequestRefusal::Unknown);
                }
                Ok(vec![PushedRequestEvent::PushedRequestUsed {}])
            }
            (UsePushedRequest { .. }, PushedRequestState::Used) => Err(PushedRequestRefusal::Used),
            (UsePushedRequest { .. }, PushedRequestState::Absent) => {
                Err(PushedRequestRefusal::Unknown)
            }
        }
    }

    fn evolve(_state: PushedRequestState, event: &PushedRequestEvent) -> PushedRequestState {
        match event {
            PushedRequestEvent::AuthorizationRequestPushed {
                application,
                expires_at,
                personal,
            } => PushedRequestState::Waiting(Arc::new(WaitingRequest {
                application: application.clone(),
                parameters: personal.open().cloned(),
                expires_at: *expires_at,
            })),
            PushedRequestEvent::PushedRequestUsed {} => PushedRequestState::Used,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{given, id};

    const EXPIRES_AT: UnixMillis = UnixMillis(100);

    fn parameters() -> PushedParameters {
        let parameters = vec![("client_id".to_owned(), "a1".to_owned())];
        PushedParameters { parameters, is_signed: false }
    }

    fn pushed(personal: Personal<PushedParameters>) -> PushedRequestEvent {
        PushedRequestEvent::AuthorizationRequestPushed {
            application: id("a1"),
            expires_at: EXPIRES_AT,
            personal,
        }
    }

    fn used_by(application: &str) -> PushedRequestCommand {
        PushedRequestCommand::UsePushedRequest { application: id(application) }
    }

    fn brought(
        past: impl IntoIterator<Item = PushedRequestEvent>,
        application: &str,
        now: i64,
    ) -> Result<PushedParameters, PushedRequestRefusal> {
        let past = given::<PushedRequest>(past);
        past.state().brought(&id(application), UnixMillis(now)).cloned()
    }

    #[test]
    fn a_pushed_request_is_used_once() {
        let push = PushedRequestCommand::PushAuthorizationRequest {
            application: id("a1"),
            parameters: parameters(),
            expires_at: EXPIRES_AT,
        };
        let event = pushed(Personal::Open(parameters()));
        given::<PushedRequest>([]).when(push.clone()).then([event.clone()]);
        let past = given::<PushedRequest>([event.clone()]);
        past.when(push).then_refused(PushedRequestRefusal::Exists);
        let used = PushedRequestEvent::PushedRequestUsed {};
        past.when(used_by("a1")).then([used.clone()]);
        given::<PushedRequest>([event, used])
            .when(used_by("a1"))
            .then_refused(PushedRequestRefusal::Used);
    }

    #[test]
    fn a_pushed_request_can_be_brought_until_its_last_millisecond() {
        let event = pushed(Personal::Open(parameters()));
        assert_eq!(brought([event.clone()], "a1", 99), Ok(parameters()));
        assert_eq!(brought([event.clone()], "a1", 100), Err(PushedRequestRefusal::Expired));
        let used = PushedRequestEvent::PushedRequestUsed {};
        assert_eq!(brought([event, used], "a1", 99), Err(PushedRequestRefusal::Used));
    }

    #[test]
    fn nobody_but_its_client_can_use_a_pushed_request() {
        let event = pushed(Personal::Open(parameters()));
        let past = given::<PushedRequest>([event.clone()]);
        past.when(used_by("a2")).then_refused(PushedRequestRefusal::Unknown);
        given::<PushedRequest>([]).when(used_by("a1")).then_refused(PushedRequestRefusal::Unknown);
        assert_eq!(brought([event], "a2", 1), Err(PushedRequestRefusal::Unknown));
        assert_eq!(brought([], "a1", 1), Err(PushedRequestRefusal::Unknown));
    }

    #[test]
    fn an_erased_request_is_unknown() {
        let erased = [pushed(Personal::Erased)];
        assert_eq!(brought(erased, "a1", 1), Err(PushedRequestRefusal::Unknown));
    }
}
