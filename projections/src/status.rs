//! How a view stands, for readiness and for people.

use events::EventId;

/// Why a view stopped: the event that its fold refused. Nothing is skipped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the fold failed at position {position}, event {event_id} {event_type}: {error}")]
pub struct Stop {
    /// Where the event stands in the log.
    pub position: u64,
    /// The event.
    pub event_id: EventId,
    /// Its type.
    pub event_type: Box<str>,
    /// What went wrong, with all causes.
    pub error: String,
}

/// What a view is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewState {
    /// It follows the log.
    Live,
    /// It has not reached the position that the log had at the start, or an older version serves
    /// while this one is built.
    CatchingUp,
    /// Its fold failed; it stays at its last good position until it is resumed.
    Stopped(Stop),
}

/// How a view stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewStatus {
    /// Name of the view.
    pub name: &'static str,
    /// Version of the fold.
    pub version: u32,
    /// Version of the tables that answer queries.
    pub serving: u32,
    /// Position that queries are true for.
    pub position: u64,
    /// Position of the tables that are built beside those that serve, if any.
    pub building: Option<u64>,
    /// What it is doing.
    pub state: ViewState,
}

/// Why a wait for a position ended without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    /// The view is too far behind: try again.
    #[error("view {0} has not reached the position in time")]
    Timeout(&'static str),
    /// The fold of the view failed.
    #[error("view {0} has stopped")]
    Stopped(&'static str),
    /// There is no such view.
    #[error("there is no view {0}")]
    Unknown(&'static str),
}

/// There is no view of that name, or it is not in a state for the wish.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownView {
    /// No view has the name.
    #[error("there is no view {0}")]
    Name(String),
    /// The view has not stopped, so there is nothing to resume.
    #[error("view {0} has not stopped")]
    NotStopped(&'static str),
    /// The view is being built already.
    #[error("view {0} is being built already")]
    Building(&'static str),
    /// The new file cannot be made.
    #[error("the file of view {0} cannot be made: {1}")]
    File(&'static str, String),
}
