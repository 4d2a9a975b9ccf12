//! A bounded memory of states by stream.
//!
//! Each shard has two generations: when the young one is full it becomes the old one, and what
//! nobody asked for since is gone. That is nearly least-recently-used, and a change of one entry is
//! one look-up under one short lock.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use events::StreamName;

use super::Cached;

/// Shards, unless there is little to keep.
const SHARDS: usize = 16;

/// What becomes of an entry.
pub(super) enum Change {
    Keep,
    Put(Cached),
    Remove,
}

/// The states, by stream.
pub(super) struct Kept {
    shards: Box<[Mutex<Shard>]>,
    /// Entries in one generation of a shard.
    generation_max: usize,
}

#[derive(Default)]
struct Shard {
    young: HashMap<StreamName, Cached>,
    old: HashMap<StreamName, Cached>,
}

impl Kept {
    /// Keeps at most `max` states.
    pub(super) fn new(max: u64) -> Self {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        let shards = if max >= SHARDS * SHARDS { SHARDS } else { 1 };
        Self {
            shards: (0..shards).map(|_| Mutex::default()).collect(),
            generation_max: max / shards / 2,
        }
    }

    /// The state of a stream; `hash` is the stream's.
    pub(super) fn get(&self, hash: u64, stream: &StreamName) -> Option<Cached> {
        let mut shard = self.shard(hash)?;
        if let Some(cached) = shard.young.get(stream) {
            return Some(cached.clone());
        }
        let (name, cached) = shard.old.remove_entry(stream)?;
        shard.put(name, cached.clone(), self.generation_max);
        Some(cached)
    }

    /// Changes an entry on the strength of what it is.
    pub(super) fn change(
        &self,
        hash: u64,
        stream: &StreamName,
        change: impl FnOnce(Option<&Cached>) -> Change,
    ) {
        let Some(mut shard) = self.shard(hash) else { return };
        let held = shard.young.get(stream).or_else(|| shard.old.get(stream));
        match change(held) {
            Change::Keep => {}
            Change::Remove => shard.remove(stream),
            Change::Put(cached) => shard.put(stream.clone(), cached, self.generation_max),
        }
    }

    /// Drops everything.
    pub(super) fn clear(&self) {
        for shard in &self.shards {
            *shard.lock().unwrap_or_else(PoisonError::into_inner) = Shard::default();
        }
    }

    fn shard(&self, hash: u64) -> Option<MutexGuard<'_, Shard>> {
        let number = usize::try_from(hash >> 32).unwrap_or_default() % self.shards.len();
        Some(self.shards.get(number)?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Shard {
    fn put(&mut self, stream: StreamName, cached: Cached, generation_max: usize) {
        if self.young.len() >= generation_max && !self.young.contains_key(&stream) {
            self.old = std::mem::take(&mut self.young);
        }
        if generation_max == 0 {
            self.old.clear();
            return;
        }
        // An older state in the old generation is never looked at again: it goes with it.
        self.young.insert(stream, cached);
    }

    fn remove(&mut self, stream: &StreamName) {
        self.young.remove(stream);
        self.old.remove(stream);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn name(number: u64) -> StreamName {
        format!("user-default.u{number}").parse().unwrap()
    }

    fn put(kept: &Kept, number: u64, revision: u64) {
        let cached = Cached { state: Arc::new(()), revision };
        kept.change(0, &name(number), |_| Change::Put(cached));
    }

    fn held(kept: &Kept, number: u64) -> Option<u64> {
        kept.get(0, &name(number)).map(|cached| cached.revision)
    }

    #[test]
    fn a_newer_state_wins_even_when_the_older_is_in_the_old_generation() {
        let kept = Kept::new(4);
        put(&kept, 0, 1);
        put(&kept, 1, 1);
        put(&kept, 2, 1);
        put(&kept, 0, 2);
        assert_eq!(held(&kept, 0), Some(2));
        kept.change(0, &name(0), |held| {
            assert_eq!(held.map(|cached| cached.revision), Some(2));
            Change::Remove
        });
        assert_eq!(held(&kept, 0), None);
    }

    #[test]
    fn it_stays_bounded_and_keeps_what_is_asked_for() {
        let kept = Kept::new(4);
        put(&kept, 0, 7);
        for number in 1..100 {
            put(&kept, number, 1);
            assert_eq!(held(&kept, 0), Some(7));
        }
        let shard = kept.shards[0].lock().unwrap();
        assert!(shard.young.len() + shard.old.len() <= 4);
        drop(shard);
        kept.clear();
        assert_eq!(held(&kept, 0), None);
    }

    #[test]
    fn a_memory_without_room_keeps_nothing() {
        let kept = Kept::new(0);
        put(&kept, 0, 1);
        assert_eq!(held(&kept, 0), None);
    }
}
