//! The log as the views see it: a source of opened events for their threads.

use std::time::Duration;

use events::Recorded;
use projections::{Source, SourceError};
use store::Log;
use tokio::runtime::Handle;

/// A log that plain threads can read.
pub(crate) struct LogSource {
    log: Log,
    runtime: Handle,
}

impl LogSource {
    /// Reads on the current runtime.
    pub(crate) fn new(log: Log, runtime: Handle) -> Self {
        Self { log, runtime }
    }
}

impl Source for LogSource {
    fn read(&self, after: u64, max: usize) -> Result<Vec<Recorded>, SourceError> {
        let read = self.runtime.block_on(self.log.read(after, max));
        read.map_err(|error| SourceError(Box::new(error)))
    }

    fn head(&self) -> u64 {
        *self.log.head().borrow()
    }

    fn wait(&self, beyond: u64, timeout: Duration) {
        let mut head = self.log.head();
        self.runtime.block_on(async {
            let reached = head.wait_for(|position| *position > beyond);
            // The log's end and the timeout look alike: the caller asks again.
            let _ = tokio::time::timeout(timeout, reached).await;
        });
    }
}
