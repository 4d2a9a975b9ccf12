//! The live feed: one thread reads and decodes, one thread per group applies batches view by view,
//! and takes in views that were built apart.

use std::{
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender},
    },
    thread,
    time::Duration,
};

use crate::{
    Source, SourceError,
    build::{self, BATCH_EVENTS_MAX, Guide, Member},
    writer::Batch,
};

/// Longest time between two looks at whether the runner is to stop.
pub(crate) const IDLE: Duration = Duration::from_millis(100);

/// A batch that follows one of at least so many events gathers even if somebody waits for it: many
/// write at once, and larger batches serve all of them sooner.
const CROWD_EVENTS: usize = 16;
/// How long it gathers.
const CROWD_LINGER: Duration = Duration::from_micros(700);
/// So many events are enough for a batch.
const GATHERED_EVENTS: u64 = 256;
/// How long events that nobody waits for may gather before they are read.
const LINGER: Duration = Duration::from_millis(20);

/// What an applying thread is told.
pub(crate) enum Message {
    /// The next events.
    Batch(Arc<Batch>),
    /// A view that is built: from here on it is kept up to date with the others.
    Join(Box<Member>),
    /// Nothing more comes.
    End,
}

/// What all threads share.
pub(crate) struct Shared {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) is_ending: AtomicBool,
    pub(crate) source_error: Mutex<Option<String>>,
    pub(crate) groups: Vec<SyncSender<Message>>,
    pub(crate) demand: Demand,
}

/// The highest position that somebody waits for.
///
/// A batch costs nearly the same for one event as for a hundred. So the feed lets events gather for
/// a moment, unless somebody waits for one of them.
#[derive(Default)]
pub(crate) struct Demand {
    wanted: Mutex<u64>,
    raised: Condvar,
}

impl Demand {
    /// Somebody waits for a position.
    pub(crate) fn raise(&self, position: u64) {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        if position > *wanted {
            *wanted = position;
            self.raised.notify_one();
        }
    }

    /// Lets a moment pass unless somebody waits for a position beyond this one.
    fn linger(&self, position: u64) {
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.raised.wait_timeout_while(wanted, LINGER, |wanted| *wanted <= position);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

impl Shared {
    pub(crate) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::Acquire)
    }

    fn note(&self, error: Option<&SourceError>) {
        let mut noted = self.source_error.lock().unwrap_or_else(PoisonError::into_inner);
        let text = error.map(|error| match std::error::Error::source(error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        });
        if let Some(text) = &text
            && noted.as_ref() != Some(text)
        {
            tracing::error!(error = %text, "the feed of views stands still");
        }
        *noted = text;
    }

    fn rest(&self) {
        // `wait` beyond any position is a sleep that the source can do better than we.
        self.source.wait(u64::MAX, IDLE);
    }
}

impl Guide for &Shared {
    fn read(&mut self, _position: u64, _events: usize) -> bool {
        self.note(None);
        !self.is_ending()
    }

    fn failed(&mut self, error: &SourceError) -> bool {
        self.note(Some(error));
        self.rest();
        !self.is_ending()
    }
}

/// Reads the log from a position on and hands it to every group, until the end.
pub(crate) fn read_live(shared: &Shared, mut after: u64) {
    let mut crowd = 0;
    while !shared.is_ending() {
        if shared.source.head() < after + GATHERED_EVENTS {
            if crowd >= CROWD_EVENTS {
                thread::sleep(CROWD_LINGER);
            }
            shared.demand.linger(after);
        }
        match shared.source.read(after, BATCH_EVENTS_MAX) {
            Err(error) => {
                shared.note(Some(&error));
                shared.rest();
            }
            Ok(events) if events.is_empty() => {
                crowd = 0;
                shared.source.wait(after, IDLE);
            }
            Ok(events) => {
                shared.note(None);
                crowd = events.len();
                let batch = Arc::new(Batch::new(events));
                after = batch.end();
                for group in &shared.groups {
                    let _gone = group.send(Message::Batch(Arc::clone(&batch)));
                }
            }
        }
    }
}

/// Applies what comes to the views of a group. `position` is where the feed begins.
pub(crate) fn apply_live(
    shared: &Shared,
    messages: &Receiver<Message>,
    mut members: Vec<Member>,
    mut position: u64,
) {
    for message in messages {
        match message {
            Message::Batch(batch) => {
                for member in &mut members {
                    member.apply(&batch);
                }
                position = batch.end();
            }
            Message::Join(member) => {
                let mut member = *member;
                catch_up(shared, &mut member, position);
                if member.stop.is_none() {
                    join(&mut members, member);
                } else {
                    members.push(member);
                }
            }
            Message::End => break,
        }
        park_stopped(&mut members);
    }
    for member in &mut members {
        if let Err(error) = member.writer.store() {
            tracing::warn!(view = member.writer.fold.name(), %error, "checkpoint not stored");
        }
    }
}

fn catch_up(shared: &Shared, member: &mut Member, position: u64) {
    while member.stop.is_none() && member.writer.position < position && !shared.is_ending() {
        match shared.source.read(member.writer.position, BATCH_EVENTS_MAX) {
            Ok(events) => member.apply(&Batch::new(events)),
            Err(error) => {
                shared.note(Some(&error));
                shared.rest();
            }
        }
    }
}

fn join(members: &mut Vec<Member>, mut member: Member) {
    if let Err(error) = member.writer.settle() {
        tracing::warn!(view = member.writer.fold.name(), %error, "checkpoint not stored");
    }
    let name = member.writer.fold.name();
    members.retain(|other| other.writer.fold.name() != name);
    if let Some(slot) = &member.slot {
        slot.serve(&member.writer);
    }
    members.push(member);
}

fn park_stopped(members: &mut Vec<Member>) {
    for member in members.extract_if(.., |member| member.stop.is_some()) {
        park(member);
    }
}

/// Puts a writer aside that goes no further.
fn park(member: Member) {
    let Member { writer, slot: Some(slot), stop: Some(stop), .. } = member else { return };
    let serving = slot.serving.load();
    let is_beside = !Arc::ptr_eq(&serving, &writer.file);
    if is_beside && serving.version == writer.file.version {
        // The tables that serve are of the same version and go on: the attempt is given up.
        tracing::error!(view = writer.fold.name(), %stop, "rebuild given up");
        slot.abandon(&writer);
    } else {
        drop(serving);
        slot.park(writer, stop);
    }
}

/// Brings writers to the head of the log and hands them to their groups.
pub(crate) fn build_and_join(shared: &Shared, members: Vec<Member>) {
    let (members, _ended) = build::build(shared.source.as_ref(), members, &mut &*shared);
    for mut member in members {
        if member.stop.is_some() {
            park(member);
        } else if shared.is_ending() {
            if let Err(error) = member.writer.store() {
                tracing::warn!(view = member.writer.fold.name(), %error, "checkpoint not stored");
            }
        } else if let Some(group) = shared.groups.get(member.group) {
            let _gone = group.send(Message::Join(Box::new(member)));
        }
    }
}
