//! Deliveries to other systems that survive a restart: each is written down together with the
//! reactor's checkpoint, and struck out once it has arrived.
//!
//! A delivery is made at least once, and always under the same id. Deliveries of one subject are
//! made one after the other, in the order of the log; one that fails is tried again later and later,
//! and given up after so many times.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use events::UnixMillis;
use rusqlite::{Connection, OptionalExtension as _, params};
use tokio::sync::Notify;

/// A delivery is given up after so many failures.
pub(crate) const ATTEMPTS_MAX: u32 = 15;
/// Most deliveries to one receiver at the same time.
const RECEIVER_MAX: u32 = 4;
/// Wait after the first failure; it doubles with each.
const RETRY_MILLIS: i64 = 5_000;
/// Longest wait between two attempts.
const RETRY_MILLIS_MAX: i64 = 3_600_000;
/// Ids of what was delivered or given up are remembered for so long, so that nothing is made twice.
const REMEMBERED_MILLIS: i64 = 30 * 86_400_000;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS checkpoints (
        reactor TEXT PRIMARY KEY,
        position INTEGER NOT NULL
    ) WITHOUT ROWID;
    -- payload: NULL once it was delivered (attempts say how often it failed before) or given up.
    CREATE TABLE IF NOT EXISTS deliveries (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        reactor TEXT NOT NULL,
        id TEXT NOT NULL,
        receiver TEXT NOT NULL,
        subject TEXT NOT NULL,
        payload TEXT,
        attempts INTEGER NOT NULL,
        due_at INTEGER NOT NULL
    );
    CREATE UNIQUE INDEX IF NOT EXISTS deliveries_id ON deliveries (reactor, id);
    CREATE INDEX IF NOT EXISTS deliveries_over ON deliveries (reactor, due_at)
        WHERE payload IS NULL;
    CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (reactor, subject, number)
        WHERE payload IS NOT NULL;
";
/// Fails in a file that was made before receivers were told apart.
const RECEIVERS: &str = "SELECT receiver FROM deliveries";
const ADD_RECEIVERS: &str = "ALTER TABLE deliveries ADD COLUMN receiver TEXT NOT NULL DEFAULT ''";
const POSITION: &str = "SELECT position FROM checkpoints WHERE reactor = ?1";
const ADVANCE: &str = "INSERT INTO checkpoints VALUES (?1, ?2)
    ON CONFLICT DO UPDATE SET position = max(position, ?2)";
const ADD: &str =
    "INSERT INTO deliveries (reactor, id, receiver, subject, payload, attempts, due_at)
    VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6) ON CONFLICT DO NOTHING";
const FORGET: &str = "DELETE FROM deliveries
    WHERE reactor = ?1 AND payload IS NULL AND due_at < ?2";
/// The first that waits of each subject, and of each receiver a few.
const DUE: &str = "SELECT number, id, payload, attempts FROM (
    SELECT number, id, payload, attempts, due_at,
        row_number() OVER (PARTITION BY receiver ORDER BY due_at, number) AS place
    FROM deliveries AS one
    WHERE reactor = ?1 AND payload IS NOT NULL AND due_at <= ?2 AND NOT EXISTS (
        SELECT 1 FROM deliveries AS earlier WHERE earlier.reactor = one.reactor
            AND earlier.subject = one.subject AND earlier.payload IS NOT NULL
            AND earlier.number < one.number))
    WHERE place <= ?4 ORDER BY due_at, number LIMIT ?3";
/// When the first that waits of any subject is due.
const NEXT: &str = "SELECT min(due_at) FROM deliveries AS one
    WHERE reactor = ?1 AND payload IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM deliveries AS earlier WHERE earlier.reactor = one.reactor
            AND earlier.subject = one.subject AND earlier.payload IS NOT NULL
            AND earlier.number < one.number)";
#[cfg(test)]
const WAITING: &str = "SELECT count(*) FROM deliveries WHERE reactor = ?1 AND payload IS NOT NULL";
const DONE: &str = "UPDATE deliveries SET payload = NULL, due_at = ?2 WHERE number = ?1";
const RETRY: &str = "UPDATE deliveries SET attempts = ?2, due_at = ?3 WHERE number = ?1";

/// The deliveries of one reactor.
pub(crate) struct Outbox {
    reactor: &'static str,
    path: PathBuf,
    connection: Mutex<Connection>,
    /// Told when something may be due.
    news: Notify,
}

/// Something to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewDelivery {
    /// The same for the same delivery, whoever asks for it and however often.
    pub id: String,
    /// Who hears of it: one that does not answer holds up no other.
    pub receiver: String,
    /// Deliveries of one subject, which has one receiver, are made in order.
    pub subject: String,
    /// What the reactor needs to make it.
    pub payload: String,
}

/// A delivery that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivery {
    number: i64,
    /// The same at every attempt.
    pub id: String,
    /// What the reactor needs to make it.
    pub payload: String,
    /// How often it failed.
    pub attempts: u32,
}

/// The file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the outbox {} cannot be used", path.display())]
pub(crate) struct OutboxError {
    path: PathBuf,
    #[source]
    cause: rusqlite::Error,
}

impl Outbox {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// [`OutboxError`]
    pub(crate) fn open(path: &Path, reactor: &'static str) -> Result<Self, OutboxError> {
        let open = || {
            let connection = Connection::open(path)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update(None, "secure_delete", "ON")?;
            connection.busy_timeout(std::time::Duration::from_secs(5))?;
            connection.execute_batch(SCHEMA)?;
            if connection.prepare(RECEIVERS).is_err() {
                connection.execute_batch(ADD_RECEIVERS)?;
            }
            Ok(connection)
        };
        let connection = open().map_err(|cause| OutboxError { path: path.to_owned(), cause })?;
        let path = path.to_owned();
        Ok(Self { reactor, path, connection: Mutex::new(connection), news: Notify::new() })
    }

    /// The last position of the log that was worked off; `None` in a new file.
    ///
    /// # Errors
    /// [`OutboxError`]
    pub(crate) fn position(&self) -> Result<Option<u64>, OutboxError> {
        let connection = self.connection();
        let found = connection.query_row(POSITION, [self.reactor], |row| row.get::<_, i64>(0));
        let found = found.optional().map_err(|cause| self.failed(cause))?;
        Ok(found.map(|position| u64::try_from(position).unwrap_or_default()))
    }

    /// Writes down what is to be delivered, and that everything up to `position` was worked off:
    /// both or neither. What was written down before is passed over.
    ///
    /// # Errors
    /// [`OutboxError`]
    pub(crate) fn accept(
        &self,
        position: u64,
        deliveries: &[NewDelivery],
        now: UnixMillis,
    ) -> Result<(), OutboxError> {
        let mut connection = self.connection();
        let mut write = || {
            let transaction = connection.transaction()?;
            for delivery in deliveries {
                let NewDelivery { id, receiver, subject, payload } = delivery;
                let row = (self.reactor, id, receiver, subject, payload, now.0);
                transaction.execute(ADD, row)?;
            }
            let position = i64::try_from(position).unwrap_or(i64::MAX);
            transaction.execute(ADVANCE, params![self.reactor, position])?;
            transaction.execute(FORGET, params![self.reactor, now.0 - REMEMBERED_MILLIS])?;
            transaction.commit()
        };
        let written = write();
        written.map_err(|cause| self.failed(cause))?;
        self.news.notify_one();
        Ok(())
    }

    /// What is due, at most one of each subject and [`RECEIVER_MAX`] of each receiver.
    ///
    /// # Errors
    /// [`OutboxError`]
    pub(crate) fn due(&self, now: UnixMillis, max: u32) -> Result<Vec<Delivery>, OutboxError> {
        let connection = self.connection();
        let read = || {
            let mut statement = connection.prepare_cached(DUE)?;
            let rows =
                statement.query_map(params![self.reactor, now.0, max, RECEIVER_MAX], |row| {
                    Ok(Delivery {
                        number: row.get(0)?,
                        id: row.get(1)?,
                        payload: row.get(2)?,
                        attempts: row.get(3)?,
                    })
                })?;
            rows.collect::<Result<Vec<_>, _>>()
        };
        read().map_err(|cause| self.failed(cause))
    }

    /// When the next is due, if anything waits.
    ///
    /// # Errors
    /// [`OutboxError`]
    pub(crate) fn next_due(&self) -> Result<Option<UnixMillis>, OutboxError> {
        let connection = self.connection();
        let next = connection.query_row(NEXT, [self.reactor], |row| row.get::<_, Option<i64>>(0));
        Ok(next.map_err(|cause| self.failed(cause))?.map(UnixMillis))
    }

    /// How many wait.
    ///
    /// # Errors
    /// [`OutboxError`]
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> Result<u64, OutboxError> {
        let connection = self.connection();
        let count = connection.query_row(WAITING, [self.reactor], |row| row.get::<_, i64>(0));
        let count = count.map_err(|cause| self.failed(cause))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// It has arrived, or will never: it is made no more.
    ///
    /// # Errors
    /// [`OutboxError`]
    pub(crate) fn strike(&self, delivery: &Delivery, now: UnixMillis) -> Result<(), OutboxError> {
        let struck = self.connection().execute(DONE, params![delivery.number, now.0]);
        struck.map(drop).map_err(|cause| self.failed(cause))
    }

    /// It failed: it is tried again later, or given up. Answers whether it is tried again.
    ///
    /// # Errors
    /// [`OutboxError`]
    pub(crate) fn postpone(
        &self,
        delivery: &Delivery,
        now: UnixMillis,
    ) -> Result<bool, OutboxError> {
        let attempts = delivery.attempts.saturating_add(1);
        if attempts >= ATTEMPTS_MAX {
            self.strike(delivery, now)?;
            return Ok(false);
        }
        let due_at = now.0.saturating_add(retry_millis(attempts));
        let moved = self.connection().execute(RETRY, params![delivery.number, attempts, due_at]);
        moved.map_err(|cause| self.failed(cause))?;
        Ok(true)
    }

    /// Waits until something new was written down.
    pub(crate) async fn news(&self) {
        self.news.notified().await;
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, cause: rusqlite::Error) -> OutboxError {
        OutboxError { path: self.path.clone(), cause }
    }
}

/// The wait after so many failures.
fn retry_millis(attempts: u32) -> i64 {
    let doublings = attempts.saturating_sub(1).min(20);
    RETRY_MILLIS.saturating_mul(1 << doublings).min(RETRY_MILLIS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(id: &str, subject: &str) -> NewDelivery {
        let (id, subject, payload) = (id.to_owned(), subject.to_owned(), format!("of {id}"));
        NewDelivery { id, receiver: subject.clone(), subject, payload }
    }

    fn due(outbox: &Outbox, now: i64) -> Vec<String> {
        let due = outbox.due(UnixMillis(now), 10).unwrap();
        due.into_iter().map(|delivery| delivery.id).collect()
    }

    #[test]
    fn what_was_written_down_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox.db");
        let outbox = Outbox::open(&path, "a").unwrap();
        assert_eq!(outbox.position().unwrap(), None);
        outbox.accept(7, &[delivery("1", "x")], UnixMillis(0)).unwrap();
        drop(outbox);
        let outbox = Outbox::open(&path, "a").unwrap();
        assert_eq!((outbox.position().unwrap(), due(&outbox, 0)), (Some(7), vec!["1".to_owned()]));
        let other = Outbox::open(&path, "b").unwrap();
        assert_eq!((other.position().unwrap(), due(&other, 0).len()), (None, 0));
    }

    #[test]
    fn what_was_delivered_is_not_delivered_again() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&folder.path().join("outbox.db"), "a").unwrap();
        outbox.accept(1, &[delivery("1", "x")], UnixMillis(0)).unwrap();
        let first = outbox.due(UnixMillis(0), 1).unwrap().remove(0);
        outbox.strike(&first, UnixMillis(0)).unwrap();
        outbox.accept(2, &[delivery("1", "x")], UnixMillis(0)).unwrap();
        assert_eq!(due(&outbox, i64::MAX), Vec::<String>::new());
        outbox.accept(3, &[], UnixMillis(REMEMBERED_MILLIS + 1)).unwrap();
        assert_eq!(outbox.waiting().unwrap(), 0);
    }

    #[test]
    fn deliveries_of_a_subject_keep_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&folder.path().join("outbox.db"), "a").unwrap();
        let all = [delivery("1", "x"), delivery("2", "x"), delivery("3", "y")];
        outbox.accept(1, &all, UnixMillis(0)).unwrap();
        assert_eq!(due(&outbox, 0), ["1", "3"]);
        let first = outbox.due(UnixMillis(0), 1).unwrap().remove(0);
        assert!(outbox.postpone(&first, UnixMillis(0)).unwrap());
        assert_eq!(due(&outbox, 0), ["3"]);
        assert_eq!(due(&outbox, RETRY_MILLIS - 1), ["3"]);
        assert_eq!(due(&outbox, RETRY_MILLIS), ["3", "1"]);
        outbox.strike(&first, UnixMillis(0)).unwrap();
        assert_eq!(due(&outbox, 0), ["2", "3"]);
    }

    #[test]
    fn a_receiver_of_many_deliveries_leaves_room_for_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&folder.path().join("outbox.db"), "a").unwrap();
        let to = |receiver: &str, id: String| NewDelivery {
            receiver: receiver.into(),
            ..delivery(&id, &id)
        };
        let mut all: Vec<_> = (0..20).map(|number| to("dead", format!("d{number}"))).collect();
        all.push(to("other", "o".into()));
        outbox.accept(1, &all, UnixMillis(0)).unwrap();
        assert_eq!(due(&outbox, 0), ["d0", "d1", "d2", "d3", "o"]);
    }

    #[test]
    fn a_file_that_tells_no_receivers_apart_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outbox.db");
        let before = SCHEMA.replace("receiver TEXT NOT NULL,", "");
        Connection::open(&path).unwrap().execute_batch(&before).unwrap();
        let outbox = Outbox::open(&path, "a").unwrap();
        outbox.accept(1, &[delivery("1", "x")], UnixMillis(0)).unwrap();
        assert_eq!(due(&outbox, 0), ["1"]);
    }

    #[test]
    fn what_waits_behind_another_is_not_due_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&folder.path().join("outbox.db"), "a").unwrap();
        outbox.accept(1, &[delivery("1", "x"), delivery("2", "x")], UnixMillis(0)).unwrap();
        let first = outbox.due(UnixMillis(0), 10).unwrap().remove(0);
        outbox.postpone(&first, UnixMillis(0)).unwrap();
        assert_eq!(outbox.next_due().unwrap(), Some(UnixMillis(RETRY_MILLIS)));
    }

    #[test]
    fn the_wait_doubles_and_ends() {
        assert_eq!([1, 2, 3].map(retry_millis), [5_000, 10_000, 20_000]);
        assert_eq!(retry_millis(ATTEMPTS_MAX), RETRY_MILLIS_MAX);
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(&folder.path().join("outbox.db"), "a").unwrap();
        outbox.accept(1, &[delivery("1", "x"), delivery("2", "x")], UnixMillis(0)).unwrap();
        let mut now = UnixMillis(0);
        let mut tries = 1;
        loop {
            let next = outbox.due(now, 1).unwrap().remove(0);
            if !outbox.postpone(&next, now).unwrap() {
                break;
            }
            tries += 1;
            now = outbox.next_due().unwrap().unwrap().max(UnixMillis(now.0 + RETRY_MILLIS_MAX));
        }
        assert_eq!(tries, ATTEMPTS_MAX);
        assert_eq!(due(&outbox, now.0), ["2"]);
    }
}
