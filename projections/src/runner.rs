//! The runner: keeps every view up to date, rebuilds what needs it beside what serves, and lets
//! callers wait for a position.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::sync_channel,
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::{
    Catalogue, Reader, Source, UnknownView, View, ViewState, ViewStatus, WaitError,
    build::{BATCHES_AHEAD_MAX, Member},
    catalogue::Fold,
    feed::{self, Demand, Message, Shared},
    file::{self, ViewFile},
    folder,
    slot::Slot,
    writer::Writer,
};

/// What a runner keeps.
#[derive(Clone)]
pub struct Options {
    /// The views.
    pub catalogue: Catalogue,
}

impl Default for Options {
    fn default() -> Self {
        Self { catalogue: Catalogue::standard() }
    }
}

/// The view files cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made or read.
    #[error("the folder of views {0} cannot be used")]
    Folder(PathBuf, #[source] io::Error),
    /// A file cannot be opened or made.
    #[error("the file of view {0} cannot be opened")]
    File(&'static str, #[source] rusqlite::Error),
    /// A thread cannot be started.
    #[error("a thread of the views cannot be started")]
    Thread(#[source] io::Error),
}

/// The running views.
pub struct Views {
    folder: PathBuf,
    slots: Vec<Arc<Slot>>,
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Views {
    /// Opens the files in `folder` and starts to follow the log. Views without tables of their
    /// version are built apart; an older version serves meanwhile if it can.
    ///
    /// # Errors
    /// [`OpenError`]
    pub fn open(
        folder: &Path,
        source: Arc<dyn Source>,
        options: Options,
    ) -> Result<Self, OpenError> {
        let unusable = |error| OpenError::Folder(folder.to_owned(), error);
        fs::create_dir_all(folder).map_err(unusable)?;
        let head = source.head();
        let mut live = Vec::new();
        let mut unbuilt = Vec::new();
        let mut slots = Vec::new();
        for (group, fold) in options.catalogue.folds() {
            let member = open_view(folder, fold, group, head)?;
            slots.extend(member.slot.clone());
            if member.writer.is_built { live.push(member) } else { unbuilt.push(member) }
        }
        let start = live.iter().map(|member| member.writer.position).min().unwrap_or(head);
        let (groups, receivers): (Vec<_>, Vec<_>) =
            (0..options.catalogue.groups()).map(|_| sync_channel(BATCHES_AHEAD_MAX)).unzip();
        let shared = Arc::new(Shared {
            source,
            is_ending: AtomicBool::new(false),
            source_error: Mutex::default(),
            groups,
            demand: Demand::default(),
        });
        let views = Self { folder: folder.to_owned(), slots, shared, threads: Mutex::default() };
        for (group, messages) in receivers.into_iter().enumerate() {
            let members = live.extract_if(.., |member| member.group == group).collect();
            views.spawn("views-apply", move |shared| {
                feed::apply_live(shared, &messages, members, start);
            })?;
        }
        views.spawn("views-read", move |shared| feed::read_live(shared, start))?;
        if !unbuilt.is_empty() {
            views.spawn("views-build", move |shared| feed::build_and_join(shared, unbuilt))?;
        }
        Ok(views)
    }

    fn spawn(
        &self,
        name: &str,
        work: impl FnOnce(&Shared) + Send + 'static,
    ) -> Result<(), OpenError> {
        let shared = Arc::clone(&self.shared);
        let thread = thread::Builder::new().name(name.into()).spawn(move || work(&shared));
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread.map_err(OpenError::Thread)?);
        Ok(())
    }

    fn slot(&self, name: &str) -> Option<&Arc<Slot>> {
        self.slots.iter().find(|slot| slot.fold.name() == name)
    }

    /// The asking end of a view. Keep it.
    pub fn reader<V: View>(&self) -> Reader<V> {
        Reader::new(self.slot(V::NAME).cloned())
    }

    /// The position that a view is true for; 0 if there is no such view.
    pub fn position<V: View>(&self) -> u64 {
        self.reader::<V>().position()
    }

    /// Waits until a view has folded the event at a position.
    ///
    /// # Errors
    /// [`WaitError`]
    pub async fn wait_for<V: View>(
        &self,
        position: u64,
        timeout: Duration,
    ) -> Result<(), WaitError> {
        let slot = self.slot(V::NAME).ok_or(WaitError::Unknown(V::NAME))?;
        self.shared.demand.raise(position);
        tokio::time::timeout(timeout, reached(slot, position))
            .await
            .unwrap_or(Err(WaitError::Timeout(V::NAME)))
    }

    /// Waits until every view has folded the event at a position.
    ///
    /// # Errors
    /// [`WaitError`] of a view in the way, after the others are there.
    pub async fn wait(&self, position: u64, timeout: Duration) -> Result<(), WaitError> {
        if self.slots.iter().all(|slot| slot.position() >= position) {
            return Ok(());
        }
        self.shared.demand.raise(position);
        let all = async {
            let mut outcome = Ok(());
            // The last of a group first: when it is there, so are those that are applied before. One
            // that has stopped is no reason to miss what the others are about to know.
            for slot in self.slots.iter().rev() {
                outcome = reached(slot, position).await.and(outcome);
            }
            outcome
        };
        tokio::time::timeout(timeout, all).await.unwrap_or_else(|_late| {
            let late = self.slots.iter().find(|slot| slot.position() < position);
            Err(WaitError::Timeout(late.map_or("", |slot| slot.fold.name())))
        })
    }

    /// How every view stands.
    pub fn status(&self) -> Vec<ViewStatus> {
        self.slots.iter().map(|slot| slot.status()).collect()
    }

    /// Whether every view follows the log.
    pub fn is_live(&self) -> bool {
        self.source_error().is_none()
            && self.slots.iter().all(|slot| slot.status().state == ViewState::Live)
    }

    /// Why the log cannot be read at the moment, if so: all views stand still.
    pub fn source_error(&self) -> Option<String> {
        self.shared.source_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tries a stopped view again, from the event that it refused.
    ///
    /// # Errors
    /// [`UnknownView`]
    pub fn resume(&self, name: &str) -> Result<(), UnknownView> {
        let slot = self.slot(name).ok_or_else(|| UnknownView::Name(name.into()))?;
        let writer = slot.unpark().ok_or(UnknownView::NotStopped(slot.fold.name()))?;
        slot.is_building.store(true, Ordering::Release);
        self.start_build(slot, writer)
    }

    /// Builds the tables of a view anew beside those that serve, then swaps.
    ///
    /// # Errors
    /// [`UnknownView`]
    pub fn rebuild(&self, name: &str) -> Result<(), UnknownView> {
        let slot = self.slot(name).ok_or_else(|| UnknownView::Name(name.into()))?;
        if slot.is_building.swap(true, Ordering::AcqRel) {
            return Err(UnknownView::Building(slot.fold.name()));
        }
        let writer = new_file(&self.folder, &slot.fold).inspect_err(|_error| {
            slot.is_building.store(false, Ordering::Release);
        })?;
        slot.report(&writer);
        self.start_build(slot, writer)
    }

    fn start_build(&self, slot: &Arc<Slot>, writer: Writer) -> Result<(), UnknownView> {
        let member = Member { writer, slot: Some(Arc::clone(slot)), group: slot.group, stop: None };
        self.spawn("views-build", move |shared| feed::build_and_join(shared, vec![member]))
            .map_err(|error| UnknownView::File(slot.fold.name(), error.to_string()))
    }

    /// Empties the write-ahead logs, so that erased values are in no view file. Blocks; answers the
    /// views whose file could not be emptied because queries were in the way: try again.
    ///
    /// # Errors
    /// [`OpenError::File`]
    pub fn scrub(&self) -> Result<Vec<&'static str>, OpenError> {
        let mut busy = Vec::new();
        for slot in &self.slots {
            let name = slot.fold.name();
            for file in slot.files() {
                if !file.truncate_wal().map_err(|error| OpenError::File(name, error))? {
                    busy.push(name);
                }
            }
        }
        Ok(busy)
    }

    /// Stops following, stores every checkpoint and waits for the threads. Dropping does the same.
    pub fn shutdown(self) {
        drop(self);
    }
}

impl Drop for Views {
    fn drop(&mut self) {
        self.shared.is_ending.store(true, Ordering::Release);
        for group in &self.shared.groups {
            let _gone = group.send(Message::End);
        }
        let threads = self.threads.get_mut().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the views panicked");
            }
        }
    }
}

async fn reached(slot: &Slot, position: u64) -> Result<(), WaitError> {
    if slot.position() >= position {
        return Ok(());
    }
    let name = slot.fold.name();
    let mut progress = slot.progress.subscribe();
    let wanted =
        |progress: &crate::slot::Progress| progress.position >= position || progress.is_stopped;
    match progress.wait_for(wanted).await {
        Ok(progress) if progress.position >= position => Ok(()),
        Ok(_) | Err(_) => Err(WaitError::Stopped(name)),
    }
}

fn open_view(
    folder: &Path,
    fold: &Arc<dyn Fold>,
    group: usize,
    head: u64,
) -> Result<Member, OpenError> {
    let unusable = |error| OpenError::Folder(folder.to_owned(), error);
    let broken = |error| OpenError::File(fold.name(), error);
    let choice = folder::choose(folder, fold.as_ref()).map_err(unusable)?;
    for path in &choice.stale {
        folder::remove(path).map_err(unusable)?;
    }
    let file = Arc::new(ViewFile::new(choice.file.path, choice.file.version));
    let writer = Writer::open(Arc::clone(fold), Arc::clone(&file)).map_err(broken)?;
    let slot = match choice.older {
        None => {
            let at = (writer.position, writer.changed);
            Slot::new(Arc::clone(fold), group, file, at, head)
        }
        Some(older) => {
            let checkpoint = file::checkpoint(&older.path).map_err(broken)?;
            let older = Arc::new(ViewFile::new(older.path, older.version));
            let at = (checkpoint.position, checkpoint.changed);
            Slot::new(Arc::clone(fold), group, older, at, head)
        }
    };
    slot.is_building.store(!writer.is_built, Ordering::Release);
    slot.report(&writer);
    Ok(Member { writer, slot: Some(Arc::new(slot)), group, stop: None })
}

fn new_file(folder: &Path, fold: &Arc<dyn Fold>) -> Result<Writer, UnknownView> {
    let failed = |error: String| UnknownView::File(fold.name(), error);
    let found = folder::find(folder, fold.name()).map_err(|error| failed(error.to_string()))?;
    let generation = folder::next_generation(&found, fold.version());
    let path = folder::path(folder, fold.name(), fold.version(), generation);
    let file = Arc::new(ViewFile::new(path, fold.version()));
    Writer::open(Arc::clone(fold), file).map_err(|error| failed(error.to_string()))
}
