//! The SQLite file of a view: how it is opened for the fold and for queries, and its checkpoint.
//!
//! A file can be thrown away, so it is never flushed to the disk (`synchronous=OFF`); deleted
//! values are overwritten (`secure_delete`), because they may be personal.

use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use crate::{column, folder, planner};

/// Most idle connections for queries of one file.
const IDLE_CONNECTIONS_MAX: usize = 4;
/// Most prepared statements kept by a connection.
const STATEMENTS_MAX: usize = 64;

const WRITER: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = OFF;
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA wal_autocheckpoint = 4000;
";
const READER: &str = "
    PRAGMA query_only = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -1024;
";
const CHECKPOINT_SCHEMA: &str = "
    CREATE TABLE checkpoint (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        position INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        is_built INTEGER NOT NULL
    );
    INSERT INTO checkpoint VALUES (1, 0, 0, 0);
";

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    /// Every event up to here is folded in.
    pub(crate) position: u64,
    /// The last event that the fold looked at.
    pub(crate) changed: u64,
    /// Whether it once reached the head of the log.
    pub(crate) is_built: bool,
}

/// Reads the checkpoint of an open file.
pub(crate) fn read_checkpoint(connection: &Connection) -> rusqlite::Result<Checkpoint> {
    connection.query_row("SELECT position, changed, is_built FROM checkpoint", (), |row| {
        Ok(Checkpoint {
            position: column::natural(row, 0)?,
            changed: column::natural(row, 1)?,
            is_built: row.get(2)?,
        })
    })
}

/// Reads the checkpoint of a file.
pub(crate) fn checkpoint(path: &Path) -> rusqlite::Result<Checkpoint> {
    read_checkpoint(&open_reader(path)?)
}

/// Has each statement planned once: by its own rule SQLite would plan some of them again for every
/// value, which costs more than most of our queries.
fn plan_once(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// Opens a file for the fold; makes it if it is not there.
pub(crate) fn open_writer(path: &Path, schema: &str) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open(path)?;
    plan_once(&connection)?;
    connection.execute_batch(WRITER)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    let transaction = connection.transaction()?;
    let tables: i64 = transaction.query_row(
        "SELECT count(*) FROM sqlite_master WHERE name = 'checkpoint'",
        (),
        |row| row.get(0),
    )?;
    if tables == 0 {
        transaction.execute_batch(schema)?;
        transaction.execute_batch(CHECKPOINT_SCHEMA)?;
        planner::prepare(&transaction)?;
        planner::inform(&transaction)?;
    }
    transaction.commit()?;
    Ok(connection)
}

/// Makes indexes of tables that may be large; sorts on the disk, in memory only if that fails.
pub(crate) fn index(connection: &mut Connection, indexes: &str) -> rusqlite::Result<()> {
    let attempt = |connection: &mut Connection, place: &str| {
        connection.pragma_update(None, "temp_store", place)?;
        let transaction = connection.transaction()?;
        transaction.execute_batch(indexes)?;
        planner::inform(&transaction)?;
        transaction.commit()
    };
    let on_disk = attempt(connection, "FILE");
    on_disk.or_else(|_full| attempt(connection, "MEMORY"))?;
    connection.pragma_update(None, "temp_store", "MEMORY")
}

/// Opens a file for queries.
pub(crate) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    // A reader of a WAL file shares its index, so the file is opened for writing and forbidden to.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    plan_once(&connection)?;
    connection.execute_batch(READER)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(connection)
}

/// A file with its idle connections for queries. Dropped when nobody uses it any more; then it is
/// deleted if it is of no more use.
#[derive(Debug)]
pub(crate) struct ViewFile {
    pub(crate) path: PathBuf,
    pub(crate) version: u32,
    idle: Mutex<Vec<Connection>>,
    is_obsolete: AtomicBool,
}

impl ViewFile {
    pub(crate) fn new(path: PathBuf, version: u32) -> Self {
        Self { path, version, idle: Mutex::default(), is_obsolete: AtomicBool::new(false) }
    }

    /// Runs a query on an idle connection, or on a new one.
    pub(crate) fn query<T>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open_reader(&self.path)?,
        };
        let answer = query(&connection);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_CONNECTIONS_MAX {
            idle.push(connection);
        }
        answer
    }

    /// Empties the write-ahead log, so that what was overwritten is nowhere any more. Answers
    /// whether it is empty: a reader may have been in the way.
    pub(crate) fn truncate_wal(&self) -> rusqlite::Result<bool> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA secure_delete = ON;")?;
        let busy: i64 =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0))?;
        Ok(busy == 0)
    }

    /// Has the file deleted as soon as nobody uses it.
    pub(crate) fn retire(&self) {
        self.is_obsolete.store(true, Ordering::Release);
    }
}

impl Drop for ViewFile {
    fn drop(&mut self) {
        self.idle.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
        if self.is_obsolete.load(Ordering::Acquire)
            && let Err(error) = folder::remove(&self.path)
        {
            tracing::warn!(path = %self.path.display(), %error, "old view file not deleted");
        }
    }
}
