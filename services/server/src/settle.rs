//! You read what you wrote: an answer waits, for a bounded time, until the views have folded it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Longest wait for a view.
pub(crate) const WAIT_MAX: Duration = Duration::from_secs(5);

/// The views did not reach a position in time.
#[derive(Debug, thiserror::Error)]
#[error("the views have not reached position {position}")]
pub struct Unsettled {
    /// Where they should be.
    pub position: u64,
    /// Why not.
    #[source]
    pub cause: projections::WaitError,
}

/// The last position that a request wrote; the answer names it in `Evident-Position`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written(Arc<AtomicU64>);

impl Written {
    /// A commit of this request ended at `position`.
    pub(crate) fn note(&self, position: u64) {
        self.0.fetch_max(position, Ordering::Relaxed);
    }

    /// Where the last commit of this request ended.
    pub(crate) fn position(&self) -> Option<u64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|position| *position > 0)
    }
}
