//! The file of the key store and the one thread that writes it, in groups like the log's.
//!
//! Deleted bytes are overwritten (`secure_delete`), and after a key was forgotten the write-ahead
//! log is emptied: its older pages hold the key too.

use std::{
    path::Path,
    sync::Arc,
    thread::{self, JoinHandle},
};

use crypto::{
    Random,
    sealing::{DataKey, MasterKey},
};
use events::StreamName;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{
    mpsc::{self, error::TrySendError},
    oneshot,
};

use super::{FIRST, KeyError, KeyState, KeyStoreError, NewKey, Shared, rows};
use crate::embedded::{
    OpenError, schema,
    writer::{CROWD_COMMITS, GATHER},
};

pub(super) use super::rows::Settled;

/// Number of this schema, kept in the file.
pub(super) const SCHEMA: i64 = 1;
/// Requests that may wait; one more is [`KeyError::Overloaded`].
const QUEUE_MAX: usize = 8_192;
/// Most requests in one transaction.
const GROUP_MAX: usize = 256;
/// What the proof of the master key is bound to.
const PROOF: &[u8] = b"evident/key-store";

const CREATE: &str = "
CREATE TABLE IF NOT EXISTS keys (
    subject TEXT NOT NULL,
    number INTEGER NOT NULL,
    wrapped BLOB,
    PRIMARY KEY (subject, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS master (id INTEGER PRIMARY KEY CHECK (id = 1), proof BLOB NOT NULL) STRICT;
PRAGMA user_version = 1;";

const SETTINGS: &str = "
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
PRAGMA wal_autocheckpoint = 4000;";

const INSERT: &str = "INSERT INTO keys (subject, number, wrapped) VALUES (?1, ?2, ?3)";
const FORGET: &str = "UPDATE keys SET wrapped = NULL WHERE subject = ?1";

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error("the key store is closed")]
    Closed,
    #[error("a reader keeps the destroyed key in the write-ahead log: forget it again")]
    Busy,
    #[error("the file failed")]
    Sqlite(#[source] Arc<rusqlite::Error>),
}

enum Request {
    Create(Vec<NewKey>, oneshot::Sender<Result<Vec<(StreamName, Settled)>, KeyError>>),
    Forget(Vec<StreamName>, oneshot::Sender<Result<(), KeyError>>),
}

/// The way to the thread. Dropping it writes what still waits.
pub(super) struct KeyFile {
    requests: Option<mpsc::Sender<Request>>,
    writer: Option<JoinHandle<()>>,
}

/// The connection that writes; creates the file if there is none.
pub(super) fn open(
    path: &Path,
    master: &MasterKey,
    random: &Random,
) -> Result<Connection, KeyStoreError> {
    let prepare = || -> Result<Connection, OpenError> {
        let mut connection = schema::open_wal(path)?;
        connection.execute_batch(SETTINGS)?;
        if schema::check_schema(&connection, SCHEMA)? {
            let proof = master.wrap(random, PROOF, &DataKey::generate(random));
            let transaction = connection.transaction()?;
            transaction.execute_batch(CREATE)?;
            transaction.execute("INSERT INTO master (id, proof) VALUES (1, ?1)", (proof,))?;
            transaction.commit()?;
        }
        Ok(connection)
    };
    let connection = prepare().map_err(KeyStoreError::Open)?;
    check_master(&connection, master)?;
    Ok(connection)
}

/// Refuses a master key that did not wrap the keys of this file.
pub(super) fn check_master(
    connection: &Connection,
    master: &MasterKey,
) -> Result<(), KeyStoreError> {
    let proof: Vec<u8> = connection
        .query_row("SELECT proof FROM master", [], |row| row.get(0))
        .map_err(|error| KeyStoreError::Open(error.into()))?;
    master.unwrap(PROOF, &proof).map(drop).map_err(KeyStoreError::Master)
}

impl KeyFile {
    pub(super) fn start(connection: Connection, shared: Arc<Shared>) -> Result<Self, OpenError> {
        let (requests, queue) = mpsc::channel(QUEUE_MAX);
        let writer = Writer { connection, shared, closed: false };
        let writer = thread::Builder::new()
            .name("key-writer".to_owned())
            .spawn(move || writer.run(queue))
            .map_err(OpenError::Create)?;
        Ok(Self { requests: Some(requests), writer: Some(writer) })
    }

    pub(super) async fn create(
        &self,
        keys: Vec<NewKey>,
    ) -> Result<Vec<(StreamName, Settled)>, KeyError> {
        self.ask(|answer| Request::Create(keys, answer)).await
    }

    pub(super) async fn forget(&self, subjects: Vec<StreamName>) -> Result<(), KeyError> {
        self.ask(|answer| Request::Forget(subjects, answer)).await
    }

    async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<Result<T, KeyError>>) -> Request,
    ) -> Result<T, KeyError> {
        let closed = || rows::failed(FileError::Closed);
        let (answer, outcome) = oneshot::channel();
        let requests = self.requests.as_ref().ok_or_else(closed)?;
        requests.try_send(request(answer)).map_err(|error| match error {
            TrySendError::Full(_) => KeyError::Overloaded,
            TrySendError::Closed(_) => closed(),
        })?;
        outcome.await.unwrap_or_else(|_| Err(closed()))
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

struct Writer {
    connection: Connection,
    shared: Arc<Shared>,
    closed: bool,
}

impl Writer {
    fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut group = Vec::with_capacity(GROUP_MAX);
        let mut crowd = 0;
        while requests.blocking_recv_many(&mut group, GROUP_MAX) > 0 {
            if crowd >= CROWD_COMMITS && group.len() < crowd {
                thread::sleep(GATHER);
                while group.len() < GROUP_MAX
                    && let Ok(next) = requests.try_recv()
                {
                    group.push(next);
                }
            }
            crowd = group.len();
            let outcome = if self.closed { Err(FileError::Closed) } else { self.write(&group) };
            match outcome {
                Ok(settled) => self.answer(group.drain(..), settled),
                Err(error) => refuse(group.drain(..), &error),
            }
        }
        if let Err(error) = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::warn!(%error, "key store not checkpointed at shutdown");
        }
    }

    /// One transaction; tells which keys were created, in the order of the requests.
    fn write(&mut self, group: &[Request]) -> Result<Vec<Settled>, FileError> {
        self.transact(group).map_err(|error| {
            self.closed = !schema::is_passing(&error);
            tracing::error!(%error, closed = self.closed, "keys not written");
            FileError::Sqlite(Arc::new(error))
        })
    }

    fn transact(&mut self, group: &[Request]) -> rusqlite::Result<Vec<Settled>> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut settled = Vec::new();
        for request in group {
            match request {
                Request::Create(keys, _) => {
                    for NewKey { subject, wrapped, .. } in keys {
                        let kept = rows::find_in(&transaction, subject)?.is_some();
                        if !kept {
                            let row = (subject.as_str(), FIRST, wrapped);
                            transaction.prepare_cached(INSERT)?.execute(row)?;
                        }
                        settled.push(if kept { Settled::Kept } else { Settled::Created });
                    }
                }
                Request::Forget(subjects, _) => {
                    for subject in subjects {
                        let changed =
                            transaction.prepare_cached(FORGET)?.execute((subject.as_str(),))?;
                        if changed == 0 {
                            let row = (subject.as_str(), FIRST, None::<Vec<u8>>);
                            transaction.prepare_cached(INSERT)?.execute(row)?;
                        }
                    }
                }
            }
        }
        transaction.commit()?;
        Ok(settled)
    }

    /// Brings the cache up to date in the order of the requests, then answers.
    fn answer(&self, group: impl Iterator<Item = Request>, settled: Vec<Settled>) {
        let mut settled = settled.into_iter();
        // While the rows are locked nobody in this process reads, so the log can be emptied.
        let rows = self.shared.rows();
        let mut emptied = None;
        for request in group {
            match request {
                Request::Create(keys, answer) => {
                    let keys = keys.into_iter().zip(&mut settled).map(|(new, settled)| {
                        if let Settled::Created = settled {
                            let state = KeyState::Open(FIRST, new.key);
                            self.shared.cache.insert(new.subject.clone(), state);
                        }
                        (new.subject, settled)
                    });
                    let _ = answer.send(Ok(keys.collect()));
                }
                Request::Forget(subjects, answer) => {
                    for subject in subjects {
                        self.shared.cache.insert(subject, KeyState::Forgotten);
                    }
                    let emptied = *emptied.get_or_insert_with(|| self.empty_log());
                    let outcome = if emptied { Ok(()) } else { Err(rows::failed(FileError::Busy)) };
                    let _ = answer.send(outcome);
                }
            }
        }
        drop(rows);
    }

    fn empty_log(&self) -> bool {
        let busy = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
        match self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], busy) {
            Ok(busy) => busy == 0,
            Err(error) => {
                tracing::error!(%error, "write-ahead log of the key store not emptied");
                false
            }
        }
    }
}

fn refuse(group: impl Iterator<Item = Request>, error: &FileError) {
    let error = || match error {
        FileError::Closed => rows::failed(FileError::Closed),
        FileError::Busy => rows::failed(FileError::Busy),
        FileError::Sqlite(error) => rows::failed(FileError::Sqlite(Arc::clone(error))),
    };
    for request in group {
        match request {
            Request::Create(_, answer) => drop(answer.send(Err(error()))),
            Request::Forget(_, answer) => drop(answer.send(Err(error()))),
        }
    }
}
