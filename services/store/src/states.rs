//! Recent states of streams, so that a decision seldom reads the log.
//!
//! Once an append of this process is in the log, no look-up shows what was before it. To that end a
//! look-up finds nothing to rely on while an append to its stream is under way; every append that
//! happened counts up a counter of its stream, and a state is put in only if the counter still
//! stands as when the log was read for it: then nothing newer can have come and gone meanwhile. Many
//! streams share counters, which costs a needless read now and then. A newer state always replaces
//! an older one. After an erasure everything is dropped, for states hold opened personal parts.

mod kept;

use std::{
    any::Any,
    hash::{BuildHasher, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use events::StreamName;

use self::kept::{Change, Kept};

const COUNTERS: usize = 4_096;

/// A state of some decider.
pub(crate) type AnyState = Arc<dyn Any + Send + Sync>;

/// A state and how many events led to it.
#[derive(Clone)]
pub(crate) struct Cached {
    pub(crate) state: AnyState,
    pub(crate) revision: u64,
}

/// A look-up.
pub(crate) enum Found {
    /// The state, as new as this process knows.
    Current(Cached),
    /// A state; an append that is under way may have gone past it.
    Doubtful(Cached),
    Nothing,
}

/// What streams with the same hash share.
#[derive(Default)]
struct Counter {
    under_way: AtomicU64,
    happened: AtomicU64,
}

/// Taken before the log is read or appended to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ticket {
    hash: u64,
    counter: usize,
    count: u64,
    erasures: u64,
}

pub(crate) struct States {
    cache: Kept,
    hasher: RandomState,
    counters: Box<[Counter]>,
    erasures: AtomicU64,
}

impl States {
    pub(crate) fn new(states_max: u64) -> Self {
        Self {
            cache: Kept::new(states_max),
            hasher: RandomState::new(),
            counters: (0..COUNTERS).map(|_| Counter::default()).collect(),
            erasures: AtomicU64::new(0),
        }
    }

    /// What is at hand, and a ticket for what will be read.
    pub(crate) fn find(&self, stream: &StreamName) -> (Ticket, Found) {
        let ticket = self.ticket(stream);
        // Asked first: an append that is not under way any more has put its state in.
        let quiet = self
            .counters
            .get(ticket.counter)
            .is_some_and(|counter| counter.under_way.load(Ordering::SeqCst) == 0);
        let found = match self.cache.get(ticket.hash, stream) {
            Some(cached) if quiet => Found::Current(cached),
            Some(cached) => Found::Doubtful(cached),
            None => Found::Nothing,
        };
        (ticket, found)
    }

    /// An append begins. [`States::end`] must follow, whatever comes of it.
    pub(crate) fn begin(&self, ticket: Ticket) {
        if let Some(counter) = self.counters.get(ticket.counter) {
            counter.under_way.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// An append ended, and what it led to was put in.
    pub(crate) fn end(&self, ticket: Ticket) {
        if let Some(counter) = self.counters.get(ticket.counter) {
            counter.under_way.fetch_sub(1, Ordering::SeqCst);
        }
    }

    pub(crate) fn ticket(&self, stream: &StreamName) -> Ticket {
        let hash = self.hasher.hash_one(stream);
        let counter = usize::try_from(hash).unwrap_or_default() % COUNTERS;
        let erasures = self.erasures.load(Ordering::SeqCst);
        Ticket { hash, counter, count: self.count(counter), erasures }
    }

    /// Remembers what was read from the log after the ticket was taken.
    pub(crate) fn put_read(&self, ticket: Ticket, stream: &StreamName, cached: Cached) {
        self.put(ticket, stream, cached);
    }

    /// Remembers what an append led to; to be called before anybody is told that it happened.
    pub(crate) fn put_appended(&self, mut ticket: Ticket, stream: &StreamName, cached: Cached) {
        self.count_up(ticket);
        ticket.count += 1;
        self.put(ticket, stream, cached);
    }

    /// An append may have happened, but what it led to is not known.
    pub(crate) fn doubt(&self, ticket: Ticket, stream: &StreamName) {
        self.count_up(ticket);
        self.cache.change(ticket.hash, stream, |_| Change::Remove);
    }

    /// Drops everything, also what is about to be put in.
    pub(crate) fn drop_all(&self) {
        self.erasures.fetch_add(1, Ordering::SeqCst);
        self.cache.clear();
    }

    fn put(&self, ticket: Ticket, stream: &StreamName, cached: Cached) {
        self.cache.change(ticket.hash, stream, |held| {
            let is_erased = self.erasures.load(Ordering::SeqCst) != ticket.erasures;
            let is_current = self.count(ticket.counter) == ticket.count;
            match held.map(|held| held.revision) {
                Some(held) if held >= cached.revision => Change::Keep,
                Some(_) if is_erased => Change::Remove,
                Some(_) => Change::Put(cached),
                None if is_current && !is_erased => Change::Put(cached),
                None => Change::Keep,
            }
        });
    }

    fn count(&self, counter: usize) -> u64 {
        self.counters.get(counter).map_or(0, |counter| counter.happened.load(Ordering::SeqCst))
    }

    fn count_up(&self, ticket: Ticket) {
        if let Some(counter) = self.counters.get(ticket.counter) {
            counter.happened.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> StreamName {
        "user-default.a".parse().unwrap()
    }

    fn at(revision: u64) -> Cached {
        Cached { state: Arc::new(revision), revision }
    }

    fn held(states: &States) -> Option<u64> {
        let ticket = states.ticket(&stream());
        states.cache.get(ticket.hash, &stream()).map(|cached| cached.revision)
    }

    #[test]
    fn a_state_is_doubtful_while_an_append_is_under_way() {
        let states = States::new(10);
        let (ticket, found) = states.find(&stream());
        assert!(matches!(found, Found::Nothing));
        states.put_read(ticket, &stream(), at(5));
        states.begin(ticket);
        let (_, found) = states.find(&stream());
        assert!(matches!(found, Found::Doubtful(Cached { revision: 5, .. })));
        states.put_appended(ticket, &stream(), at(6));
        states.end(ticket);
        let (_, found) = states.find(&stream());
        assert!(matches!(found, Found::Current(Cached { revision: 6, .. })));
    }

    #[test]
    fn an_older_state_never_replaces_a_newer_one() {
        let states = States::new(10);
        let (reader, writer) = (states.ticket(&stream()), states.ticket(&stream()));
        states.put_appended(writer, &stream(), at(6));
        states.put_read(reader, &stream(), at(5));
        assert_eq!(held(&states), Some(6));
    }

    #[test]
    fn an_older_state_does_not_come_back_after_the_newer_one_was_evicted() {
        let states = States::new(10);
        let (reader, writer) = (states.ticket(&stream()), states.ticket(&stream()));
        states.put_appended(writer, &stream(), at(6));
        states.cache.change(states.ticket(&stream()).hash, &stream(), |_| Change::Remove);
        states.put_read(reader, &stream(), at(5));
        assert_eq!(held(&states), None);
        states.put_read(states.ticket(&stream()), &stream(), at(6));
        assert_eq!(held(&states), Some(6));
    }

    #[test]
    fn a_slow_writer_does_not_bring_back_what_a_quick_one_went_past() {
        let states = States::new(10);
        let (slow, quick) = (states.ticket(&stream()), states.ticket(&stream()));
        states.put_appended(quick, &stream(), at(7));
        states.cache.change(states.ticket(&stream()).hash, &stream(), |_| Change::Remove);
        states.put_appended(slow, &stream(), at(6));
        assert_eq!(held(&states), None);
    }

    #[test]
    fn an_append_in_doubt_leaves_nothing_to_rely_on() {
        let states = States::new(10);
        states.put_read(states.ticket(&stream()), &stream(), at(5));
        let reader = states.ticket(&stream());
        states.doubt(states.ticket(&stream()), &stream());
        states.put_read(reader, &stream(), at(5));
        assert_eq!(held(&states), None);
    }

    #[test]
    fn what_was_opened_before_an_erasure_is_not_kept_after_it() {
        let states = States::new(10);
        states.put_read(states.ticket(&stream()), &stream(), at(1));
        let (reader, writer) = (states.ticket(&stream()), states.ticket(&stream()));
        states.drop_all();
        assert_eq!(held(&states), None);
        states.put_read(reader, &stream(), at(1));
        assert_eq!(held(&states), None);
        states.put_read(states.ticket(&stream()), &stream(), at(1));
        states.put_appended(writer, &stream(), at(2));
        assert_eq!(held(&states), None);
    }
}
