//! The file of the embedded log: its one table, and how connections to it are set up.

use std::{fs::OpenOptions, io, path::Path};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

/// Number of this schema, kept in the file; another number is refused.
const SCHEMA: i64 = 1;

const CREATE: &str = "
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS events_by_stream ON events (stream, revision);
PRAGMA user_version = 1;";

/// Pages of 4 KiB in the write-ahead log before it is moved into the file; 1,000 to 4,000 balance
/// the write rate against the longest pause.
const WRITER: &str = "
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -8192;
PRAGMA temp_store = MEMORY;";

const READER: &str = "
PRAGMA query_only = ON;
PRAGMA cache_size = -2048;";

/// How long a connection waits for another process, for instance a backup, in milliseconds.
const BUSY: std::time::Duration = std::time::Duration::from_millis(5_000);

/// Why a log cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file could not be made, or the writer's thread not started.
    #[error("the file of the log cannot be created")]
    Create(#[source] io::Error),
    /// SQLite says no.
    #[error("the file of the log cannot be opened")]
    Sqlite(#[from] rusqlite::Error),
    /// Written by another version of Evident.
    #[error("the log has schema {0}, this program knows {SCHEMA}")]
    Schema(i64),
    /// The file system cannot do write-ahead logging.
    #[error("the log cannot use a write-ahead log here, only {0:?}")]
    Journal(String),
}

/// Makes the file with mode 0600 if there is none; SQLite gives its companions the same mode.
pub(crate) fn create_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// A connection whose statements are planned once: by its own rule SQLite would plan some of them
/// again for every value.
fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Opens the file for writing with a write-ahead log.
pub(crate) fn open_wal(path: &Path) -> Result<Connection, OpenError> {
    create_private(path).map_err(OpenError::Create)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(path, flags)?;
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode == "wal" { Ok(connection) } else { Err(OpenError::Journal(mode)) }
}

/// Refuses a file whose schema is neither new nor `known`; tells whether it is new.
pub(crate) fn check_schema(connection: &Connection, known: i64) -> Result<bool, OpenError> {
    match connection.query_row("PRAGMA user_version", [], |row| row.get(0))? {
        0 => Ok(true),
        schema if schema == known => Ok(false),
        schema => Err(OpenError::Schema(schema)),
    }
}

/// The connection that writes.
pub(super) fn writer(path: &Path) -> Result<Connection, OpenError> {
    let connection = open_wal(path)?;
    connection.execute_batch(WRITER)?;
    if check_schema(&connection, SCHEMA)? {
        connection.execute_batch(CREATE)?;
    }
    Ok(connection)
}

/// A connection that cannot write.
pub(crate) fn open_query_only(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    open(path, flags)
}

/// A connection that reads the log.
pub(super) fn reader(path: &Path) -> Result<Connection, OpenError> {
    let connection = open_query_only(path)?;
    connection.execute_batch(READER)?;
    match check_schema(&connection, SCHEMA)? {
        true => Err(OpenError::Schema(0)),
        false => Ok(connection),
    }
}

/// Position of the last event in the file.
pub(super) fn last_position(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT COALESCE(MAX(position), 0) FROM events", [], |row| row.get(0))
}

/// Errors after which the file is as it was and the next commit may well succeed.
pub(crate) fn is_passing(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::OutOfMemory
                | ErrorCode::TooBig
                | ErrorCode::ConstraintViolation
        )
    )
}
