//! Why the way from a command to durable events ends early.
//!
//! The errors nest: an error type of a handler that is `From<ExecuteError<R>>` and `From<LogError>`
//! can be used inside [`crate::Log::transact`] with `?`.

use domain::Refusal;
use events::{EnvelopeError, StreamName};

use crate::{
    keys::KeyError,
    port::{AppendError, ReadError},
};

/// The machinery of the log failed.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Too much waits already: try again.
    #[error("the log is overloaded")]
    Overloaded,
    /// The engine did not append; whether it happened may be unknown.
    #[error("the events could not be appended")]
    Append(#[source] AppendError),
    /// The engine did not read.
    #[error("the events could not be read")]
    Read(#[source] ReadError),
    /// An event in the log cannot be opened.
    #[error("event {position} cannot be opened")]
    Open {
        /// Where it stands.
        position: u64,
        /// Why.
        #[source]
        source: EnvelopeError,
    },
    /// An event cannot be written.
    #[error("an event of {stream} cannot be written")]
    Write {
        /// Where it belongs.
        stream: StreamName,
        /// Why.
        #[source]
        source: EnvelopeError,
    },
    /// A key could not be had, or the subject was forgotten.
    #[error("the data keys failed")]
    Key(#[source] KeyError),
    /// Two deciders with different states share a stream: a mistake in the program.
    #[error("two deciders share stream {0}")]
    TwoDeciders(StreamName),
    /// The task that appended is gone: the process is ending.
    #[error("the append was broken off")]
    BrokenOff,
}

impl From<KeyError> for LogError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Overloaded => Self::Overloaded,
            KeyError::Forgotten(_)
            | KeyError::Missing(_)
            | KeyError::Unwrap(_)
            | KeyError::Store(_) => Self::Key(error),
        }
    }
}

impl LogError {
    /// Whether the subject of an event was forgotten, so that nothing can be written about it.
    pub fn is_forgotten(&self) -> bool {
        matches!(self, Self::Key(KeyError::Forgotten(_)))
    }
}

/// Why a command led to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError<R: Refusal> {
    /// A rule's no.
    #[error(transparent)]
    Refused(R),
    /// Others were quicker each time: try again.
    #[error("others kept changing the same thing")]
    Contended,
    /// The machinery failed.
    #[error(transparent)]
    Log(LogError),
}

impl<R: Refusal> From<LogError> for ExecuteError<R> {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

/// Why a piece of work led to nothing.
#[derive(Debug, thiserror::Error)]
pub enum TransactError<E> {
    /// The work itself said no; nothing was appended.
    #[error(transparent)]
    Work(E),
    /// Others were quicker each time: try again.
    #[error("others kept changing the same thing")]
    Contended,
    /// The machinery failed.
    #[error(transparent)]
    Log(LogError),
}

impl<R: Refusal> From<TransactError<ExecuteError<R>>> for ExecuteError<R> {
    fn from(error: TransactError<Self>) -> Self {
        match error {
            TransactError::Work(error) => error,
            TransactError::Contended => Self::Contended,
            TransactError::Log(error) => Self::Log(error),
        }
    }
}
