//! The port: what the rest of Evident asks of a log, whichever engine holds it.
//!
//! Positions start at 1, have no gaps and totally order all events. A commit is acknowledged when it
//! is durable. Every engine passes the conformance suite.

use std::{collections::HashSet, future::Future, pin::Pin};

use events::{StoredEvent, StreamName};
use tokio::sync::watch;

/// Most events in one commit.
pub const COMMIT_EVENTS_MAX: usize = 1_000;
/// Most bytes in the events of one commit.
pub const COMMIT_BYTES_MAX: usize = 16 << 20;
/// Most events in one read.
pub const READ_EVENTS_MAX: usize = 4_096;

/// A future that an engine returns.
pub type EngineFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One stream's part in a commit.
#[derive(Debug, Clone)]
pub struct StreamAppend {
    /// The stream.
    pub stream: StreamName,
    /// How many events the stream must hold right now; 0 = it must not exist.
    pub expected: u64,
    /// Bytes of the events to append. None = only the expectation is checked.
    pub bodies: Vec<Box<[u8]>>,
}

/// Appends to several streams that happen together or not at all.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    /// Each stream at most once.
    pub streams: Vec<StreamAppend>,
}

impl Commit {
    /// How many events it holds.
    pub fn events(&self) -> usize {
        self.streams.iter().map(|part| part.bodies.len()).sum()
    }

    /// Checks the limits that every engine keeps.
    ///
    /// # Errors
    /// [`AppendError::Shape`].
    pub fn check_shape(&self) -> Result<(), AppendError> {
        let bytes: usize = self.streams.iter().flat_map(|part| &part.bodies).map(|b| b.len()).sum();
        let fits = (1..=COMMIT_EVENTS_MAX).contains(&self.events())
            && self.streams.len() <= COMMIT_EVENTS_MAX
            && bytes <= COMMIT_BYTES_MAX;
        let mut names = HashSet::new();
        let once = match self.streams.as_slice() {
            [] | [_] => true,
            [one, other] => one.stream != other.stream,
            many => many.iter().all(|part| names.insert(&part.stream)),
        };
        if fits && once { Ok(()) } else { Err(AppendError::Shape) }
    }
}

/// Why an append did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// A stream holds another number of events than expected. Nothing was appended.
    #[error("stream {stream} holds {actual} events")]
    Conflict {
        /// The first such stream.
        stream: StreamName,
        /// What it holds.
        actual: u64,
    },
    /// No events, more events, streams or bytes than a commit may have, or a stream twice.
    #[error(
        "a commit has 1 to {COMMIT_EVENTS_MAX} events of {COMMIT_BYTES_MAX} bytes in all, each \
         stream once"
    )]
    Shape,
    /// The queue of the writer is full: try again.
    #[error("the log is overloaded")]
    Overloaded,
    /// The engine failed; whether the commit happened is not known.
    #[error("the log failed")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a read failed.
#[derive(Debug, thiserror::Error)]
#[error("the log cannot be read")]
pub struct ReadError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// What an engine can and cannot do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Whether a commit over several streams happens as one.
    pub atomic_commits: bool,
}

/// A log.
pub trait Engine: Send + Sync + 'static {
    /// Name for logs and metrics.
    fn name(&self) -> &'static str;

    /// What this engine can do.
    fn capabilities(&self) -> Capabilities;

    /// Appends and answers with the position of the last event, once it is durable.
    fn append(&self, commit: Commit) -> EngineFuture<'_, Result<u64, AppendError>>;

    /// Events of a stream in order, from a revision on, at most `max` (and [`READ_EVENTS_MAX`]).
    /// An empty answer means that there are no more.
    fn read_stream<'a>(
        &'a self,
        stream: &'a StreamName,
        from_revision: u64,
        max: usize,
    ) -> EngineFuture<'a, Result<Vec<StoredEvent>, ReadError>>;

    /// Events after a position in order, at most `max` (and [`READ_EVENTS_MAX`]). An empty answer
    /// means that there are no more.
    fn read_all(
        &self,
        after: u64,
        max: usize,
    ) -> EngineFuture<'_, Result<Vec<StoredEvent>, ReadError>>;

    /// Position of the last durable event; changes wake the receiver. 0 = the log is empty.
    fn head(&self) -> watch::Receiver<u64>;
}
