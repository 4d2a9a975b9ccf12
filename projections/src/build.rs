//! Brings writers up to the head of the log: one thread reads and decodes, one thread per group of
//! views applies.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use crate::{
    Source, SourceError, Stop,
    slot::Slot,
    writer::{Batch, Writer},
};

/// Most events of one batch, and so of one transaction.
pub(crate) const BATCH_EVENTS_MAX: usize = 1_024;
/// Most batches between the reading and an applying thread.
pub(crate) const BATCHES_AHEAD_MAX: usize = 4;

/// A writer on its way, with the view it belongs to if it runs inside a server.
pub(crate) struct Member {
    pub(crate) writer: Writer,
    pub(crate) slot: Option<Arc<Slot>>,
    pub(crate) group: usize,
    /// Why it goes no further.
    pub(crate) stop: Option<Stop>,
}

impl Member {
    pub(crate) fn apply(&mut self, batch: &Batch) {
        if self.stop.is_some() {
            return;
        }
        match self.writer.apply(batch) {
            Ok(()) => {
                if let Some(slot) = &self.slot {
                    slot.report(&self.writer);
                }
            }
            Err(stop) => self.stop = Some(stop),
        }
    }
}

/// What the caller of [`build`] has a say in.
pub(crate) trait Guide {
    /// Batches up to this position were read. Answers whether to go on.
    fn read(&mut self, position: u64, events: usize) -> bool;
    /// The log could not be read. Answers whether to try again.
    fn failed(&mut self, error: &SourceError) -> bool;
}

/// Applies the log to the writers until its head, or until none of them wants more. Gives all of
/// them back, however far they came.
pub(crate) fn build(
    source: &dyn Source,
    members: Vec<Member>,
    guide: &mut impl Guide,
) -> (Vec<Member>, Result<(), SourceError>) {
    let after = members.iter().map(|member| member.writer.position).min().unwrap_or_default();
    let limit = members.iter().map(|member| member.writer.limit).max().unwrap_or_default();
    let mut groups: Vec<Vec<Member>> = Vec::new();
    for member in members {
        if let Err(error) = member.writer.widen() {
            tracing::warn!(%error, "page cache not widened");
        }
        while groups.len() <= member.group {
            groups.push(Vec::new());
        }
        if let Some(group) = groups.get_mut(member.group) {
            group.push(member);
        }
    }
    thread::scope(|scope| {
        let mut senders = Vec::new();
        let mut threads = Vec::new();
        for group in groups.into_iter().filter(|group| !group.is_empty()) {
            let (sender, receiver) = sync_channel(BATCHES_AHEAD_MAX);
            senders.push(sender);
            threads.push(scope.spawn(move || apply_all(group, &receiver)));
        }
        let result = read_all(source, after, limit, &senders, guide);
        drop(senders);
        let members = threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default());
        (members.collect(), result)
    })
}

fn apply_all(mut group: Vec<Member>, batches: &Receiver<Arc<Batch>>) -> Vec<Member> {
    for batch in batches {
        for member in &mut group {
            member.apply(&batch);
        }
    }
    for member in group.iter_mut().filter(|member| member.stop.is_none()) {
        // Tried again when the view joins the feed.
        if let Err(error) = member.writer.index() {
            tracing::warn!(view = member.writer.fold.name(), %error, "indexes not made");
        }
    }
    group
}

fn read_all(
    source: &dyn Source,
    mut after: u64,
    limit: u64,
    senders: &[SyncSender<Arc<Batch>>],
    guide: &mut impl Guide,
) -> Result<(), SourceError> {
    while after < limit.min(source.head()) {
        let batch = match source.read(after, BATCH_EVENTS_MAX) {
            Ok(events) => Batch::new(events),
            Err(error) if guide.failed(&error) => continue,
            Err(error) => return Err(error),
        };
        if batch.events.is_empty() {
            break;
        }
        after = batch.end();
        let events = batch.events.len();
        let batch = Arc::new(batch);
        for sender in senders {
            // A thread that is gone has panicked; its views come back with the others or not at all.
            let _gone = sender.send(Arc::clone(&batch));
        }
        if !guide.read(after, events) {
            break;
        }
    }
    Ok(())
}
