//! Given, when, then: how the rules are tested.

use std::{fmt::Debug, str::FromStr};

use crate::Decider;

/// Past events of one stream.
pub(crate) struct Scenario<D: Decider> {
    state: D::State,
}

/// What a command led to.
pub(crate) struct Outcome<D: Decider>(Result<Vec<D::Event>, D::Refusal>);

/// A stream in which this has happened.
pub(crate) fn given<D: Decider>(past: impl IntoIterator<Item = D::Event>) -> Scenario<D> {
    let state = past.into_iter().fold(D::State::default(), |state, event| D::evolve(state, &event));
    Scenario { state }
}

impl<D: Decider> Scenario<D> {
    /// The command is given.
    pub(crate) fn when(&self, command: D::Command) -> Outcome<D> {
        Outcome(D::decide(&self.state, command))
    }

    /// The state that the past led to.
    pub(crate) fn state(&self) -> &D::State {
        &self.state
    }
}

impl<D: Decider> Outcome<D>
where
    D::Event: PartialEq + Debug,
    D::Refusal: PartialEq + Debug,
{
    /// Exactly these events follow.
    pub(crate) fn then(self, expected: impl IntoIterator<Item = D::Event>) {
        assert_eq!(self.0, Ok(expected.into_iter().collect()));
    }

    /// It already held: success without events.
    pub(crate) fn then_nothing(self) {
        self.then([]);
    }

    /// The rule says no.
    pub(crate) fn then_refused(self, refusal: D::Refusal) {
        assert_eq!(self.0, Err(refusal));
    }
}

/// An id, a stream name or the like out of its text.
pub(crate) fn id<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}
