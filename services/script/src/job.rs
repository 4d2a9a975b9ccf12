//! A call of a script, its limits, and what it led to.

use serde::{Deserialize, Serialize};

/// One call of one script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// JavaScript that defines the function.
    pub source: String,
    /// Name of the function.
    pub function: String,
    /// The argument: a JSON object. The member `api` is added to it.
    pub argument: String,
    /// What the call may use.
    pub limits: Limits,
}

/// What a call may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Real time, from the first line of the script to its result.
    pub time_millis: u64,
    /// Heap, in bytes.
    pub heap_bytes: usize,
    /// JSON text of the result, in bytes.
    pub result_bytes: usize,
}

/// What a call led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// JSON text of what the function returned; an object.
    Returned(String),
    /// The script called `api.denyAccess`, with this message or none.
    Denied(Option<String>),
    /// There is no result.
    Failed(Failure),
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// In one word.
    pub kind: FailureKind,
    /// For the author of the script; at most `MESSAGE_CHARS_MAX` characters.
    pub message: String,
}

/// Why there is no result, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FailureKind {
    /// It threw, or could not be read.
    Threw,
    /// It used up its time.
    TimedOut,
    /// It used up its heap.
    OutOfMemory,
    /// It waits for what never comes.
    NeverSettled,
    /// It defines no such function.
    NoFunction,
    /// It returned what is no object, or what JSON cannot say.
    NotAnObject,
    /// Its result is too long.
    TooLarge,
    /// Its process died.
    Died,
}

/// Longest message that a script can leave behind, in characters.
pub(crate) const MESSAGE_CHARS_MAX: usize = 512;

impl Failure {
    /// A kind and what to tell.
    pub(crate) fn new(kind: FailureKind, message: &str) -> Self {
        Self { kind, message: cut(message) }
    }
}

/// The beginning of a text that a script made.
pub(crate) fn cut(message: &str) -> String {
    message.chars().take(MESSAGE_CHARS_MAX).collect()
}
