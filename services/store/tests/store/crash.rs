//! A process that is killed while it appends loses nothing that it acknowledged.

use std::{
    collections::HashMap,
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use events::StreamName;
use store::{Embedded, Engine, READ_EVENTS_MAX, conformance};

const FOLDER: &str = "EVIDENT_TEST_CRASH_FOLDER";
const KILLS: usize = 4;
const ACKNOWLEDGED_BEFORE_KILL: usize = 400;
const WRITERS: usize = 64;

fn stream(writer: usize) -> StreamName {
    format!("user-default.w{writer}").parse().unwrap()
}

async fn append_for_ever(engine: Arc<Embedded>, writer: usize) {
    let name = stream(writer);
    let mut held = 0;
    loop {
        let read = engine.read_stream(&name, held, READ_EVENTS_MAX).await.unwrap();
        if read.is_empty() {
            break;
        }
        held += read.len() as u64;
    }
    loop {
        let body = format!("{writer} {held}");
        let commit = conformance::commit(&name, held, &[body.as_bytes()]);
        let position = engine.append(commit).await.unwrap();
        let line = format!("ack {position} {writer} {held}\n");
        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
        held += 1;
    }
}

/// Does nothing unless it was started by the test below.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_appends_until_it_is_killed() {
    let Ok(folder) = env::var(FOLDER) else { return };
    let engine = Arc::new(Embedded::open(&Path::new(&folder).join("log.db")).unwrap());
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| tokio::spawn(append_for_ever(Arc::clone(&engine), writer)))
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
}

fn start(folder: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "crash::child_appends_until_it_is_killed", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What the child acknowledged: position, writer, revision. Kills it amid its work.
fn run_and_kill(folder: &Path) -> Vec<(u64, usize, u64)> {
    let mut child = start(folder);
    let mut acknowledged = Vec::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).split(b'\n');
    let mut is_killed = false;
    // What was written to the pipe before the kill is read to its end.
    while let Some(Ok(line)) = lines.next() {
        let text = String::from_utf8(line).unwrap();
        let fields: Vec<&str> = text.split(' ').collect();
        if let ["ack", position, writer, revision] = fields[..]
            && let (Ok(position), Ok(writer), Ok(revision)) =
                (position.parse(), writer.parse(), revision.parse())
        {
            acknowledged.push((position, writer, revision));
        }
        if acknowledged.len() >= ACKNOWLEDGED_BEFORE_KILL && !is_killed {
            child.kill().unwrap();
            is_killed = true;
        }
    }
    child.wait().unwrap();
    assert!(is_killed, "the child ended by itself after {} appends", acknowledged.len());
    acknowledged
}

#[tokio::test]
async fn every_acknowledged_commit_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = HashMap::new();
    for _ in 0..KILLS {
        for (position, writer, revision) in run_and_kill(folder.path()) {
            let twice = acknowledged.insert(position, format!("{writer} {revision}"));
            assert_eq!(twice, None, "position {position} was given twice");
        }
        let path = folder.path().join("log.db");
        let looked_at = Embedded::open_read_only(&path).unwrap().refresh().unwrap();
        assert!(acknowledged.keys().all(|position| *position <= looked_at));
        let engine = Embedded::open(&path).unwrap();
        let head = *engine.head().borrow();
        let mut last = 0;
        let mut found = HashMap::new();
        loop {
            let page = engine.read_all(last, READ_EVENTS_MAX).await.unwrap();
            for event in &page {
                assert_eq!(event.position, last + 1, "a gap");
                last = event.position;
                found.insert(last, String::from_utf8(event.body.to_vec()).unwrap());
            }
            if page.is_empty() {
                break;
            }
        }
        assert_eq!(last, head);
        for (position, body) in &acknowledged {
            assert_eq!(found.get(position), Some(body), "position {position} was lost");
        }
    }
    println!("{} acknowledged commits survived {KILLS} kills", acknowledged.len());
}
