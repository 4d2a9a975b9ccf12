//! The one thread that writes the embedded log: it takes every commit that waits, checks each, and
//! makes all of them durable in one transaction.
//!
//! A commit that conflicts is answered and left out; the others of its group do not notice. When the
//! transaction fails, nobody's commit happened as far as this process can tell, and nothing that was
//! remembered is trusted any more. After an error of the disk itself the thread writes nothing
//! again: what a failed flush left behind is only known after a restart.

use std::{sync::Arc, thread, time::Duration};

use events::{StoredEvent, StreamName};
use rusqlite::{Connection, Statement, TransactionBehavior};
use tokio::sync::{mpsc, oneshot, watch};

use super::{heads::Heads, schema, tail::Tail};
use crate::port::{AppendError, Commit};

/// Most commits in one transaction.
const GROUP_COMMITS_MAX: usize = 256;
/// A group takes no further commit from this many events on.
const GROUP_EVENTS: usize = 4_096;

/// A group that follows one of at least so many commits is given time to grow, for those who waited
/// for the last one are about to ask again. A single writer never waits.
pub(crate) const CROWD_COMMITS: usize = 4;
/// How long it is given: about as long as a flush takes.
pub(crate) const GATHER: Duration = Duration::from_micros(300);

const INSERT: &str =
    "INSERT INTO events (position, stream, revision, body) VALUES (?1, ?2, ?3, ?4)";
const HEAD: &str =
    "SELECT revision + 1 FROM events WHERE stream = ?1 ORDER BY revision DESC LIMIT 1";

/// One commit that waits.
pub(super) struct Request {
    pub(super) commit: Commit,
    pub(super) answer: oneshot::Sender<Result<u64, AppendError>>,
}

/// Nothing is written any more.
#[derive(Debug, thiserror::Error)]
#[error("the log is closed after a failure of its disk: restart")]
pub(super) struct Closed;

pub(super) struct Writer {
    connection: Connection,
    heads: Heads,
    last: i64,
    tail: Arc<Tail>,
    head: watch::Sender<u64>,
    closed: bool,
}

type Outcome = Result<u64, AppendError>;

impl Writer {
    /// `last` is the position of the last durable event.
    pub(super) fn new(
        connection: Connection,
        last: i64,
        tail: Arc<Tail>,
        head: watch::Sender<u64>,
    ) -> Self {
        Self { connection, heads: Heads::default(), last, tail, head, closed: false }
    }

    /// Serves until every sender is gone and the queue is empty.
    pub(super) fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut group = Vec::with_capacity(GROUP_COMMITS_MAX);
        let mut crowd = 0;
        while let Some(first) = requests.blocking_recv() {
            group.push(first);
            if crowd >= CROWD_COMMITS && requests.len() + 1 < crowd {
                thread::sleep(GATHER);
            }
            let mut events = group.iter().map(|request| request.commit.events()).sum::<usize>();
            while group.len() < GROUP_COMMITS_MAX && events < GROUP_EVENTS {
                let Ok(next) = requests.try_recv() else { break };
                events += next.commit.events();
                group.push(next);
            }
            crowd = group.len();
            self.serve(&mut group);
        }
        if let Err(error) = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::warn!(%error, "log not checkpointed at shutdown");
        }
    }

    fn serve(&mut self, group: &mut Vec<Request>) {
        if self.closed {
            for request in group.drain(..) {
                let _ = request.answer.send(Err(AppendError::Engine(Box::new(Closed))));
            }
            return;
        }
        match self.write(group) {
            Ok((outcomes, last)) => {
                self.keep(group, &outcomes);
                if last != self.last {
                    self.last = last;
                    self.head.send_replace(last.unsigned_abs());
                }
                for (request, outcome) in group.drain(..).zip(outcomes) {
                    let _ = request.answer.send(outcome);
                }
            }
            Err(error) => {
                self.recover(&error);
                let error = Arc::new(error);
                for request in group.drain(..) {
                    let shared = Box::new(Arc::clone(&error));
                    let _ = request.answer.send(Err(AppendError::Engine(shared)));
                }
            }
        }
    }

    /// Hands what has just become durable to those who follow the log.
    fn keep(&self, group: &mut [Request], outcomes: &[Outcome]) {
        let appended = group.iter_mut().zip(outcomes).filter(|(_, outcome)| outcome.is_ok());
        let bodies = appended.flat_map(|(request, _)| {
            let streams = request.commit.streams.iter_mut();
            streams.flat_map(|part| std::mem::take(&mut part.bodies))
        });
        let positions = self.last.unsigned_abs() + 1..;
        self.tail
            .extend(positions.zip(bodies).map(|(position, body)| StoredEvent { position, body }));
    }

    /// One transaction: the outcome of each commit and the position that is last afterwards.
    fn write(&mut self, group: &[Request]) -> rusqlite::Result<(Vec<Outcome>, i64)> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut last = self.last;
        let mut outcomes = Vec::with_capacity(group.len());
        {
            let mut head = transaction.prepare_cached(HEAD)?;
            let mut insert = transaction.prepare_cached(INSERT)?;
            for Request { commit, .. } in group {
                let conflict = find_conflict(&mut self.heads, &mut head, commit)?;
                outcomes.push(match conflict {
                    Some(conflict) => Err(conflict),
                    None => {
                        append(&mut self.heads, &mut insert, commit, &mut last)?;
                        Ok(last.unsigned_abs())
                    }
                });
            }
        }
        transaction.commit()?;
        Ok((outcomes, last))
    }

    /// Forgets what is no longer certain; stays closed when even the disk is not.
    fn recover(&mut self, error: &rusqlite::Error) {
        self.heads.clear();
        match (schema::is_passing(error), schema::last_position(&self.connection)) {
            (true, Ok(last)) if last == self.last => {
                tracing::warn!(%error, "group of commits failed");
            }
            (true | false, Ok(_) | Err(_)) => {
                self.closed = true;
                tracing::error!(%error, "log closed after a failure");
            }
        }
    }
}

/// The first expectation that does not hold.
fn find_conflict(
    heads: &mut Heads,
    query: &mut Statement<'_>,
    commit: &Commit,
) -> rusqlite::Result<Option<AppendError>> {
    for part in &commit.streams {
        let actual = head_of(heads, query, &part.stream)?.unsigned_abs();
        if actual != part.expected {
            return Ok(Some(AppendError::Conflict { stream: part.stream.clone(), actual }));
        }
    }
    Ok(None)
}

fn head_of(
    heads: &mut Heads,
    query: &mut Statement<'_>,
    stream: &StreamName,
) -> rusqlite::Result<i64> {
    if let Some(head) = heads.get(stream) {
        return Ok(head);
    }
    let mut rows = query.query((stream.as_str(),))?;
    let head = rows.next()?.map_or(Ok(0), |row| row.get(0))?;
    heads.put(stream.clone(), head);
    Ok(head)
}

/// Inserts a commit whose expectations hold; `last` moves with each event.
fn append(
    heads: &mut Heads,
    insert: &mut Statement<'_>,
    commit: &Commit,
    last: &mut i64,
) -> rusqlite::Result<()> {
    for part in commit.streams.iter().filter(|part| !part.bodies.is_empty()) {
        let mut revision = part.expected.cast_signed();
        for body in &part.bodies {
            *last += 1;
            insert.execute((*last, part.stream.as_str(), revision, &**body))?;
            revision += 1;
        }
        heads.put(part.stream.clone(), revision);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::StreamAppend;

    fn request(stream: &str, expected: u64, size: usize) -> (Request, oneshot::Receiver<Outcome>) {
        let stream = stream.parse().unwrap();
        let bodies = vec![vec![b'x'; size].into_boxed_slice()];
        let commit = Commit { streams: vec![StreamAppend { stream, expected, bodies }] };
        let (answer, receiver) = oneshot::channel();
        (Request { commit, answer }, receiver)
    }

    fn writer(folder: &tempfile::TempDir) -> Writer {
        let connection = schema::writer(&folder.path().join("log.db")).unwrap();
        Writer::new(connection, 0, Arc::default(), watch::Sender::new(0))
    }

    fn serve(writer: &mut Writer, streams: &[(&str, u64, usize)]) -> Vec<Outcome> {
        let (mut group, answers): (Vec<_>, Vec<_>) = streams
            .iter()
            .map(|(stream, expected, size)| request(stream, *expected, *size))
            .unzip();
        writer.serve(&mut group);
        answers.into_iter().map(|mut answer| answer.try_recv().unwrap()).collect()
    }

    #[test]
    fn a_full_disk_fails_the_group_and_the_next_one_gets_the_same_positions() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writer(&folder);
        assert_eq!(*serve(&mut writer, &[("user-default.a", 0, 9)])[0].as_ref().unwrap(), 1);
        writer.connection.pragma_update(None, "max_page_count", 8).unwrap();
        let failed = serve(&mut writer, &[("user-default.b", 0, 9), ("user-default.c", 0, 99_999)]);
        assert!(failed.iter().all(|outcome| matches!(outcome, Err(AppendError::Engine(_)))));
        assert_eq!(*writer.head.borrow(), 1);
        writer.connection.pragma_update(None, "max_page_count", 80_000).unwrap();
        let next = serve(&mut writer, &[("user-default.b", 0, 9), ("user-default.a", 1, 9)]);
        assert_eq!(next.iter().map(|o| *o.as_ref().unwrap()).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(*writer.head.borrow(), 3);
    }

    #[test]
    fn a_broken_file_closes_the_log_for_good() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writer(&folder);
        writer.connection.execute_batch("ALTER TABLE events RENAME TO lost").unwrap();
        assert!(serve(&mut writer, &[("user-default.a", 0, 9)])[0].is_err());
        writer.connection.execute_batch("ALTER TABLE lost RENAME TO events").unwrap();
        let refused = serve(&mut writer, &[("user-default.a", 0, 9)]);
        assert!(matches!(&refused[0], Err(AppendError::Engine(error)) if error.is::<Closed>()));
    }

    #[test]
    fn a_conflict_inside_a_group_spoils_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = writer(&folder);
        let group = [("user-default.a", 0, 9), ("user-default.a", 0, 9), ("user-default.a", 1, 9)];
        let outcomes = serve(&mut writer, &group);
        assert!(matches!(outcomes[0], Ok(1)));
        assert!(matches!(outcomes[1], Err(AppendError::Conflict { actual: 1, .. })));
        assert!(matches!(outcomes[2], Ok(2)));
    }
}
