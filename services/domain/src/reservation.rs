//! Rules of a value that only one thing may hold: the first to reserve it holds it until it lets go.

use events::{Event, ReservationEvent, ReservationId, StreamName, TenantId};

use crate::{Decider, Kind, Refusal};

/// A value that only one thing may hold.
pub struct Reservation;

/// Wishes about a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReservationCommand {
    /// Hold it.
    Reserve {
        /// The stream of the thing that wants it.
        owner: StreamName,
        /// Whether the owner's own events are in the same commit.
        confirmed: bool,
    },
    /// The owner's events are in the log now.
    Confirm {
        /// The stream of the thing that holds it.
        owner: StreamName,
    },
    /// Let it go, if `owner` holds it.
    Release {
        /// The stream of the thing that lets go.
        owner: StreamName,
    },
}

/// What the rules know of a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ReservationState {
    /// Nobody holds it.
    #[default]
    Free,
    /// Somebody holds it.
    Held {
        /// The stream of the thing that holds it.
        owner: StreamName,
        /// Whether the hold is for good.
        is_confirmed: bool,
    },
}

impl ReservationState {
    /// The stream of the thing that holds the value.
    pub fn owner(&self) -> Option<&StreamName> {
        match self {
            Self::Free => None,
            Self::Held { owner, .. } => Some(owner),
        }
    }

    /// Whether the value is held for good: its owner's events are in the log.
    pub fn is_confirmed(&self) -> bool {
        match self {
            Self::Free => false,
            Self::Held { is_confirmed, .. } => *is_confirmed,
        }
    }
}

/// Why a wish about a value is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReservationRefusal {
    /// Another holds it.
    #[error("the value is taken")]
    Taken,
    /// Nobody holds it, so there is nothing to confirm.
    #[error("the value is not reserved")]
    Free,
}

impl Refusal for ReservationRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Taken => "entity.unique_integrity_violation",
            Self::Free => "entity.not_found",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Taken => Kind::Unprocessable,
            Self::Free => Kind::Absent,
        }
    }
}

impl Decider for Reservation {
    type Id = ReservationId;
    type Command = ReservationCommand;
    type Event = ReservationEvent;
    type Refusal = ReservationRefusal;
    type State = ReservationState;

    fn stream(tenant: &TenantId, id: &ReservationId) -> StreamName {
        StreamName::reservation(tenant, id)
    }

    fn event(event: &Event) -> Option<&ReservationEvent> {
        if let Event::Reservation(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &ReservationState,
        command: ReservationCommand,
    ) -> Result<Vec<ReservationEvent>, ReservationRefusal> {
        use ReservationCommand::{Confirm, Release, Reserve};
        use ReservationState::{Free, Held};
        match (state, command) {
            (Free, Reserve { owner, confirmed }) => {
                Ok(vec![ReservationEvent::Reserved { owner, confirmed }])
            }
            (Held { owner: held, is_confirmed }, Reserve { owner, confirmed }) => {
                if *held != owner {
                    return Err(ReservationRefusal::Taken);
                }
                Ok(confirmation(confirmed && !is_confirmed))
            }
            (Held { owner: held, is_confirmed }, Confirm { owner }) => {
                if *held != owner {
                    return Err(ReservationRefusal::Taken);
                }
                Ok(confirmation(!is_confirmed))
            }
            (Free, Confirm { .. }) => Err(ReservationRefusal::Free),
            (Held { owner: held, .. }, Release { owner }) if *held == owner => {
                Ok(vec![ReservationEvent::ReservationReleased {}])
            }
            (Free | Held { .. }, Release { .. }) => Ok(vec![]),
        }
    }

    fn evolve(state: ReservationState, event: &ReservationEvent) -> ReservationState {
        match (state, event) {
            (
                ReservationState::Free | ReservationState::Held { .. },
                ReservationEvent::Reserved { owner, confirmed },
            ) => ReservationState::Held { owner: owner.clone(), is_confirmed: *confirmed },
            (ReservationState::Held { owner, .. }, ReservationEvent::ReservationConfirmed {}) => {
                ReservationState::Held { owner, is_confirmed: true }
            }
            (ReservationState::Free, ReservationEvent::ReservationConfirmed {})
            | (
                ReservationState::Free | ReservationState::Held { .. },
                ReservationEvent::ReservationReleased {},
            ) => ReservationState::Free,
        }
    }
}

fn confirmation(is_due: bool) -> Vec<ReservationEvent> {
    if is_due { vec![ReservationEvent::ReservationConfirmed {}] } else { vec![] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{given, id};

    const TOM: &str = "user-default.tom";
    const EVE: &str = "user-default.eve";

    fn reserve(owner: &str, confirmed: bool) -> ReservationCommand {
        ReservationCommand::Reserve { owner: id(owner), confirmed }
    }

    fn confirm(owner: &str) -> ReservationCommand {
        ReservationCommand::Confirm { owner: id(owner) }
    }

    fn release(owner: &str) -> ReservationCommand {
        ReservationCommand::Release { owner: id(owner) }
    }

    fn reserved(owner: &str, confirmed: bool) -> ReservationEvent {
        ReservationEvent::Reserved { owner: id(owner), confirmed }
    }

    #[test]
    fn a_free_value_goes_to_the_first() {
        let free = given::<Reservation>([]);
        free.when(reserve(TOM, true)).then([reserved(TOM, true)]);
        assert_eq!(free.state().owner(), None);
        let held = given::<Reservation>([reserved(TOM, true)]);
        held.when(reserve(EVE, true)).then_refused(ReservationRefusal::Taken);
        assert_eq!(held.state().owner(), Some(&id(TOM)));
    }

    #[test]
    fn reserving_twice_changes_nothing() {
        let held = given::<Reservation>([reserved(TOM, true)]);
        held.when(reserve(TOM, true)).then_nothing();
        held.when(reserve(TOM, false)).then_nothing();
    }

    #[test]
    fn a_claim_is_confirmed_once_and_only_by_its_owner() {
        let claim = given::<Reservation>([reserved(TOM, false)]);
        claim.when(confirm(TOM)).then([ReservationEvent::ReservationConfirmed {}]);
        claim.when(reserve(TOM, true)).then([ReservationEvent::ReservationConfirmed {}]);
        claim.when(confirm(EVE)).then_refused(ReservationRefusal::Taken);
        let confirmed =
            given::<Reservation>([reserved(TOM, false), ReservationEvent::ReservationConfirmed {}]);
        confirmed.when(confirm(TOM)).then_nothing();
        assert!(confirmed.state().is_confirmed() && !claim.state().is_confirmed());
        given::<Reservation>([]).when(confirm(TOM)).then_refused(ReservationRefusal::Free);
    }

    #[test]
    fn only_the_owner_lets_go() {
        let held = given::<Reservation>([reserved(TOM, true)]);
        held.when(release(TOM)).then([ReservationEvent::ReservationReleased {}]);
        held.when(release(EVE)).then_nothing();
        given::<Reservation>([]).when(release(TOM)).then_nothing();
    }

    #[test]
    fn a_released_value_can_be_held_by_another() {
        given::<Reservation>([reserved(TOM, true), ReservationEvent::ReservationReleased {}])
            .when(reserve(EVE, true))
            .then([reserved(EVE, true)]);
    }
}
