//! The log of one machine: a SQLite file with one writer that commits in groups.
//!
//! An append is acknowledged when its transaction was flushed to the disk. Positions are given by
//! the writer alone, from the last durable one on, so none is skipped or used twice. Two processes
//! must not open one file for writing: see [`crate::DataFolder`].

mod heads;
mod readers;
pub(crate) mod schema;
mod tail;
pub(crate) mod writer;

use std::{
    path::Path,
    sync::Arc,
    thread::{self, JoinHandle},
};

use events::{StoredEvent, StreamName};
use tokio::sync::{
    mpsc::{self, error::TrySendError},
    oneshot, watch,
};

use self::{
    readers::Readers,
    tail::Tail,
    writer::{Closed, Request, Writer},
};
use crate::port::{
    AppendError, Capabilities, Commit, Engine, EngineFuture, READ_EVENTS_MAX, ReadError,
};

pub use self::schema::OpenError;

/// Commits that may wait for the writer; one more is [`AppendError::Overloaded`].
pub const QUEUE_COMMITS_MAX: usize = 8_192;

/// The embedded log. Dropping it writes what still waits and closes the file.
pub struct Embedded {
    requests: Option<mpsc::Sender<Request>>,
    writer: Option<JoinHandle<()>>,
    readers: Readers,
    tail: Arc<Tail>,
    head: watch::Sender<u64>,
}

/// An append to a log that was opened for reading.
#[derive(Debug, thiserror::Error)]
#[error("the log was opened for reading only")]
struct ReadOnly;

impl Embedded {
    /// Opens the log in `path`, or creates it.
    ///
    /// # Errors
    /// [`OpenError`] if the file is no log of this version or the disk says no.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let connection = schema::writer(path)?;
        let last = schema::last_position(&connection)?;
        let readers = Readers::open(path)?;
        let head = watch::Sender::new(last.unsigned_abs());
        let (requests, queue) = mpsc::channel(QUEUE_COMMITS_MAX);
        let tail = Arc::new(Tail::default());
        let writer = Writer::new(connection, last, Arc::clone(&tail), head.clone());
        let writer = thread::Builder::new()
            .name("log-writer".to_owned())
            .spawn(move || writer.run(queue))
            .map_err(OpenError::Create)?;
        Ok(Self { requests: Some(requests), writer: Some(writer), readers, tail, head })
    }

    /// Opens the log for reading, also while another process writes it. The head moves only by
    /// [`Embedded::refresh`].
    ///
    /// # Errors
    /// [`OpenError`] if there is no log of this version.
    pub fn open_read_only(path: &Path) -> Result<Self, OpenError> {
        let readers = Readers::open(path)?;
        let head = watch::Sender::new(0);
        let engine = Self { requests: None, writer: None, readers, tail: Arc::default(), head };
        let _ = engine.refresh();
        Ok(engine)
    }

    /// Looks for what another process appended and tells the receivers of the head.
    ///
    /// # Errors
    /// [`ReadError`] if the file cannot be read.
    pub fn refresh(&self) -> Result<u64, ReadError> {
        let last = self.readers.last_position()?;
        self.head.send_if_modified(|head| {
            let moved = last > *head;
            *head = last.max(*head);
            moved
        });
        Ok(last)
    }

    async fn enqueue(&self, commit: Commit) -> Result<u64, AppendError> {
        commit.check_shape()?;
        let Some(requests) = &self.requests else {
            return Err(AppendError::Engine(Box::new(ReadOnly)));
        };
        let (answer, outcome) = oneshot::channel();
        requests.try_send(Request { commit, answer }).map_err(|error| match error {
            TrySendError::Full(_) => AppendError::Overloaded,
            TrySendError::Closed(_) => AppendError::Engine(Box::new(Closed)),
        })?;
        outcome.await.unwrap_or_else(|_| Err(AppendError::Engine(Box::new(Closed))))
    }
}

impl Engine for Embedded {
    fn name(&self) -> &'static str {
        "embedded"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { atomic_commits: true }
    }

    fn append(&self, commit: Commit) -> EngineFuture<'_, Result<u64, AppendError>> {
        Box::pin(self.enqueue(commit))
    }

    fn read_stream<'a>(
        &'a self,
        stream: &'a StreamName,
        from_revision: u64,
        max: usize,
    ) -> EngineFuture<'a, Result<Vec<StoredEvent>, ReadError>> {
        Box::pin(async move { self.readers.stream(stream, from_revision, max) })
    }

    fn read_all(
        &self,
        after: u64,
        max: usize,
    ) -> EngineFuture<'_, Result<Vec<StoredEvent>, ReadError>> {
        Box::pin(async move {
            match self.tail.after(after, max.min(READ_EVENTS_MAX)) {
                Some(events) => Ok(events),
                None => self.readers.all(after, max),
            }
        })
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.readers.close();
        // Without a sender the writer serves what is queued and ends.
        self.requests = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}
