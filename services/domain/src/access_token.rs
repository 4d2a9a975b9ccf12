//! Rules of an access token of a user: it is issued once. That its grant still stands is a condition
//! of the commit that issues it.

use events::{
    AccessTokenEvent, AccessTokenForm, AccessTokenId, ApplicationId, CustomClaims, Event, GrantId,
    OrganizationId, Personal, StreamName, TenantId, UnixMillis, UserId,
};

use crate::{Decider, Kind, Refusal};

/// An access token of a user.
pub struct AccessToken;

/// Wishes about an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessTokenCommand {
    /// Let it be used.
    IssueAccessToken(Box<IssuedAccessToken>),
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
    /// The organization in which it permits that, if it is one.
    pub organization: Option<OrganizationId>,
    /// Who acts in the user's name.
    pub actor: Option<UserId>,
    /// Thumbprint of the key whose possession its bearer must prove.
    pub dpop_jkt: Option<String>,
    /// When it was issued.
    pub issued_at: UnixMillis,
    /// From this moment on it is refused.
    pub expires_at: UnixMillis,
    /// What the operator's script says about an opaque token.
    pub personal: Option<Personal<CustomClaims>>,
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
        let AccessTokenCommand::IssueAccessToken(wanted) = command;
        match state {
            AccessTokenState::Absent => Ok(vec![event(*wanted)]),
            AccessTokenState::Issued(token) if is_same(token, &wanted) => Ok(vec![]),
            AccessTokenState::Issued(_) => Err(AccessTokenRefusal::Exists),
        }
    }

    fn evolve(_state: AccessTokenState, event: &AccessTokenEvent) -> AccessTokenState {
        AccessTokenState::Issued(Box::new(issued(event)))
    }
}

/// Whether a token is the one that was issued. What a script said about it does not count: asked
/// again, it may say something else.
fn is_same(issued: &IssuedAccessToken, wanted: &IssuedAccessToken) -> bool {
    let plain = |token: &IssuedAccessToken| IssuedAccessToken { personal: None, ..token.clone() };
    plain(issued) == plain(wanted)
}

fn event(token: IssuedAccessToken) -> AccessTokenEvent {
    let IssuedAccessToken {
        grant,
        user,
        application,
        form,
        scope,
        organization,
        actor,
        dpop_jkt,
        issued_at,
        expires_at,
        personal,
    } = token;
    AccessTokenEvent::AccessTokenIssued {
        grant,
        user,
        application,
        form,
        scope,
        organization,
        actor,
        dpop_jkt,
        issued_at,
        expires_at,
        personal,
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
            organization,
            actor,
            dpop_jkt,
            issued_at,
            expires_at,
            personal,
        } => IssuedAccessToken {
            grant,
            user,
            application,
            form,
            scope,
            organization,
            actor,
            dpop_jkt,
            issued_at,
            expires_at,
            personal,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{given, id};

    fn token(scope: &str) -> IssuedAccessToken {
        IssuedAccessToken {
            grant: id("g1"),
            user: id("u1"),
            application: id("a1"),
            form: AccessTokenForm::Opaque { sha256: "h".into() },
            scope: vec![scope.into()],
            organization: Some(id("o1")),
            actor: Some(id("u2")),
            dpop_jkt: Some("k".into()),
            issued_at: UnixMillis(1),
            expires_at: UnixMillis(2),
            personal: None,
        }
    }

    fn issue(scope: &str) -> AccessTokenCommand {
        AccessTokenCommand::IssueAccessToken(Box::new(token(scope)))
    }

    #[test]
    fn an_access_token_is_issued_once() {
        given::<AccessToken>([]).when(issue("openid")).then([event(token("openid"))]);
        let past = given::<AccessToken>([event(token("openid"))]);
        past.when(issue("openid")).then_nothing();
        past.when(issue("email")).then_refused(AccessTokenRefusal::Exists);
        let personal = Some(Personal::Open(CustomClaims::default()));
        let said_more = IssuedAccessToken { personal, ..token("openid") };
        past.when(AccessTokenCommand::IssueAccessToken(Box::new(said_more))).then_nothing();
        assert_eq!(past.state().issued(), Some(&token("openid")));
        assert_eq!(given::<AccessToken>([]).state().issued(), None);
    }
}
