//! Rules of an access token of a machine: it is issued once.

use events::{
    ApplicationId, Event, MachineGrantEvent, MachineGrantId, OrganizationId, StreamName, TenantId,
    UnixMillis,
};

use crate::{Decider, Kind, Refusal};

/// An access token of a machine.
pub struct MachineGrant;

/// Wishes about an access token of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MachineGrantCommand {
    /// Let it be used.
    IssueMachineToken(IssuedMachineToken),
}

/// What the rules know of an access token of a machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum MachineGrantState {
    /// Never issued.
    #[default]
    Absent,
    /// Issued.
    Issued(Box<IssuedMachineToken>),
}

impl MachineGrantState {
    /// The token, if it was issued; it may have expired.
    pub fn issued(&self) -> Option<&IssuedMachineToken> {
        match self {
            Self::Absent => None,
            Self::Issued(token) => Some(token),
        }
    }
}

/// An access token of a machine, as issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedMachineToken {
    /// Who holds it and for whom it speaks.
    pub application: ApplicationId,
    /// Indicator of the API resource or name of the organization.
    pub audience: String,
    /// What it permits.
    pub scope: Vec<String>,
    /// The organization in which it permits that, if it is one.
    pub organization: Option<OrganizationId>,
    /// Thumbprint of the key whose possession its bearer must prove.
    pub dpop_jkt: Option<String>,
    /// Key that signed it.
    pub kid: String,
    /// When it was issued.
    pub issued_at: UnixMillis,
    /// From this moment on it is refused.
    pub expires_at: UnixMillis,
}

/// Why a wish about an access token of a machine is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MachineGrantRefusal {
    /// Another token has the id.
    #[error("the access token exists already")]
    Exists,
}

impl Refusal for MachineGrantRefusal {
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

impl Decider for MachineGrant {
    type Id = MachineGrantId;
    type Command = MachineGrantCommand;
    type Event = MachineGrantEvent;
    type Refusal = MachineGrantRefusal;
    type State = MachineGrantState;

    const IS_WRITTEN_ONCE: bool = true;

    fn stream(tenant: &TenantId, id: &MachineGrantId) -> StreamName {
        StreamName::machine_grant(tenant, id)
    }

    fn event(event: &Event) -> Option<&MachineGrantEvent> {
        if let Event::MachineGrant(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &MachineGrantState,
        command: MachineGrantCommand,
    ) -> Result<Vec<MachineGrantEvent>, MachineGrantRefusal> {
        let MachineGrantCommand::IssueMachineToken(wanted) = command;
        match state {
            MachineGrantState::Absent => Ok(vec![event(wanted)]),
            MachineGrantState::Issued(token) if **token == wanted => Ok(vec![]),
            MachineGrantState::Issued(_) => Err(MachineGrantRefusal::Exists),
        }
    }

    fn evolve(_state: MachineGrantState, event: &MachineGrantEvent) -> MachineGrantState {
        MachineGrantState::Issued(Box::new(issued(event)))
    }
}

fn event(token: IssuedMachineToken) -> MachineGrantEvent {
    let IssuedMachineToken {
        application,
        audience,
        scope,
        organization,
        dpop_jkt,
        kid,
        issued_at,
        expires_at,
    } = token;
    MachineGrantEvent::MachineTokenIssued {
        application,
        audience,
        scope,
        organization,
        dpop_jkt,
        kid,
        issued_at,
        expires_at,
    }
}

fn issued(event: &MachineGrantEvent) -> IssuedMachineToken {
    match event.clone() {
        MachineGrantEvent::MachineTokenIssued {
            application,
            audience,
            scope,
            organization,
            dpop_jkt,
            kid,
            issued_at,
            expires_at,
        } => IssuedMachineToken {
            application,
            audience,
            scope,
            organization,
            dpop_jkt,
            kid,
            issued_at,
            expires_at,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{given, id};

    fn token(scope: &str) -> IssuedMachineToken {
        IssuedMachineToken {
            application: id("a1"),
            audience: "https://default.logto.app/api".into(),
            scope: vec![scope.into()],
            organization: Some(id("o1")),
            dpop_jkt: Some("k".into()),
            kid: "k1".into(),
            issued_at: UnixMillis(1),
            expires_at: UnixMillis(2),
        }
    }

    fn issue(scope: &str) -> MachineGrantCommand {
        MachineGrantCommand::IssueMachineToken(token(scope))
    }

    #[test]
    fn a_machine_token_is_issued_once() {
        given::<MachineGrant>([]).when(issue("all")).then([event(token("all"))]);
        let past = given::<MachineGrant>([event(token("all"))]);
        past.when(issue("all")).then_nothing();
        past.when(issue("other")).then_refused(MachineGrantRefusal::Exists);
        assert_eq!(past.state().issued(), Some(&token("all")));
    }
}
