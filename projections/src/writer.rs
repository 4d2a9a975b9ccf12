//! The writing end of a view: applies batches, each in one transaction with the checkpoint.

use std::sync::Arc;

use events::Recorded;
use rusqlite::Connection;

use crate::{
    Rows, Stop, ViewError,
    catalogue::{Fold, Interest},
    column,
    file::{self, ViewFile},
};

/// Most events between two stored checkpoints of a view that no event concerned.
const CHECKPOINT_EVENTS_MAX: u64 = 10_000;
/// Memory for pages (in KiB) and length of the write-ahead log (in pages) while a long way is ahead,
/// and while the writer follows the log.
const BUILDING: &str = "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8000;";
const FOLLOWING: &str =
    "PRAGMA cache_size = -2048; PRAGMA wal_autocheckpoint = 4000; PRAGMA shrink_memory;";

const STORE: &str = "UPDATE checkpoint SET position = ?, changed = ?, is_built = ?";

/// Events that were read and decoded once for all views.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) events: Vec<Recorded>,
    pub(crate) interest: Interest,
}

impl Batch {
    pub(crate) fn new(events: Vec<Recorded>) -> Self {
        let interest = events.iter().map(|recorded| recorded.event.category()).collect();
        Self { events, interest }
    }

    /// Position of the last event.
    pub(crate) fn end(&self) -> u64 {
        self.events.last().map_or(0, |last| last.position)
    }
}

/// The writing end of a view. Dropped without [`Writer::store`] it loses at most moves over events
/// that did not concern it.
pub(crate) struct Writer {
    pub(crate) fold: Arc<dyn Fold>,
    pub(crate) file: Arc<ViewFile>,
    connection: Connection,
    interest: Interest,
    /// Every event up to here is folded in.
    pub(crate) position: u64,
    /// The last event that the fold looked at.
    pub(crate) changed: u64,
    /// The position that is in the file.
    stored: u64,
    pub(crate) is_built: bool,
    /// Events after this position are left alone.
    pub(crate) limit: u64,
}

enum Failure {
    /// The fold refused the event at this index.
    Event(usize, ViewError),
    /// The transaction itself failed.
    Transaction(ViewError),
}

impl Writer {
    /// Opens or makes the file.
    pub(crate) fn open(fold: Arc<dyn Fold>, file: Arc<ViewFile>) -> rusqlite::Result<Self> {
        let connection = file::open_writer(&file.path, fold.schema())?;
        let checkpoint = file::read_checkpoint(&connection)?;
        Ok(Self {
            interest: fold.interest(),
            fold,
            file,
            connection,
            position: checkpoint.position,
            changed: checkpoint.changed,
            stored: checkpoint.position,
            is_built: checkpoint.is_built,
            limit: u64::MAX,
        })
    }

    /// Folds the events of a batch that come after the position. Upon a failure the events before
    /// the failing one stay folded in.
    pub(crate) fn apply(&mut self, batch: &Batch) -> Result<(), Stop> {
        let from = batch.events.partition_point(|recorded| recorded.position <= self.position);
        let to = batch.events.partition_point(|recorded| recorded.position <= self.limit);
        let events = batch.events.get(from..to).unwrap_or_default();
        let Some(last) = events.last() else { return Ok(()) };
        if !self.interest.meets(batch.interest) {
            self.position = last.position;
            if self.position - self.stored < CHECKPOINT_EVENTS_MAX {
                return Ok(());
            }
            return self.store().map_err(|error| stop(last, &error));
        }
        match self.commit(events) {
            Ok(()) => Ok(()),
            Err(Failure::Transaction(error)) => Err(stop(last, &error)),
            Err(Failure::Event(index, error)) => {
                if let (Some(good), Some(failing)) = (events.get(..index), events.get(index)) {
                    if !good.is_empty()
                        && let Err(Failure::Transaction(again) | Failure::Event(_, again)) =
                            self.commit(good)
                    {
                        return Err(stop(failing, &again));
                    }
                    return Err(stop(failing, &error));
                }
                Err(stop(last, &error))
            }
        }
    }

    fn commit(&mut self, events: &[Recorded]) -> Result<(), Failure> {
        let sql = |error: rusqlite::Error| Failure::Transaction(error.into());
        let transaction = self.connection.transaction().map_err(sql)?;
        let rows = Rows::new(&transaction);
        let mut changed = self.changed;
        for (index, recorded) in events.iter().enumerate() {
            if self.interest.holds(recorded.event.category()) {
                self.fold.fold(recorded, &rows).map_err(|error| Failure::Event(index, error))?;
                changed = recorded.position;
            }
        }
        let position = events.last().map_or(self.position, |last| last.position);
        let values = (column::integer(position), column::integer(changed), self.is_built);
        rows.execute(STORE, values).map_err(Failure::Transaction)?;
        transaction.commit().map_err(sql)?;
        (self.position, self.changed, self.stored) = (position, changed, position);
        Ok(())
    }

    /// Stores the checkpoint as it stands.
    pub(crate) fn store(&mut self) -> Result<(), ViewError> {
        let values = (column::integer(self.position), column::integer(self.changed), self.is_built);
        self.connection.prepare_cached(STORE)?.execute(values)?;
        self.stored = self.position;
        Ok(())
    }

    /// Takes more memory while a long way is ahead.
    pub(crate) fn widen(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch(BUILDING)
    }

    /// Makes the indexes that the fold does not need, unless they are there.
    pub(crate) fn index(&mut self) -> rusqlite::Result<()> {
        if self.is_built || self.fold.indexes().is_empty() {
            return Ok(());
        }
        file::index(&mut self.connection, self.fold.indexes())
    }

    /// Gives memory back; the file counts as built from here on.
    pub(crate) fn settle(&mut self) -> Result<(), ViewError> {
        self.index()?;
        self.is_built = true;
        self.store()?;
        self.connection.execute_batch(FOLLOWING)?;
        Ok(())
    }
}

fn stop(recorded: &Recorded, error: &ViewError) -> Stop {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    Stop {
        position: recorded.position,
        event_id: recorded.id,
        event_type: recorded.event_type.clone(),
        error: text,
    }
}
