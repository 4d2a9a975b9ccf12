//! Rules of a token that scripts hold to speak for a user: it can be used until it expires or is
//! deleted. That its name is unique among those of the user is a reservation in the same commit.

use events::{
    Event, Personal, PersonalAccessTokenEvent, PersonalAccessTokenId, PersonalAccessTokenValue,
    StreamName, TenantId, UnixMillis, UserId,
};

use crate::{Decider, Kind, Refusal};

/// A token that scripts hold to speak for a user.
pub struct PersonalAccessToken;

/// Wishes about a personal access token. No `Debug`: one of them carries it.
#[derive(Clone, PartialEq, Eq)]
pub enum PersonalAccessTokenCommand {
    /// Let it be used.
    CreatePersonalAccessToken {
        /// For whom it speaks.
        user: UserId,
        /// What people call it.
        name: String,
        /// SHA-256 of the token in base64url.
        sha256: String,
        /// The moment of the request.
        created_at: UnixMillis,
        /// From this moment on it is refused; none = never.
        expires_at: Option<UnixMillis>,
        /// The token itself.
        value: String,
    },
    /// Call it otherwise.
    RenamePersonalAccessToken {
        /// What people shall call it.
        name: String,
    },
    /// Let it be worth nothing.
    DeletePersonalAccessToken,
}

/// What the rules know of a personal access token. Its digest is compared plainly, as that of a
/// grant's code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PersonalAccessTokenState {
    /// Never created.
    #[default]
    Absent,
    /// There; it may have expired.
    Present(Box<HeldPersonalAccessToken>),
    /// Gone for good.
    Deleted,
}

/// A personal access token that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPersonalAccessToken {
    /// For whom it speaks.
    pub user: UserId,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub created_at: UnixMillis,
    sha256: String,
    expires_at: Option<UnixMillis>,
}

impl PersonalAccessTokenState {
    /// The token, if it is there.
    pub fn held(&self) -> Option<&HeldPersonalAccessToken> {
        match self {
            Self::Present(token) => Some(token),
            Self::Absent | Self::Deleted => None,
        }
    }

    /// The token, if what is presented is good at `now`.
    pub fn usable(&self, sha256: &str, now: UnixMillis) -> Option<&HeldPersonalAccessToken> {
        let is_good = |token: &&HeldPersonalAccessToken| {
            token.sha256 == sha256 && token.expires_at.is_none_or(|end| now < end)
        };
        self.held().filter(is_good)
    }
}

/// Why a wish about a personal access token is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonalAccessTokenRefusal {
    /// Never created, or deleted.
    #[error("there is no such personal access token")]
    Absent,
    /// Another token has the id.
    #[error("the personal access token exists already")]
    Exists,
}

impl Refusal for PersonalAccessTokenRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Absent => "entity.not_found",
            Self::Exists => "entity.unique_integrity_violation",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Absent => Kind::Absent,
            Self::Exists => Kind::Unprocessable,
        }
    }
}

impl Decider for PersonalAccessToken {
    type Id = PersonalAccessTokenId;
    type Command = PersonalAccessTokenCommand;
    type Event = PersonalAccessTokenEvent;
    type Refusal = PersonalAccessTokenRefusal;
    type State = PersonalAccessTokenState;

    fn stream(tenant: &TenantId, id: &PersonalAccessTokenId) -> StreamName {
        StreamName::personal_access_token(tenant, id)
    }

    fn event(event: &Event) -> Option<&PersonalAccessTokenEvent> {
        if let Event::PersonalAccessToken(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &PersonalAccessTokenState,
        command: PersonalAccessTokenCommand,
    ) -> Result<Vec<PersonalAccessTokenEvent>, PersonalAccessTokenRefusal> {
        use PersonalAccessTokenCommand as Command;
        use PersonalAccessTokenState::{Absent, Deleted, Present};
        match (state, command) {
            (
                Absent,
                Command::CreatePersonalAccessToken {
                    user,
                    name,
                    sha256,
                    created_at,
                    expires_at,
                    value,
                },
            ) => Ok(vec![PersonalAccessTokenEvent::PersonalAccessTokenCreated {
                user,
                name,
                sha256,
                created_at,
                expires_at,
                personal: Personal::Open(PersonalAccessTokenValue { value }),
            }]),
            (Present(_) | Deleted, Command::CreatePersonalAccessToken { .. }) => {
                Err(PersonalAccessTokenRefusal::Exists)
            }
            (Present(token), Command::RenamePersonalAccessToken { name }) => {
                if token.name == name {
                    return Ok(vec![]);
                }
                Ok(vec![PersonalAccessTokenEvent::PersonalAccessTokenRenamed { name }])
            }
            (Present(_), Command::DeletePersonalAccessToken) => {
                Ok(vec![PersonalAccessTokenEvent::PersonalAccessTokenDeleted {}])
            }
            (
                Absent | Deleted,
                Command::RenamePersonalAccessToken { .. } | Command::DeletePersonalAccessToken,
            ) => Err(PersonalAccessTokenRefusal::Absent),
        }
    }

    fn evolve(
        state: PersonalAccessTokenState,
        event: &PersonalAccessTokenEvent,
    ) -> PersonalAccessTokenState {
        use PersonalAccessTokenState::{Absent, Deleted, Present};
        match (state, event) {
            (Deleted, _) | (_, PersonalAccessTokenEvent::PersonalAccessTokenDeleted {}) => Deleted,
            (
                Absent | Present(_),
                PersonalAccessTokenEvent::PersonalAccessTokenCreated {
                    user,
                    name,
                    sha256,
                    created_at,
                    expires_at,
                    personal: _,
                },
            ) => Present(Box::new(HeldPersonalAccessToken {
                user: user.clone(),
                name: name.clone(),
                created_at: *created_at,
                sha256: sha256.clone(),
                expires_at: *expires_at,
            })),
            (Present(mut token), PersonalAccessTokenEvent::PersonalAccessTokenRenamed { name }) => {
                token.name.clone_from(name);
                Present(token)
            }
            (Absent, PersonalAccessTokenEvent::PersonalAccessTokenRenamed { .. }) => Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{given, id};

    const NOW: UnixMillis = UnixMillis(1);
    const END: UnixMillis = UnixMillis(100);

    fn create() -> PersonalAccessTokenCommand {
        PersonalAccessTokenCommand::CreatePersonalAccessToken {
            user: id("u1"),
            name: "build".into(),
            sha256: "h".into(),
            created_at: NOW,
            expires_at: Some(END),
            value: "pat_1.x".into(),
        }
    }

    fn created(expires_at: Option<UnixMillis>) -> PersonalAccessTokenEvent {
        PersonalAccessTokenEvent::PersonalAccessTokenCreated {
            user: id("u1"),
            name: "build".into(),
            sha256: "h".into(),
            created_at: NOW,
            expires_at,
            personal: Personal::Open(PersonalAccessTokenValue { value: "pat_1.x".into() }),
        }
    }

    fn rename(name: &str) -> PersonalAccessTokenCommand {
        PersonalAccessTokenCommand::RenamePersonalAccessToken { name: name.into() }
    }

    #[test]
    fn a_personal_access_token_is_created_renamed_and_deleted() {
        use PersonalAccessTokenCommand::DeletePersonalAccessToken;
        let deleted = PersonalAccessTokenEvent::PersonalAccessTokenDeleted {};
        given::<PersonalAccessToken>([]).when(create()).then([created(Some(END))]);
        let past = given::<PersonalAccessToken>([created(None)]);
        past.when(create()).then_refused(PersonalAccessTokenRefusal::Exists);
        past.when(rename("build")).then_nothing();
        let renamed = PersonalAccessTokenEvent::PersonalAccessTokenRenamed { name: "ci".into() };
        past.when(rename("ci")).then([renamed.clone()]);
        past.when(DeletePersonalAccessToken).then([deleted.clone()]);
        assert_eq!(
            given::<PersonalAccessToken>([created(None), renamed]).state().held().unwrap().name,
            "ci"
        );
        let gone = given::<PersonalAccessToken>([created(None), deleted]);
        gone.when(rename("ci")).then_refused(PersonalAccessTokenRefusal::Absent);
        gone.when(DeletePersonalAccessToken).then_refused(PersonalAccessTokenRefusal::Absent);
        gone.when(create()).then_refused(PersonalAccessTokenRefusal::Exists);
        assert_eq!(gone.state().usable("h", NOW), None);
    }

    #[test]
    fn a_personal_access_token_is_good_until_it_expires_if_it_does() {
        let ending = given::<PersonalAccessToken>([created(Some(END))]);
        assert!(ending.state().usable("h", UnixMillis(END.0 - 1)).is_some());
        assert!(ending.state().usable("h", END).is_none());
        assert!(ending.state().usable("other", NOW).is_none());
        let lasting = given::<PersonalAccessToken>([created(None)]);
        assert!(lasting.state().usable("h", UnixMillis(i64::MAX)).is_some());
    }
}
