//! Where a runner gets its events: the log, as seen from here.

use std::time::Duration;

use events::Recorded;

/// The log cannot be read, or holds an event that cannot be decoded.
#[derive(Debug, thiserror::Error)]
#[error("the log cannot be read")]
pub struct SourceError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Opened events in the order of the log. All calls may block: they are made on plain threads.
pub trait Source: Send + Sync + 'static {
    /// The events after a position, in order and without gaps, at most `max`; empty = none yet.
    ///
    /// # Errors
    /// [`SourceError`]; the caller tries again.
    fn read(&self, after: u64, max: usize) -> Result<Vec<Recorded>, SourceError>;

    /// Position of the last durable event; 0 = none.
    fn head(&self) -> u64;

    /// Returns once `head() > beyond`, or after `timeout`.
    fn wait(&self, beyond: u64, timeout: Duration);
}
