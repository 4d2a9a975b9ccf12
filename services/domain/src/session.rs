//! Rules of a signed-in browser: it lets applications in until it ends or expires.
//! Whether the user was suspended meanwhile is checked by the caller.

#[cfg(test)]
mod scenarios;

use std::collections::VecDeque;

use events::{
    ApplicationId, Event, GrantId, InteractionId, Personal, SessionEnding, SessionEvent, SessionId,
    SessionOrigin, StreamName, TenantId, UnixMillis, UserId,
};

use crate::{Decider, Kind, Refusal};

/// Most grants that a session remembers of those that end with it, and of the others.
pub const SESSION_GRANTS_MAX: usize = 200;

/// A signed-in browser.
pub struct Session;

/// Wishes about a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionCommand {
    /// Let it begin.
    StartSession {
        /// The person.
        user: UserId,
        /// The visit in which they signed in.
        interaction: InteractionId,
        /// The application they came for.
        application: ApplicationId,
        /// SHA-256 of the cookie's secret in base64url.
        secret_sha256: String,
        /// Authentication methods (RFC 8176).
        amr: Vec<String>,
        /// When they proved who they are.
        authenticated_at: UnixMillis,
        /// From this moment on the session is over.
        expires_at: UnixMillis,
        /// The session of the same person in the same browser that it takes the place of.
        continues: Option<SessionId>,
        /// From where.
        origin: SessionOrigin,
    },
    /// Let an application in.
    AuthorizeApplication {
        /// The application.
        application: ApplicationId,
        /// What it is granted.
        grant: GrantId,
        /// Whether the grant ends with the session.
        ends_with_session: bool,
        /// The moment of the request.
        now: UnixMillis,
    },
    /// End it.
    EndSession {
        /// Why.
        reason: SessionEnding,
    },
}

/// What the rules know of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SessionState {
    /// Never started.
    #[default]
    Absent,
    /// Started and not ended; it may have expired.
    Active(Box<SignedIn>),
    /// Ended.
    Ended(Box<SignedIn>),
}

impl SessionState {
    /// Who is signed in, also when the session has ended or expired.
    pub fn signed_in(&self) -> Option<&SignedIn> {
        match self {
            Self::Absent => None,
            Self::Active(signed_in) | Self::Ended(signed_in) => Some(signed_in),
        }
    }

    /// Who is signed in, if the session stands at `now`.
    pub fn live(&self, now: UnixMillis) -> Option<&SignedIn> {
        match self {
            Self::Active(signed_in) if now < signed_in.expires_at => Some(signed_in),
            Self::Absent | Self::Active(_) | Self::Ended(_) => None,
        }
    }
}

/// Who is signed in, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The person.
    pub user: UserId,
    /// SHA-256 of the cookie's secret in base64url.
    pub secret_sha256: String,
    /// Authentication methods (RFC 8176).
    pub amr: Vec<String>,
    /// When they proved who they are.
    pub authenticated_at: UnixMillis,
    /// From this moment on the session is over.
    pub expires_at: UnixMillis,
    /// The session of the same person in the same browser that it took the place of.
    pub continues: Option<SessionId>,
    /// The newest [`SESSION_GRANTS_MAX`] grants that end with the session, oldest first.
    pub grants: VecDeque<GrantId>,
    /// The newest [`SESSION_GRANTS_MAX`] grants that outlive the session, oldest first.
    pub lasting_grants: VecDeque<GrantId>,
}

/// Why a wish about a session is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionRefusal {
    /// Never started, ended or expired.
    #[error("there is no such session")]
    NotFound,
    /// Another session has the id.
    #[error("the session exists already")]
    Exists,
}

impl Refusal for SessionRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "session.not_found",
            Self::Exists => "entity.unique_integrity_violation",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::Invalid,
            Self::Exists => Kind::Unprocessable,
        }
    }
}

impl Decider for Session {
    type Id = SessionId;
    type Command = SessionCommand;
    type Event = SessionEvent;
    type Refusal = SessionRefusal;
    type State = SessionState;

    fn stream(tenant: &TenantId, id: &SessionId) -> StreamName {
        StreamName::session(tenant, id)
    }

    fn event(event: &Event) -> Option<&SessionEvent> {
        if let Event::Session(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &SessionState,
        command: SessionCommand,
    ) -> Result<Vec<SessionEvent>, SessionRefusal> {
        match (state, command) {
            (
                SessionState::Absent,
                SessionCommand::StartSession {
                    user,
                    interaction,
                    application,
                    secret_sha256,
                    amr,
                    authenticated_at,
                    expires_at,
                    continues,
                    origin,
                },
            ) => Ok(vec![SessionEvent::SessionStarted {
                user,
                interaction,
                application,
                secret_sha256,
                amr,
                authenticated_at,
                expires_at,
                continues,
                personal: Personal::Open(origin),
            }]),
            (
                SessionState::Active(held) | SessionState::Ended(held),
                SessionCommand::StartSession { user, secret_sha256, expires_at, .. },
            ) => {
                // The secret is random, so the same digest is the same wish.
                let is_same = held.user == user
                    && held.secret_sha256 == secret_sha256
                    && held.expires_at == expires_at;
                if is_same { Ok(vec![]) } else { Err(SessionRefusal::Exists) }
            }
            (
                SessionState::Active(held),
                SessionCommand::AuthorizeApplication { application, grant, ends_with_session, now },
            ) => {
                if held.expires_at <= now {
                    return Err(SessionRefusal::NotFound);
                }
                if held.grants.contains(&grant) || held.lasting_grants.contains(&grant) {
                    return Ok(vec![]);
                }
                Ok(vec![SessionEvent::SessionApplicationAuthorized {
                    application,
                    grant,
                    ends_with_session,
                }])
            }
            (SessionState::Active(_), SessionCommand::EndSession { reason }) => {
                Ok(vec![SessionEvent::SessionEnded { reason }])
            }
            (SessionState::Ended(_), SessionCommand::EndSession { .. }) => Ok(vec![]),
            (
                SessionState::Absent | SessionState::Ended(_),
                SessionCommand::AuthorizeApplication { .. },
            )
            | (SessionState::Absent, SessionCommand::EndSession { .. }) => {
                Err(SessionRefusal::NotFound)
            }
        }
    }

    fn evolve(state: SessionState, event: &SessionEvent) -> SessionState {
        match (state, event) {
            (
                SessionState::Absent | SessionState::Active(_),
                SessionEvent::SessionStarted {
                    user,
                    secret_sha256,
                    amr,
                    authenticated_at,
                    expires_at,
                    continues,
                    ..
                },
            ) => SessionState::Active(Box::new(SignedIn {
                user: user.clone(),
                secret_sha256: secret_sha256.clone(),
                amr: amr.clone(),
                authenticated_at: *authenticated_at,
                expires_at: *expires_at,
                continues: continues.clone(),
                grants: VecDeque::new(),
                lasting_grants: VecDeque::new(),
            })),
            (
                SessionState::Active(mut held),
                SessionEvent::SessionApplicationAuthorized { grant, ends_with_session, .. },
            ) => {
                let grants = match ends_with_session {
                    true => &mut held.grants,
                    false => &mut held.lasting_grants,
                };
                if grants.len() == SESSION_GRANTS_MAX {
                    grants.pop_front();
                }
                grants.push_back(grant.clone());
                SessionState::Active(held)
            }
            (SessionState::Active(held), SessionEvent::SessionEnded { .. })
            | (SessionState::Ended(held), _) => SessionState::Ended(held),
            (
                SessionState::Absent,
                SessionEvent::SessionApplicationAuthorized { .. }
                | SessionEvent::SessionEnded { .. },
            ) => SessionState::Absent,
        }
    }
}
