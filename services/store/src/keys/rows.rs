//! The rows of the key store as they are read: from the file, or from memory in tests.

use std::{collections::HashMap, path::Path};

use crypto::sealing::MasterKey;
use events::StreamName;
use rusqlite::{Connection, OptionalExtension};

use super::{FIRST, KeyError, KeyStoreError, NewKey, file};
use crate::embedded::{OpenError, schema};

const FIND: &str =
    "SELECT number, wrapped FROM keys WHERE subject = ?1 ORDER BY number DESC LIMIT 1";

/// What a row says.
pub(super) enum Row {
    /// Number and wrapped key.
    Wrapped(u32, Vec<u8>),
    Forgotten,
}

pub(super) enum Rows {
    File(Connection),
    Memory(HashMap<StreamName, Row>),
}

/// Whether a key was created.
#[derive(Clone, Copy)]
pub(super) enum Settled {
    Created,
    /// There was a row before.
    Kept,
}

/// Writing was asked of a store that was opened for reading.
#[derive(Debug, thiserror::Error)]
#[error("the key store was opened for reading only")]
struct ReadOnly;

pub(super) fn failed(error: impl std::error::Error + Send + Sync + 'static) -> KeyError {
    KeyError::Store(Box::new(error))
}

impl Rows {
    pub(super) fn read_only(path: &Path, master: &MasterKey) -> Result<Self, KeyStoreError> {
        let open = || -> Result<Connection, OpenError> {
            let connection = schema::open_query_only(path)?;
            match schema::check_schema(&connection, file::SCHEMA)? {
                true => Err(OpenError::Schema(0)),
                false => Ok(connection),
            }
        };
        let connection = open().map_err(KeyStoreError::Open)?;
        file::check_master(&connection, master)?;
        Ok(Self::File(connection))
    }

    pub(super) fn find(&self, subject: &StreamName) -> Result<Option<Row>, KeyError> {
        match self {
            Self::File(connection) => find_in(connection, subject).map_err(failed),
            Self::Memory(rows) => Ok(rows.get(subject).map(|row| match row {
                Row::Wrapped(number, wrapped) => Row::Wrapped(*number, wrapped.clone()),
                Row::Forgotten => Row::Forgotten,
            })),
        }
    }

    pub(super) fn create_in_memory(&mut self, new: &NewKey) -> Result<Settled, KeyError> {
        let Self::Memory(rows) = self else { return Err(failed(ReadOnly)) };
        if rows.contains_key(&new.subject) {
            return Ok(Settled::Kept);
        }
        rows.insert(new.subject.clone(), Row::Wrapped(FIRST, new.wrapped.clone()));
        Ok(Settled::Created)
    }

    pub(super) fn forget_in_memory(&mut self, subject: &StreamName) -> Result<(), KeyError> {
        let Self::Memory(rows) = self else { return Err(failed(ReadOnly)) };
        rows.insert(subject.clone(), Row::Forgotten);
        Ok(())
    }
}

/// The newest row of a subject.
pub(super) fn find_in(
    connection: &Connection,
    subject: &StreamName,
) -> rusqlite::Result<Option<Row>> {
    let read = |row: &rusqlite::Row<'_>| {
        let wrapped: Option<Vec<u8>> = row.get(1)?;
        let number = row.get(0)?;
        Ok(wrapped.map_or(Row::Forgotten, |wrapped| Row::Wrapped(number, wrapped)))
    };
    connection.prepare_cached(FIND)?.query_row((subject.as_str(),), read).optional()
}
