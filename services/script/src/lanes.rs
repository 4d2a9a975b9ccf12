//! Who may run at the same time: a few calls of each application, most but not all of each tenant,
//! so that whoever is slow leaves a worker to the others.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Lanes that are remembered although nobody is in them.
const EMPTY_LANES_MAX: usize = 1_024;

/// Bounded numbers of calls that run and that wait, by name.
pub(crate) struct Lanes {
    running_max: usize,
    places_max: usize,
    by_name: Mutex<HashMap<String, Arc<LaneState>>>,
}

struct LaneState {
    running: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// A place in a lane, running or waiting; given up when dropped.
pub(crate) struct Place {
    _place: OwnedSemaphorePermit,
    running: Arc<Semaphore>,
    _lane: Arc<LaneState>,
}

/// A call that may run as far as its lane is concerned.
pub(crate) struct Turn {
    _running: OwnedSemaphorePermit,
    _place: Place,
}

impl Lanes {
    /// Lanes in which so many run, and so many more wait.
    pub(crate) fn new(running_max: usize, waiting_max: usize) -> Self {
        let running_max = running_max.max(1);
        Self { running_max, places_max: running_max + waiting_max, by_name: Mutex::default() }
    }

    /// A place in a lane; `None` if too many wait there already.
    pub(crate) fn enter(&self, name: &str) -> Option<Place> {
        let mut lanes = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() > EMPTY_LANES_MAX {
            lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        }
        let lane = lanes.entry(name.to_owned()).or_insert_with(|| {
            Arc::new(LaneState {
                running: Arc::new(Semaphore::new(self.running_max)),
                places: Arc::new(Semaphore::new(self.places_max)),
            })
        });
        let place = lane.places.clone().try_acquire_owned().ok()?;
        Some(Place { _place: place, running: lane.running.clone(), _lane: lane.clone() })
    }
}

impl Place {
    /// Waits until it may run.
    pub(crate) async fn turn(self) -> Option<Turn> {
        let running = self.running.clone().acquire_owned().await.ok()?;
        Some(Turn { _running: running, _place: self })
    }
}
