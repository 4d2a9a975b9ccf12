//! What every refusal can say about itself.

use std::convert::Infallible;

/// A rule's no.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// Stable code on the wire, for instance `user.username_already_in_use`.
    fn code(&self) -> &'static str;

    /// What sort of no it is; the server turns it into a status in one place.
    fn kind(&self) -> Kind;
}

/// Sorts of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request contradicts itself (400).
    Invalid,
    /// Whoever asks may not (401).
    Unauthenticated,
    /// Whoever asks may not do this (403).
    Forbidden,
    /// The thing is not there (404).
    Absent,
    /// Somebody else holds what is asked for (409).
    Conflict,
    /// The state of things speaks against it (422).
    Unprocessable,
}

/// The refusal of rules that never say no.
impl Refusal for Infallible {
    fn code(&self) -> &'static str {
        match *self {}
    }

    fn kind(&self) -> Kind {
        match *self {}
    }
}
