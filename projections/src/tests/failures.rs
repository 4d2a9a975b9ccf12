//! Views that fail, and waiting for views.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use events::{Category, Recorded};

use super::history::{History, LONG, Memory, open, open_one, until, user_created, wait};
use crate::{
    Catalogue, Rows, Source, UnknownView, Users, View, ViewError, ViewState, Views, WaitError,
};

/// Counts users, and fails at one position for as long as it is broken.
pub(super) struct Fragile {
    pub(super) fails_at: u64,
    pub(super) is_broken: Arc<AtomicBool>,
}

impl View for Fragile {
    const NAME: &'static str = "fragile";
    const VERSION: u32 = 1;
    const SCHEMA: &'static str = "CREATE TABLE seen (position INTEGER PRIMARY KEY)";
    const CATEGORIES: &'static [Category] = &[Category::User];

    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        if recorded.position == self.fails_at && self.is_broken.load(Ordering::Acquire) {
            return rows.execute("SELECT no_such_function()", ()).map(drop);
        }
        rows.execute("INSERT INTO seen VALUES (?)", [recorded.position as i64]).map(drop)
    }
}

fn users(count: u64) -> History {
    let mut history = History::default();
    for number in 0..count {
        history.then(&format!("user-default.u{number}"), user_created("x"));
    }
    history
}

fn seen(views: &Views) -> u64 {
    let reader = views.reader::<Fragile>();
    reader
        .query(|db| db.query_row("SELECT count(*) FROM seen", (), |row| row.get::<_, i64>(0)))
        .unwrap() as u64
}

fn state(views: &Views) -> ViewState {
    views.status().into_iter().find(|status| status.name == "fragile").unwrap().state
}

#[test]
fn a_failed_fold_stops_its_view_alone_and_resumes_without_loss() {
    let folder = tempfile::tempdir().unwrap();
    let history = users(10);
    let source = Memory::of(&history.0[..3]);
    let is_broken = Arc::new(AtomicBool::new(true));
    let fragile = Fragile { fails_at: 7, is_broken: Arc::clone(&is_broken) };
    let views = open(folder.path(), &source, Catalogue::empty().with(fragile).with(Users));
    source.append(&history.0[3..]);
    wait(async {
        views.wait_for::<Users>(10, LONG).await.unwrap();
        let stopped = views.wait_for::<Fragile>(10, LONG).await;
        assert_eq!(stopped, Err(WaitError::Stopped("fragile")));
        assert_eq!(views.wait(10, LONG).await, Err(WaitError::Stopped("fragile")));
    });
    let ViewState::Stopped(stop) = state(&views) else { panic!("not stopped") };
    assert_eq!((stop.position, stop.event_id), (7, history.0[6].id));
    assert_eq!(&*stop.event_type, "UserCreated.v1");
    assert!(stop.error.contains("no_such_function"), "{}", stop.error);
    assert_eq!((views.position::<Fragile>(), seen(&views)), (6, 6));
    assert!(!views.is_live());

    views.resume("fragile").unwrap();
    until(|| matches!(state(&views), ViewState::Stopped(_)));
    assert_eq!(seen(&views), 6);

    is_broken.store(false, Ordering::Release);
    views.resume("fragile").unwrap();
    wait(async { views.wait(10, LONG).await.unwrap() });
    assert_eq!(seen(&views), 10);
    until(|| views.is_live());
    assert_eq!(views.resume("fragile"), Err(UnknownView::NotStopped("fragile")));
    assert!(matches!(views.resume("nobody"), Err(UnknownView::Name(_))));
}

#[test]
fn a_view_that_fails_while_it_is_built_resumes_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let source = Memory::of(&users(3_000).0);
    let is_broken = Arc::new(AtomicBool::new(true));
    let fragile = Fragile { fails_at: 2_500, is_broken: Arc::clone(&is_broken) };
    let views = open_one(folder.path(), &source, fragile);
    until(|| matches!(state(&views), ViewState::Stopped(_)));
    assert_eq!(views.position::<Fragile>(), 2_499);
    is_broken.store(false, Ordering::Release);
    views.resume("fragile").unwrap();
    wait(async { views.wait(3_000, LONG).await.unwrap() });
    assert_eq!(seen(&views), 3_000);
}

#[test]
fn a_stopped_view_tries_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let source = Memory::of(&users(10).0);
    let fragile =
        |is_broken| Fragile { fails_at: 7, is_broken: Arc::new(AtomicBool::new(is_broken)) };
    let views = open_one(folder.path(), &source, fragile(true));
    until(|| matches!(state(&views), ViewState::Stopped(_)));
    drop(views);
    let views = open_one(folder.path(), &source, fragile(false));
    wait(async { views.wait(10, LONG).await.unwrap() });
    assert_eq!(seen(&views), 10);
}

#[test]
fn a_wait_ends_when_the_position_is_reached_or_time_is_up() {
    let folder = tempfile::tempdir().unwrap();
    let history = users(5);
    let source = Memory::of(&history.0[..2]);
    let views = open(folder.path(), &source, Catalogue::empty().with(Users));
    wait(async {
        let late = views.wait(3, Duration::from_millis(1)).await;
        assert_eq!(late, Err(WaitError::Timeout("users")));
        let reached = async { views.wait_for::<Users>(5, LONG).await };
        let append = async { source.append(&history.0[2..]) };
        assert_eq!(tokio::join!(reached, append).0, Ok(()));
        assert_eq!(views.wait(0, Duration::ZERO).await, Ok(()));
        let unknown = views.wait_for::<crate::Keys>(1, LONG).await;
        assert_eq!(unknown, Err(WaitError::Unknown("keys")));
    });
    assert_eq!(views.reader::<Users>().last_changed(), 5);
}

/// A log that cannot be read for a while.
struct Flaky(Arc<Memory>, AtomicBool);

impl Source for Flaky {
    fn read(&self, after: u64, max: usize) -> Result<Vec<Recorded>, crate::SourceError> {
        if self.1.load(Ordering::Acquire) {
            return Err(crate::SourceError("the disk is gone".into()));
        }
        self.0.read(after, max)
    }

    fn head(&self) -> u64 {
        self.0.head()
    }

    fn wait(&self, _beyond: u64, _timeout: Duration) {
        std::thread::yield_now();
    }
}

#[test]
fn a_log_that_cannot_be_read_is_reported_and_read_later() {
    let folder = tempfile::tempdir().unwrap();
    let source = Arc::new(Flaky(Memory::of(&users(5).0), AtomicBool::new(true)));
    let options = crate::Options { catalogue: Catalogue::empty().with(Users) };
    let views =
        Views::open(folder.path(), Arc::<Flaky>::clone(&source) as Arc<dyn Source>, options);
    let views = views.unwrap();
    until(|| views.source_error().is_some_and(|error| error.contains("the disk is gone")));
    assert!(!views.is_live());
    source.1.store(false, Ordering::Release);
    wait(async { views.wait(5, LONG).await.unwrap() });
    until(|| views.is_live());
}
