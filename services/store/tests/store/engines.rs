//! Every engine passes the conformance suite; and what only the embedded one promises.

use std::{path::Path, sync::Arc, time::Instant};

use events::StreamName;
use store::{AppendError, Embedded, Engine, Memory, OpenError, conformance};

fn name(id: &str) -> StreamName {
    format!("user-default.{id}").parse().unwrap()
}

fn engine(path: &Path) -> Arc<Embedded> {
    Arc::new(Embedded::open(path).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_conforms() {
    conformance::run(|| Arc::new(Memory::new())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn embedded_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let number = std::cell::Cell::new(0);
    conformance::run(|| {
        number.set(number.get() + 1);
        engine(&folder.path().join(format!("{}.db", number.get())))
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn embedded_remembers_after_it_was_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    engine(&path).append(conformance::commit(&name("a"), 0, &[b"1", b"2"])).await.unwrap();
    assert!(!folder.path().join("log.db-wal").exists(), "the write-ahead log was left behind");
    let again = engine(&path);
    assert_eq!(*again.head().borrow(), 2);
    let refused = again.append(conformance::commit(&name("a"), 0, &[b"x"])).await;
    assert!(matches!(refused, Err(AppendError::Conflict { actual: 2, .. })));
    let third = again.append(conformance::commit(&name("a"), 2, &[b"3"])).await.unwrap();
    assert_eq!((third, again.read_all(0, 9).await.unwrap().len()), (3, 3));
}

#[tokio::test]
async fn a_log_opened_for_reading_follows_another_and_appends_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    assert!(Embedded::open_read_only(&path).is_err());
    let writer = engine(&path);
    let reader = Embedded::open_read_only(&path).unwrap();
    let append = conformance::commit(&name("a"), 0, &[b"1"]);
    writer.append(append.clone()).await.unwrap();
    let mut head = reader.head();
    assert_eq!(reader.refresh().unwrap(), 1);
    assert!(head.has_changed().unwrap());
    assert_eq!(*head.borrow_and_update(), 1);
    assert_eq!(reader.read_all(0, 9).await.unwrap().len(), 1);
    assert!(matches!(reader.append(append).await, Err(AppendError::Engine(_))));
    drop(writer);
    drop(reader);
    assert_eq!(Embedded::open_read_only(&path).unwrap().refresh().unwrap(), 1);
}

#[test]
fn a_file_of_another_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    let foreign = rusqlite::Connection::open(&path).unwrap();
    foreign.pragma_update(None, "user_version", 77).unwrap();
    assert!(matches!(Embedded::open(&path), Err(OpenError::Schema(77))));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_log() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    let _engine = engine(&path);
    for file in ["log.db", "log.db-wal", "log.db-shm"] {
        let mode = folder.path().join(file).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

/// Prints figures; asserts nothing about time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "the figures printed are of real time")]
async fn many_writers_share_a_flush() {
    let folder = tempfile::tempdir().unwrap();
    let log = engine(&folder.path().join("log.db"));
    let body = [b'x'; 500];
    for (writers, each) in [(1, 200), (16, 200), (64, 200)] {
        let began = Instant::now();
        let tasks: Vec<_> = (0..writers)
            .map(|writer| {
                let log = Arc::clone(&log);
                tokio::spawn(async move {
                    for number in 0..each {
                        let stream = name(&format!("w{writers}-{writer}-{number}"));
                        log.append(conformance::commit(&stream, 0, &[&body])).await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let rate = f64::from(writers * each) / began.elapsed().as_secs_f64();
        println!("embedded, {writers} writers: {rate:.0} commits/s");
    }
    assert_eq!(*log.head().borrow(), 81 * 200);
}
