//! A log in memory, and histories written down event by event.

use std::{
    path::Path,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use events::{Actor, Event, EventId, Personal, Recorded, TenantId, UnixMillis, UserIdentity};

use crate::{Catalogue, Options, Source, SourceError, View, Views};

pub(super) const START: i64 = 1_700_000_000_000;
pub(super) const LONG: Duration = Duration::from_secs(60);

/// A log in memory.
#[derive(Default)]
pub(super) struct Memory {
    events: Mutex<Vec<Recorded>>,
    grown: Condvar,
}

impl Memory {
    pub(super) fn of(events: &[Recorded]) -> Arc<Self> {
        Arc::new(Self { events: Mutex::new(events.to_vec()), grown: Condvar::new() })
    }

    pub(super) fn append(&self, events: &[Recorded]) {
        self.events.lock().unwrap().extend_from_slice(events);
        self.grown.notify_all();
    }
}

impl Source for Memory {
    fn read(&self, after: u64, max: usize) -> Result<Vec<Recorded>, SourceError> {
        let events = self.events.lock().unwrap();
        let after = usize::try_from(after).unwrap().min(events.len());
        Ok(events[after..].iter().take(max).cloned().collect())
    }

    fn head(&self) -> u64 {
        self.events.lock().unwrap().len().try_into().unwrap()
    }

    fn wait(&self, beyond: u64, timeout: Duration) {
        let events = self.events.lock().unwrap();
        let short = |events: &mut Vec<Recorded>| u64::try_from(events.len()).unwrap() <= beyond;
        drop(self.grown.wait_timeout_while(events, timeout, short).unwrap());
    }
}

/// A history that grows.
#[derive(Default)]
pub(super) struct History(pub(super) Vec<Recorded>);

impl History {
    pub(super) fn then(&mut self, stream: &str, event: impl Into<Event>) -> &mut Self {
        let position = u64::try_from(self.0.len()).unwrap() + 1;
        let event = event.into();
        let time = UnixMillis(START + i64::try_from(position).unwrap());
        let json = serde_json::to_value(&event).unwrap();
        let stream: events::StreamName = stream.parse().unwrap();
        let mut random = [0; 10];
        random[..8].copy_from_slice(&position.to_be_bytes());
        self.0.push(Recorded {
            id: EventId::new(time, &random),
            event_type: json["type"].as_str().unwrap().into(),
            tenant: stream.tenant().parse().unwrap(),
            stream,
            revision: 0,
            position,
            time,
            actor: Actor::System,
            correlation: format!("r{}", position / 3).parse().unwrap(),
            causation: None,
            event,
        });
        self
    }

    pub(super) fn head(&self) -> u64 {
        self.0.len().try_into().unwrap()
    }
}

pub(super) fn tenant() -> TenantId {
    "default".parse().unwrap()
}

pub(super) fn user_created(name: &str) -> events::UserEvent {
    let lower = name.to_lowercase().replace(' ', "_");
    events::UserEvent::UserCreated {
        origin: events::UserOrigin::Management,
        application: None,
        roles: vec![],
        personal: Personal::Open(UserIdentity {
            username: Some(lower.clone()),
            primary_email: Some(format!("{lower}@Example.com")),
            name: Some(name.into()),
            ..UserIdentity::default()
        }),
    }
}

/// Runs every view of the product over a history, to its end.
pub(super) fn views_of(folder: &Path, history: &History) -> Views {
    open(folder, &Memory::of(&history.0), Catalogue::standard())
}

pub(super) fn open(folder: &Path, source: &Arc<Memory>, catalogue: Catalogue) -> Views {
    let head = source.head();
    let source: Arc<dyn Source> = Arc::<Memory>::clone(source);
    let views = Views::open(folder, source, Options { catalogue }).unwrap();
    wait(async { views.wait(head, LONG).await.unwrap() });
    until(|| views.is_live());
    views
}

/// Opens a runner with one view and waits for nothing.
pub(super) fn open_one(folder: &Path, source: &Arc<Memory>, view: impl View) -> Views {
    let source: Arc<dyn Source> = Arc::<Memory>::clone(source);
    Views::open(folder, source, Options { catalogue: Catalogue::empty().with(view) }).unwrap()
}

pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(future)
}

/// Repeats a look until it shows what is wanted, woken by nothing but other threads.
pub(super) fn until(mut holds: impl FnMut() -> bool) {
    for _ in 0..20_000_000_u64 {
        if holds() {
            return;
        }
        std::thread::yield_now();
    }
    panic!("it never came true");
}
