//! Rules of one run of a claims script: what came of it is recorded once.

use std::convert::Infallible;

use events::{ClaimsScriptRunEvent, ClaimsScriptRunId, Event, StreamName, TenantId};

use crate::Decider;

/// One run of a claims script that did not simply give claims.
pub struct ClaimsScriptRun;

/// Wishes about a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimsScriptRunCommand {
    /// Record what came of it.
    RecordOutcome(ClaimsScriptRunEvent),
}

/// What the rules know of a run: whether it was recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimsScriptRunState {
    is_recorded: bool,
}

impl Decider for ClaimsScriptRun {
    type Id = ClaimsScriptRunId;
    type Command = ClaimsScriptRunCommand;
    type Event = ClaimsScriptRunEvent;
    type Refusal = Infallible;
    type State = ClaimsScriptRunState;

    const IS_WRITTEN_ONCE: bool = true;

    fn stream(tenant: &TenantId, id: &ClaimsScriptRunId) -> StreamName {
        StreamName::claims_script_run(tenant, id)
    }

    fn event(event: &Event) -> Option<&ClaimsScriptRunEvent> {
        if let Event::ClaimsScriptRun(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &ClaimsScriptRunState,
        command: ClaimsScriptRunCommand,
    ) -> Result<Vec<ClaimsScriptRunEvent>, Infallible> {
        match (command, state.is_recorded) {
            (ClaimsScriptRunCommand::RecordOutcome(event), false) => Ok(vec![event]),
            (ClaimsScriptRunCommand::RecordOutcome(_), true) => Ok(vec![]),
        }
    }

    fn evolve(_state: ClaimsScriptRunState, _event: &ClaimsScriptRunEvent) -> ClaimsScriptRunState {
        ClaimsScriptRunState { is_recorded: true }
    }
}

#[cfg(test)]
mod tests {
    use events::{ClaimsScriptMessage, Personal, ScriptedToken};

    use super::*;
    use crate::scenario::{given, id};

    #[test]
    fn an_outcome_is_recorded_once() {
        let denied = ClaimsScriptRunEvent::ClaimsScriptDenied {
            token: ScriptedToken::AccessToken,
            application: id("a1"),
            user: Some(id("u1")),
            personal: Personal::Open(ClaimsScriptMessage { message: "no".into() }),
        };
        let record = ClaimsScriptRunCommand::RecordOutcome(denied.clone());
        given::<ClaimsScriptRun>([]).when(record.clone()).then([denied.clone()]);
        given::<ClaimsScriptRun>([denied]).when(record).then_nothing();
    }
}
