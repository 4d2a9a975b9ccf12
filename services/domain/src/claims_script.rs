//! Rules of the script that adds claims to tokens of one kind: it is there or it is not. Whether it
//! works shows when it runs.

use events::{
    ClaimsScriptBody, ClaimsScriptEvent, Event, Personal, ScriptedToken, StreamName, TenantId,
};

use crate::{Decider, Kind, Refusal};

/// The script for tokens of one kind.
pub struct ClaimsScript;

/// Wishes about the script.
#[derive(Debug, Clone, PartialEq)]
pub enum ClaimsScriptCommand {
    /// Let it be this one.
    SetClaimsScript {
        /// Whether no token is issued when it fails.
        block_issuance_on_error: Option<bool>,
        /// The script and what it is given.
        body: ClaimsScriptBody,
    },
    /// Let none run.
    RemoveClaimsScript,
}

/// What the rules know of the script.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClaimsScriptState {
    held: Option<HeldScript>,
}

/// The script that runs.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldScript {
    /// Whether no token is issued when it fails.
    pub block_issuance_on_error: Option<bool>,
    /// The script and what it is given.
    pub body: Personal<ClaimsScriptBody>,
}

impl ClaimsScriptState {
    /// The script that runs, if one does.
    pub fn held(&self) -> Option<&HeldScript> {
        self.held.as_ref()
    }
}

/// Why a wish about the script is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsScriptRefusal {
    /// There is none.
    #[error("no script is set")]
    Absent,
}

impl Refusal for ClaimsScriptRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Absent => "entity.not_found",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Absent => Kind::Absent,
        }
    }
}

impl Decider for ClaimsScript {
    type Id = ScriptedToken;
    type Command = ClaimsScriptCommand;
    type Event = ClaimsScriptEvent;
    type Refusal = ClaimsScriptRefusal;
    type State = ClaimsScriptState;

    fn stream(tenant: &TenantId, token: &ScriptedToken) -> StreamName {
        StreamName::claims_script(tenant, token)
    }

    fn event(event: &Event) -> Option<&ClaimsScriptEvent> {
        if let Event::ClaimsScript(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &ClaimsScriptState,
        command: ClaimsScriptCommand,
    ) -> Result<Vec<ClaimsScriptEvent>, ClaimsScriptRefusal> {
        match (command, &state.held) {
            (ClaimsScriptCommand::SetClaimsScript { block_issuance_on_error, body }, held) => {
                let wanted = HeldScript { block_issuance_on_error, body: Personal::Open(body) };
                if held.as_ref() == Some(&wanted) {
                    return Ok(vec![]);
                }
                let HeldScript { block_issuance_on_error, body: personal } = wanted;
                Ok(vec![ClaimsScriptEvent::ClaimsScriptSet { block_issuance_on_error, personal }])
            }
            (ClaimsScriptCommand::RemoveClaimsScript, Some(_)) => {
                Ok(vec![ClaimsScriptEvent::ClaimsScriptRemoved {}])
            }
            (ClaimsScriptCommand::RemoveClaimsScript, None) => Err(ClaimsScriptRefusal::Absent),
        }
    }

    fn evolve(_state: ClaimsScriptState, event: &ClaimsScriptEvent) -> ClaimsScriptState {
        let held = match event {
            ClaimsScriptEvent::ClaimsScriptSet { block_issuance_on_error, personal } => {
                Some(HeldScript {
                    block_issuance_on_error: *block_issuance_on_error,
                    body: personal.clone(),
                })
            }
            ClaimsScriptEvent::ClaimsScriptRemoved {} => None,
        };
        ClaimsScriptState { held }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::given;

    fn body(script: &str) -> ClaimsScriptBody {
        ClaimsScriptBody { script: script.into(), ..ClaimsScriptBody::default() }
    }

    fn set(script: &str) -> ClaimsScriptCommand {
        let body = body(script);
        ClaimsScriptCommand::SetClaimsScript { block_issuance_on_error: None, body }
    }

    fn was_set(script: &str) -> ClaimsScriptEvent {
        let personal = Personal::Open(body(script));
        ClaimsScriptEvent::ClaimsScriptSet { block_issuance_on_error: None, personal }
    }

    #[test]
    fn a_script_is_recorded_when_it_differs() {
        given::<ClaimsScript>([]).when(set("a")).then([was_set("a")]);
        let past = given::<ClaimsScript>([was_set("a")]);
        past.when(set("a")).then_nothing();
        past.when(set("b")).then([was_set("b")]);
    }

    #[test]
    fn what_is_not_there_cannot_be_removed() {
        let removed = ClaimsScriptEvent::ClaimsScriptRemoved {};
        let remove = ClaimsScriptCommand::RemoveClaimsScript;
        given::<ClaimsScript>([was_set("a")]).when(remove.clone()).then([removed.clone()]);
        for past in [vec![], vec![was_set("a"), removed]] {
            given::<ClaimsScript>(past)
                .when(remove.clone())
                .then_refused(ClaimsScriptRefusal::Absent);
        }
    }
}
