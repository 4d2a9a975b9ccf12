//! What all parts of the runner know of one view: which file answers, how far it is, what stopped
//! it.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use arc_swap::ArcSwap;
use tokio::sync::watch;

use crate::{Stop, ViewState, ViewStatus, catalogue::Fold, file::ViewFile, writer::Writer};

/// How far the tables that answer queries are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Progress {
    pub(crate) position: u64,
    pub(crate) is_stopped: bool,
}

/// A view inside the runner.
pub(crate) struct Slot {
    pub(crate) fold: Arc<dyn Fold>,
    pub(crate) group: usize,
    pub(crate) serving: ArcSwap<ViewFile>,
    pub(crate) progress: watch::Sender<Progress>,
    pub(crate) changed: AtomicU64,
    /// The head of the log at the start.
    target: u64,
    beside: Mutex<Option<Beside>>,
    parked: Mutex<Option<Parked>>,
    /// Whether somebody is building tables for this view.
    pub(crate) is_building: AtomicBool,
}

/// Tables that are built beside those that serve.
struct Beside {
    file: Arc<ViewFile>,
    position: u64,
}

/// A writer that waits to be resumed.
pub(crate) struct Parked {
    pub(crate) writer: Writer,
    stop: Stop,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Slot {
    /// `serving` is true for `position`; `target` is the head of the log.
    pub(crate) fn new(
        fold: Arc<dyn Fold>,
        group: usize,
        serving: Arc<ViewFile>,
        (position, changed): (u64, u64),
        target: u64,
    ) -> Self {
        Self {
            fold,
            group,
            serving: ArcSwap::new(serving),
            progress: watch::Sender::new(Progress { position, is_stopped: false }),
            changed: AtomicU64::new(changed),
            target,
            beside: Mutex::default(),
            parked: Mutex::default(),
            is_building: AtomicBool::new(false),
        }
    }

    /// How far the tables that answer queries are.
    pub(crate) fn position(&self) -> u64 {
        self.progress.borrow().position
    }

    /// Tells everybody how far a writer is.
    pub(crate) fn report(&self, writer: &Writer) {
        let position = writer.position;
        if Arc::ptr_eq(&self.serving.load(), &writer.file) {
            self.changed.store(writer.changed, Ordering::Release);
            self.progress.send_if_modified(|progress| {
                let next = Progress { position, is_stopped: progress.is_stopped };
                std::mem::replace(progress, next) != next
            });
        } else {
            *lock(&self.beside) = Some(Beside { file: Arc::clone(&writer.file), position });
        }
    }

    /// From here on the file of this writer answers; the file before it goes.
    pub(crate) fn serve(&self, writer: &Writer) {
        let before = self.serving.swap(Arc::clone(&writer.file));
        if !Arc::ptr_eq(&before, &writer.file) {
            before.retire();
            tracing::info!(view = self.fold.name(), position = writer.position, "view swapped");
        }
        // Its file goes, if nobody asks it any more, before anybody is told.
        drop(before);
        *lock(&self.beside) = None;
        *lock(&self.parked) = None;
        self.is_building.store(false, Ordering::Release);
        self.progress.send_modify(|progress| progress.is_stopped = false);
        self.report(writer);
    }

    /// The fold failed: keeps the writer until it is resumed.
    pub(crate) fn park(&self, writer: Writer, stop: Stop) {
        tracing::error!(view = self.fold.name(), position = stop.position, event = %stop.event_id,
            event_type = %stop.event_type, error = %stop.error, "view stopped");
        self.report(&writer);
        *lock(&self.parked) = Some(Parked { writer, stop });
        self.is_building.store(false, Ordering::Release);
        self.progress.send_modify(|progress| progress.is_stopped = true);
    }

    /// The stopped writer, to go on with.
    pub(crate) fn unpark(&self) -> Option<Writer> {
        let parked = lock(&self.parked).take()?;
        self.progress.send_modify(|progress| progress.is_stopped = false);
        Some(parked.writer)
    }

    /// A file that was being built beside is of no use any more.
    pub(crate) fn abandon(&self, writer: &Writer) {
        writer.file.retire();
        *lock(&self.beside) = None;
        self.is_building.store(false, Ordering::Release);
    }

    /// Every file with data of this view.
    pub(crate) fn files(&self) -> Vec<Arc<ViewFile>> {
        let beside = lock(&self.beside).as_ref().map(|beside| Arc::clone(&beside.file));
        std::iter::once(self.serving.load_full()).chain(beside).collect()
    }

    pub(crate) fn status(&self) -> ViewStatus {
        let Progress { position, .. } = *self.progress.borrow();
        let serving = self.serving.load().version;
        let stop = lock(&self.parked).as_ref().map(|parked| parked.stop.clone());
        let building = lock(&self.beside).as_ref().map(|beside| beside.position);
        // What is built with nothing else to serve is not complete before it joins the feed.
        let is_unbuilt = building.is_none() && self.is_building.load(Ordering::Acquire);
        let is_old = serving != self.fold.version();
        let is_behind = position < self.target || is_old || is_unbuilt;
        ViewStatus {
            name: self.fold.name(),
            version: self.fold.version(),
            serving,
            position,
            building,
            state: match stop {
                Some(stop) => ViewState::Stopped(stop),
                None if is_behind => ViewState::CatchingUp,
                None => ViewState::Live,
            },
        }
    }
}
