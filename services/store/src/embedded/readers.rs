//! Reading the embedded log: a few connections that wait in a pool.
//!
//! A read runs where it is called: it takes microseconds, a full batch of small events one or two
//! milliseconds.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use events::{StoredEvent, StreamName};
use rusqlite::{CachedStatement, Connection, Params};

use super::schema::{self, OpenError};
use crate::port::{READ_EVENTS_MAX, ReadError};

/// Connections that wait; more are opened when more are needed at once, and closed afterwards.
const IDLE_MAX: usize = 4;

const STREAM: &str = "SELECT position, body FROM events \
     WHERE stream = ?1 AND revision >= ?2 ORDER BY revision LIMIT ?3";
const ALL: &str =
    "SELECT position, body FROM events WHERE position > ?1 ORDER BY position LIMIT ?2";

pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        let first = schema::reader(path)?;
        Ok(Self { path: path.to_owned(), idle: Mutex::new(vec![first]) })
    }

    pub(super) fn stream(
        &self,
        stream: &StreamName,
        from: u64,
        max: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let Ok(from) = i64::try_from(from) else { return Ok(Vec::new()) };
        self.with(|connection| {
            let statement = connection.prepare_cached(STREAM)?;
            collect(statement, (stream.as_str(), from, limit(max)))
        })
    }

    pub(super) fn all(&self, after: u64, max: usize) -> Result<Vec<StoredEvent>, ReadError> {
        let Ok(after) = i64::try_from(after) else { return Ok(Vec::new()) };
        self.with(|connection| {
            let statement = connection.prepare_cached(ALL)?;
            collect(statement, (after, limit(max)))
        })
    }

    pub(super) fn last_position(&self) -> Result<u64, ReadError> {
        self.with(|connection| Ok(schema::last_position(connection)?.unsigned_abs()))
    }

    /// Closes what waits, so that the writer is the last to leave and removes the write-ahead log.
    pub(super) fn close(&mut self) {
        self.idle.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, OpenError>,
    ) -> Result<T, ReadError> {
        let waiting = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let outcome = match waiting {
            Some(connection) => Ok(connection),
            None => schema::reader(&self.path),
        }
        .and_then(|connection| Ok((read(&connection)?, connection)));
        // A connection that failed is closed instead of parked.
        let (answer, connection) = outcome.map_err(|error| ReadError(Box::new(error)))?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
        Ok(answer)
    }
}

fn limit(max: usize) -> i64 {
    i64::try_from(max.min(READ_EVENTS_MAX)).unwrap_or(0)
}

fn collect(
    mut statement: CachedStatement<'_>,
    parameters: impl Params,
) -> Result<Vec<StoredEvent>, OpenError> {
    let mut rows = statement.query(parameters)?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let position = row.get::<_, i64>(0)?.unsigned_abs();
        events.push(StoredEvent { position, body: body.into() });
    }
    Ok(events)
}
