//! A log in memory: for scenarios and tests, gone with the process. Says what [`crate::Embedded`]
//! says.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use events::{StoredEvent, StreamName};
use tokio::sync::watch;

use crate::port::{
    AppendError, Capabilities, Commit, Engine, EngineFuture, READ_EVENTS_MAX, ReadError,
};

/// The log in memory.
#[derive(Default)]
pub struct Memory {
    state: Mutex<State>,
    head: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    events: Vec<StoredEvent>,
    /// Places of a stream's events in `events`.
    streams: HashMap<StreamName, Vec<usize>>,
}

impl Memory {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append_now(&self, commit: Commit) -> Result<u64, AppendError> {
        commit.check_shape()?;
        let mut state = self.state();
        for part in &commit.streams {
            let actual = state.streams.get(&part.stream).map_or(0, Vec::len) as u64;
            if actual != part.expected {
                return Err(AppendError::Conflict { stream: part.stream.clone(), actual });
            }
        }
        let State { events, streams } = &mut *state;
        for part in commit.streams.into_iter().filter(|part| !part.bodies.is_empty()) {
            let places = streams.entry(part.stream).or_default();
            for body in part.bodies {
                places.push(events.len());
                events.push(StoredEvent { position: events.len() as u64 + 1, body });
            }
        }
        let last = events.len() as u64;
        self.head.send_replace(last);
        Ok(last)
    }
}

impl Engine for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { atomic_commits: true }
    }

    fn append(&self, commit: Commit) -> EngineFuture<'_, Result<u64, AppendError>> {
        Box::pin(async move { self.append_now(commit) })
    }

    fn read_stream<'a>(
        &'a self,
        stream: &'a StreamName,
        from_revision: u64,
        max: usize,
    ) -> EngineFuture<'a, Result<Vec<StoredEvent>, ReadError>> {
        Box::pin(async move {
            let state = self.state();
            let places = state.streams.get(stream).into_iter().flatten();
            let from = usize::try_from(from_revision).unwrap_or(usize::MAX);
            let wanted = places.skip(from).take(max.min(READ_EVENTS_MAX));
            Ok(wanted.filter_map(|place| state.events.get(*place)).cloned().collect())
        })
    }

    fn read_all(
        &self,
        after: u64,
        max: usize,
    ) -> EngineFuture<'_, Result<Vec<StoredEvent>, ReadError>> {
        Box::pin(async move {
            let after = usize::try_from(after).unwrap_or(usize::MAX);
            let state = self.state();
            Ok(state.events.iter().skip(after).take(max.min(READ_EVENTS_MAX)).cloned().collect())
        })
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }
}
