//! Rules of a signed statement that counts once: the first to present it wins, for ever.

use events::{Event, ProofEvent, ProofId, ProofPurpose, StreamName, TenantId, UnixMillis};

use crate::{Decider, Kind, Refusal};

/// A signed statement that counts once.
pub struct Proof;

/// Wishes about a signed statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofCommand {
    /// Let it count.
    PresentProof {
        /// What it proves.
        purpose: ProofPurpose,
        /// From this moment on it is refused for its age.
        expires_at: UnixMillis,
    },
}

/// What the rules know of a signed statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ProofState {
    /// Nobody has presented it.
    #[default]
    Absent,
    /// It has counted.
    Presented,
}

/// Why a signed statement does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofRefusal {
    /// It has counted before; that it is the very same changes nothing.
    #[error("the proof has been presented before")]
    Replayed,
}

impl Refusal for ProofRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Replayed => "oidc.invalid_request",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Replayed => Kind::Conflict,
        }
    }
}

impl Decider for Proof {
    type Id = ProofId;
    type Command = ProofCommand;
    type Event = ProofEvent;
    type Refusal = ProofRefusal;
    type State = ProofState;

    const IS_WRITTEN_ONCE: bool = true;

    fn stream(tenant: &TenantId, id: &ProofId) -> StreamName {
        StreamName::proof(tenant, id)
    }

    fn event(event: &Event) -> Option<&ProofEvent> {
        if let Event::Proof(event) = event { Some(event) } else { None }
    }

    fn decide(state: &ProofState, command: ProofCommand) -> Result<Vec<ProofEvent>, ProofRefusal> {
        let ProofCommand::PresentProof { purpose, expires_at } = command;
        match state {
            ProofState::Absent => Ok(vec![ProofEvent::ProofPresented { purpose, expires_at }]),
            ProofState::Presented => Err(ProofRefusal::Replayed),
        }
    }

    fn evolve(_state: ProofState, event: &ProofEvent) -> ProofState {
        match event {
            ProofEvent::ProofPresented { .. } => ProofState::Presented,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::given;

    const EXPIRES_AT: UnixMillis = UnixMillis(9);

    fn present(purpose: ProofPurpose) -> ProofCommand {
        ProofCommand::PresentProof { purpose, expires_at: EXPIRES_AT }
    }

    fn presented(purpose: ProofPurpose) -> ProofEvent {
        ProofEvent::ProofPresented { purpose, expires_at: EXPIRES_AT }
    }

    #[test]
    fn a_proof_counts_once() {
        let purpose = ProofPurpose::Dpop;
        given::<Proof>([]).when(present(purpose)).then([presented(purpose)]);
    }

    #[test]
    fn the_same_proof_again_is_a_replay_and_no_repetition() {
        let past = given::<Proof>([presented(ProofPurpose::Dpop)]);
        past.when(present(ProofPurpose::Dpop)).then_refused(ProofRefusal::Replayed);
        past.when(present(ProofPurpose::ClientAssertion)).then_refused(ProofRefusal::Replayed);
    }
}
