//! Rules of an access token of a user: it is issued once. That its grant still stands is a condition
//! of the commit that issues it.

use events::{
    AccessTokenEvent, AccessTokenForm, AccessTokenId, ApplicationId, Event, GrantId, StreamName,
    TenantId, UnixMillis, UserId,
};

use crate::{Decider, Kind, Refusal};

/// An access token of a user.
pub struct AccessToken;

/// Wishes about an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessTokenCommand {
    /// Let it be used.
    IssueAccessToken {
        /// What it comes from.
        grant: GrantId,
        /// For whom it speaks.
        user: UserId,
        /// Who holds it.
        application: ApplicationId,
        /// How it looks.
        form: AccessTokenForm,
        /// What it permits.
        scope: Vec<String>,
        /// The moment of the request.
        issued_at: UnixMillis,
        /// From this moment on it is refused.
        expires_at: UnixMillis,
    },
}

/// What the rules know of an access token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AccessTokenState {
    /// Never issued.
    #[default]
    Absent,
    /// Issued.
    Issued(Box<IssuedAccessToken>),
}

impl AccessTokenState {
    /// The token, if it was issued; it may have expired.
    pub fn issued(&self) -> Option<&IssuedAccessToken> {
        match self {
            Self::Absent => None,
            Self::Issued(token) => Some(token),
        }
    }
}

/// An access token of a user, as issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedAccessToken {
    /// What it comes from; it dies with it.
    pub grant: GrantId,
    /// For whom it speaks.
    pub user: UserId,
    /// Who holds it.
    pub application: ApplicationId,
    /// How it looks.
    pub form: AccessTokenForm,
    /// What it permits.
    pub scope: Vec<String>,
    /// When it was issued.
    pub issued_at: UnixMillis,
    /// From this moment on it is refused.
    pub expires_at: UnixMillis,
}

/// Why a wish about an access token is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessTokenRefusal {
    /// Another token has the id.
    #[error("the access token exists already")]
    Exists,
}

impl Refusal for AccessTokenRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Exists => "entity.unique_integrity_violation",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Exists => Kind::Unprocessable,
        }
    }
}

impl Decider for AccessToken {
    type Id = AccessTokenId;
    type Command = AccessTokenCommand;
    type Event = AccessTokenEvent;
    type Refusal = AccessTokenRefusal;
    type State = AccessTokenState;

    const IS_WRITTEN_ONCE: bool = true;

    fn stream(tenant: &TenantId, id: &AccessTokenId) -> StreamName {
        StreamName::access_token(tenant, id)
    }

    fn event(event: &Event) -> Option<&AccessTokenEvent> {
        if let Event::AccessToken(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &AccessTokenState,
        command: AccessTokenCommand,
    ) -> Result<Vec<AccessTokenEvent>, AccessTokenRefusal> {
        let AccessTokenCommand::IssueAccessToken {
            grant,
            user,
            application,
            form,
            scope,
            issued_at,
            expires_at,
        } = command;
        let event = AccessTokenEvent::AccessTokenIssued {
            grant,
            user,
            application,
            form,
            scope,
            issued_at,
            expires_at,
        };
        match state {
            AccessTokenState::Absent => Ok(vec![event]),
            AccessTokenState::Issued(token) if **token == issued(&event) => Ok(vec![]),
            AccessTokenState::Issued(_) => Err(AccessTokenRefusal::Exists),
        }
    }

    fn evolve(_state: AccessTokenState, event: &AccessTokenEvent) -> AccessTokenState {
        AccessTokenState::Issued(Box::new(issued(event)))
    }
}

fn issued(event: &AccessTokenEvent) -> IssuedAccessToken {
    match event.clone() {
        AccessTokenEvent::AccessTokenIssued {
            grant,
            user,
            application,
            form,
            scope,
            issued_at,
            expires_at,
        } => IssuedAccessToken { grant, user, application, form, scope, issued_at, expires_at },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{given, id};

    fn opaque() -> AccessTokenForm {
        AccessTokenForm::Opaque { sha256: "h".into() }
    }

    fn issue(scope: &str) -> AccessTokenCommand {
        AccessTokenCommand::IssueAccessToken {
            grant: id("g1"),
            user: id("u1"),
            application: id("a1"),
            form: opaque(),
            scope: vec![scope.into()],
            issued_at: UnixMillis(1),
            expires_at: UnixMillis(2),
        }
    }

    fn event() -> AccessTokenEvent {
        AccessTokenEvent::AccessTokenIssued {
            grant: id("g1"),
            user: id("u1"),
            application: id("a1"),
            form: opaque(),
            scope: vec!["openid".into()],
            issued_at: UnixMillis(1),
            expires_at: UnixMillis(2),
        }
    }

    #[test]
    fn an_access_token_is_issued_once() {
        given::<AccessToken>([]).when(issue("openid")).then([event()]);
        let past = given::<AccessToken>([event()]);
        past.when(issue("openid")).then_nothing();
        past.when(issue("email")).then_refused(AccessTokenRefusal::Exists);
        assert_eq!(past.state().issued().unwrap().grant, id("g1"));
        assert_eq!(given::<AccessToken>([]).state().issued(), None);
    }
}
