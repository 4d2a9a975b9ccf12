//! What a decider is: a fold of past events and a rule that answers a command with new ones.

use events::{Event, StreamName, TenantId};

use crate::Refusal;

/// The rules of one noun, over one stream.
pub trait Decider {
    /// Names the stream inside its tenant.
    type Id: Clone + Send + Sync;
    /// A wish, with everything that a rule may not fetch.
    type Command;
    /// What can happen.
    type Event: Clone + Into<Event>;
    /// The rule's no.
    type Refusal: Refusal;
    /// What some rule reads of the past; the default is the state of an empty stream.
    type State: Clone + Default + Send + Sync + 'static;

    /// Whether a stream has one event for ever and its id is random, so that every command makes a
    /// new one: then nothing is read before the decision and nothing is remembered after it. Should
    /// the stream be there after all, the append conflicts and the decision is made again on what
    /// it holds.
    const IS_WRITTEN_ONCE: bool = false;

    /// The stream of `id`.
    fn stream(tenant: &TenantId, id: &Self::Id) -> StreamName;

    /// The decider's own event out of a recorded one; `None` if it is of another noun.
    fn event(event: &Event) -> Option<&Self::Event>;

    /// The events that the command causes. None means that it already held, which is a success.
    ///
    /// # Errors
    /// The refusal, if a rule says no.
    fn decide(
        state: &Self::State,
        command: Self::Command,
    ) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// The state after one more event. Total: history was true when it was written.
    fn evolve(state: Self::State, event: &Self::Event) -> Self::State;
}
