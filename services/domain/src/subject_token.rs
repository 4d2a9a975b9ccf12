//! Rules of a token with which an application speaks for a user: it is issued, and then exchanged at
//! most once, before it expires.

use events::{
    Event, Personal, StreamName, SubjectTokenContext, SubjectTokenEvent, SubjectTokenId, TenantId,
    UnixMillis, UserId,
};

use crate::{Decider, Kind, Refusal};

/// A token with which an application speaks for a user once.
pub struct SubjectToken;

/// Wishes about a subject token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubjectTokenCommand {
    /// Let it be used.
    IssueSubjectToken {
        /// For whom it speaks.
        user: UserId,
        /// SHA-256 of the token in base64url.
        sha256: String,
        /// From this moment on it is refused.
        expires_at: UnixMillis,
        /// What is known about the occasion.
        context: SubjectTokenContext,
    },
    /// Exchange it.
    ConsumeSubjectToken {
        /// SHA-256 of the token presented.
        sha256: String,
        /// The moment of the request.
        now: UnixMillis,
    },
}

/// What the rules know of a subject token. Its digest is compared plainly, as that of a grant's code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SubjectTokenState {
    /// Never issued.
    #[default]
    Absent,
    /// Issued and not consumed; it may have expired.
    Waiting(Box<WaitingSubjectToken>),
    /// Consumed.
    Consumed,
}

/// A subject token that waits to be exchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingSubjectToken {
    /// For whom it speaks.
    pub user: UserId,
    /// SHA-256 of the token in base64url.
    pub sha256: String,
    /// From this moment on it is refused.
    pub expires_at: UnixMillis,
    /// What is known about the occasion; empty after an erasure.
    pub context: SubjectTokenContext,
}

impl SubjectTokenState {
    /// The token, if what is presented is good at `now`.
    pub fn usable(&self, sha256: &str, now: UnixMillis) -> Option<&WaitingSubjectToken> {
        match self {
            Self::Waiting(token) if token.sha256 == sha256 && now < token.expires_at => Some(token),
            Self::Absent | Self::Waiting(_) | Self::Consumed => None,
        }
    }
}

/// Why a wish about a subject token is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubjectTokenRefusal {
    /// Unknown, consumed or expired.
    #[error("the subject token is not valid")]
    Invalid,
    /// Another token has the id.
    #[error("the subject token exists already")]
    Exists,
}

impl Refusal for SubjectTokenRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Invalid => "oidc.invalid_grant",
            Self::Exists => "entity.unique_integrity_violation",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Invalid => Kind::Invalid,
            Self::Exists => Kind::Unprocessable,
        }
    }
}

impl Decider for SubjectToken {
    type Id = SubjectTokenId;
    type Command = SubjectTokenCommand;
    type Event = SubjectTokenEvent;
    type Refusal = SubjectTokenRefusal;
    type State = SubjectTokenState;

    fn stream(tenant: &TenantId, id: &SubjectTokenId) -> StreamName {
        StreamName::subject_token(tenant, id)
    }

    fn event(event: &Event) -> Option<&SubjectTokenEvent> {
        if let Event::SubjectToken(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &SubjectTokenState,
        command: SubjectTokenCommand,
    ) -> Result<Vec<SubjectTokenEvent>, SubjectTokenRefusal> {
        use SubjectTokenCommand::{ConsumeSubjectToken, IssueSubjectToken};
        match (state, command) {
            (
                SubjectTokenState::Absent,
                IssueSubjectToken { user, sha256, expires_at, context },
            ) => {
                let personal = Personal::Open(context);
                Ok(vec![SubjectTokenEvent::SubjectTokenIssued {
                    user,
                    sha256,
                    expires_at,
                    personal,
                }])
            }
            (
                SubjectTokenState::Waiting(_) | SubjectTokenState::Consumed,
                IssueSubjectToken { .. },
            ) => Err(SubjectTokenRefusal::Exists),
            (
                SubjectTokenState::Absent
                | SubjectTokenState::Waiting(_)
                | SubjectTokenState::Consumed,
                ConsumeSubjectToken { sha256, now },
            ) => match state.usable(&sha256, now) {
                Some(_) => Ok(vec![SubjectTokenEvent::SubjectTokenConsumed {}]),
                None => Err(SubjectTokenRefusal::Invalid),
            },
        }
    }

    fn evolve(state: SubjectTokenState, event: &SubjectTokenEvent) -> SubjectTokenState {
        match (state, event) {
            (SubjectTokenState::Consumed, _) | (_, SubjectTokenEvent::SubjectTokenConsumed {}) => {
                SubjectTokenState::Consumed
            }
            (
                SubjectTokenState::Absent | SubjectTokenState::Waiting(_),
                SubjectTokenEvent::SubjectTokenIssued { user, sha256, expires_at, personal },
            ) => SubjectTokenState::Waiting(Box::new(WaitingSubjectToken {
                user: user.clone(),
                sha256: sha256.clone(),
                expires_at: *expires_at,
                context: personal.open().cloned().unwrap_or_default(),
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{given, id};

    const END: UnixMillis = UnixMillis(100);

    fn context() -> SubjectTokenContext {
        SubjectTokenContext { context: serde_json::Map::from_iter([("why".into(), "help".into())]) }
    }

    fn issue() -> SubjectTokenCommand {
        SubjectTokenCommand::IssueSubjectToken {
            user: id("u1"),
            sha256: "h".into(),
            expires_at: END,
            context: context(),
        }
    }

    fn issued() -> SubjectTokenEvent {
        SubjectTokenEvent::SubjectTokenIssued {
            user: id("u1"),
            sha256: "h".into(),
            expires_at: END,
            personal: Personal::Open(context()),
        }
    }

    fn consume(sha256: &str, now: i64) -> SubjectTokenCommand {
        let now = UnixMillis(now);
        SubjectTokenCommand::ConsumeSubjectToken { sha256: sha256.into(), now }
    }

    #[test]
    fn a_subject_token_is_exchanged_once_before_it_expires() {
        given::<SubjectToken>([]).when(issue()).then([issued()]);
        let past = given::<SubjectToken>([issued()]);
        past.when(issue()).then_refused(SubjectTokenRefusal::Exists);
        past.when(consume("other", 1)).then_refused(SubjectTokenRefusal::Invalid);
        past.when(consume("h", END.0)).then_refused(SubjectTokenRefusal::Invalid);
        past.when(consume("h", END.0 - 1)).then([SubjectTokenEvent::SubjectTokenConsumed {}]);
        let after = given::<SubjectToken>([issued(), SubjectTokenEvent::SubjectTokenConsumed {}]);
        after.when(consume("h", 1)).then_refused(SubjectTokenRefusal::Invalid);
        after.when(issue()).then_refused(SubjectTokenRefusal::Exists);
        given::<SubjectToken>([]).when(consume("h", 1)).then_refused(SubjectTokenRefusal::Invalid);
    }

    #[test]
    fn a_subject_token_tells_for_whom_it_speaks_and_why() {
        let past = given::<SubjectToken>([issued()]);
        let token = past.state().usable("h", UnixMillis(1)).unwrap();
        assert_eq!((&token.user, &token.context), (&id("u1"), &context()));
    }
}
