//! Versions, rebuilds, swaps, replay and verification.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use events::{Category, Recorded};
use rusqlite::Connection;

use super::history::{History, LONG, Memory, open, open_one, until, user_created, wait};
use crate::{
    Catalogue, Credentials, Rows, Source, SourceError, UnknownView, Users, View, ViewError,
    ViewState, Views, replay, verify,
};

/// Counts events; each version counts in steps of its own number.
struct Count<const VERSION: u32>;

impl<const VERSION: u32> View for Count<VERSION> {
    const NAME: &'static str = "count";
    const VERSION: u32 = VERSION;
    const SERVES_SINCE: u32 = 2;
    const SCHEMA: &'static str =
        "CREATE TABLE count (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO count VALUES (1, 0)";
    const CATEGORIES: &'static [Category] = &[Category::User];

    fn apply(&self, _recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        rows.execute("UPDATE count SET n = n + ?", [VERSION]).map(drop)
    }
}

fn count(views: &Views) -> i64 {
    let reader = views.reader::<Count<0>>();
    reader.query(|db| db.query_row("SELECT n FROM count", (), |row| row.get(0))).unwrap()
}

fn users(count: u64) -> History {
    let mut history = History::default();
    for number in 0..count {
        history.then(&format!("user-default.u{number}"), user_created("x"));
    }
    history
}

/// A log that is not read while somebody holds the gate.
struct Gated(Arc<Memory>, Mutex<()>);

impl Gated {
    fn of(memory: &Arc<Memory>) -> Arc<Self> {
        Arc::new(Self(Arc::clone(memory), Mutex::default()))
    }

    fn close(&self) -> MutexGuard<'_, ()> {
        self.1.lock().unwrap()
    }
}

impl Source for Gated {
    fn read(&self, after: u64, max: usize) -> Result<Vec<Recorded>, SourceError> {
        let _open = self.1.lock().unwrap();
        self.0.read(after, max)
    }

    fn head(&self) -> u64 {
        self.0.head()
    }

    fn wait(&self, beyond: u64, timeout: Duration) {
        self.0.wait(beyond, timeout);
    }
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".db"))
        .collect();
    names.sort();
    names
}

fn users_file() -> String {
    format!("users-v{}.db", Users::VERSION)
}

#[test]
fn an_old_version_serves_until_the_new_one_is_built() {
    let folder = tempfile::tempdir().unwrap();
    let memory = Memory::of(&users(2_000).0);
    drop(open(folder.path(), &memory, Catalogue::empty().with(Count::<2>)));
    let source = Gated::of(&memory);
    let gate = source.close();
    let options = crate::Options { catalogue: Catalogue::empty().with(Count::<3>) };
    let shared = Arc::<Gated>::clone(&source) as Arc<dyn Source>;
    let views = Views::open(folder.path(), shared, options).unwrap();
    let status = views.status().remove(0);
    assert_eq!((status.version, status.serving, status.position), (3, 2, 2_000));
    assert_eq!((status.state, status.building), (ViewState::CatchingUp, Some(0)));
    assert_eq!(count(&views), 4_000);
    assert_eq!(files(folder.path()), ["count-v2.db", "count-v3.db"]);
    drop(gate);
    until(|| views.is_live());
    assert_eq!(count(&views), 6_000);
    assert_eq!(files(folder.path()), ["count-v3.db"]);
}

#[test]
fn a_version_that_is_too_old_does_not_serve() {
    let folder = tempfile::tempdir().unwrap();
    let memory = Memory::of(&users(10).0);
    drop(open(folder.path(), &memory, Catalogue::empty().with(Count::<1>)));
    let views = open(folder.path(), &memory, Catalogue::empty().with(Count::<3>));
    until(|| views.is_live());
    assert_eq!(count(&views), 30);
    assert_eq!(files(folder.path()), ["count-v3.db"]);
}

#[test]
fn a_build_that_was_interrupted_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let history = users(5_000);
    let memory = Memory::of(&history.0);
    let views = open_one(folder.path(), &memory, Count::<3>);
    drop(views);
    let views = open(folder.path(), &memory, Catalogue::empty().with(Count::<3>));
    assert_eq!(count(&views), 15_000);
}

#[test]
fn a_rebuild_serves_and_follows_the_log_meanwhile_then_swaps() {
    let folder = tempfile::tempdir().unwrap();
    let history = users(300);
    let memory = Memory::of(&history.0[..200]);
    let views = open(folder.path(), &memory, Catalogue::empty().with(Count::<3>).with(Users));
    until(|| views.is_live());
    let broken = Connection::open(folder.path().join("count-v3.db")).unwrap();
    broken.execute("UPDATE count SET n = 0", ()).unwrap();
    assert_eq!(count(&views), 0);
    views.rebuild("count").unwrap();
    memory.append(&history.0[200..]);
    until(|| files(folder.path()) == ["count-v3-1.db", &users_file()]);
    wait(async { views.wait(300, LONG).await.unwrap() });
    assert_eq!(count(&views), 900);
    assert!(matches!(views.rebuild("nobody"), Err(UnknownView::Name(_))));
    drop(views);
    let views = open(folder.path(), &memory, Catalogue::empty().with(Count::<3>).with(Users));
    assert_eq!(count(&views), 900);
}

#[test]
fn queries_go_on_during_many_swaps() {
    let folder = tempfile::tempdir().unwrap();
    let memory = Memory::of(&users(100).0);
    let views = open(folder.path(), &memory, Catalogue::empty().with(Count::<3>));
    until(|| views.is_live());
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            for _ in 0..2_000 {
                assert_eq!(count(&views), 300);
            }
        });
        for _ in 0..5 {
            until(|| views.rebuild("count").is_ok());
        }
        asking.join().unwrap();
    });
    until(|| views.status()[0].building.is_none());
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn moves_over_events_that_do_not_concern_a_view_are_stored_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let history = users(50);
    let memory = Memory::of(&history.0[..10]);
    let views = open(folder.path(), &memory, Catalogue::empty().with(crate::Keys));
    until(|| views.is_live());
    memory.append(&history.0[10..]);
    wait(async { views.wait(50, LONG).await.unwrap() });
    let path = folder.path().join(format!("keys-v{}.db", crate::Keys::VERSION));
    assert!(crate::file::checkpoint(&path).unwrap().position < 50);
    drop(views);
    let checkpoint = crate::file::checkpoint(&path).unwrap();
    assert_eq!((checkpoint.position, checkpoint.changed), (50, 0));
}

#[test]
fn verification_finds_a_flipped_row() {
    let folder = tempfile::tempdir().unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let history = users(20);
    let memory = Memory::of(&history.0);
    let catalogue = || Catalogue::empty().with(Users).with_group().with(Credentials);
    let views = open(folder.path(), &memory, catalogue());
    until(|| views.is_live());
    drop(views);
    let check =
        || verify(folder.path(), &*memory, scratch.path(), &catalogue(), |_, _| ()).unwrap();
    let good = check();
    assert!(good.is_good() && good.absent.is_empty());
    let rows = |table: &str| good.equal.iter().find(|(_, name, ..)| name == table).unwrap().2;
    assert_eq!((rows("users"), rows("user_counts"), rows("credentials")), (20, 1, 0));
    let live = Connection::open(folder.path().join(users_file())).unwrap();
    live.execute("UPDATE users SET name = 'y' WHERE id = 'u7'", ()).unwrap();
    let bad = check();
    assert!(!bad.is_good());
    let [difference] = bad.different.as_slice() else { panic!("{bad:?}") };
    assert_eq!((difference.view, difference.table.as_str(), difference.row), ("users", "users", 7));
    assert_eq!(difference.live.as_deref(), Some("8"));
    live.execute("DELETE FROM users WHERE id = 'u19'", ()).unwrap();
    live.execute("UPDATE users SET name = 'x' WHERE id = 'u7'", ()).unwrap();
    let missing = check();
    assert_eq!(missing.different[0].live, None);
    assert_eq!(missing.different[0].folded.as_deref(), Some("20"));
}

#[test]
fn a_replay_drops_and_folds_the_named_views() {
    let folder = tempfile::tempdir().unwrap();
    let history = users(2_500);
    let memory = Memory::of(&history.0);
    let catalogue = Catalogue::empty().with(Users).with(Count::<3>);
    drop(open(folder.path(), &memory, catalogue.clone()));
    let broken = Connection::open(folder.path().join("count-v3.db")).unwrap();
    broken.execute("UPDATE count SET n = 0", ()).unwrap();
    drop(broken);
    let mut told = Vec::new();
    let done = replay(folder.path(), &*memory, &catalogue, &["count"], |events, position| {
        told.push((events, position));
    });
    let done = done.unwrap();
    assert_eq!((done.events, done.position, done.stopped.len()), (2_500, 2_500, 0));
    assert_eq!(told.last(), Some(&(2_500, 2_500)));
    let views = open(folder.path(), &memory, catalogue.clone());
    assert_eq!(count(&views), 7_500);
    drop(views);
    assert!(replay(folder.path(), &*memory, &catalogue, &["nobody"], |_, _| ()).is_err());
}
