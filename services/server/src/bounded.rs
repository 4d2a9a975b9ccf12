//! A table of what happened lately, bounded in size: what is old is forgotten, and in a flood what is
//! oldest. For limits that need no record; each node has its own.

use std::{
    collections::HashMap,
    hash::Hash,
    mem,
    sync::{Mutex, PoisonError},
};

use events::UnixMillis;

/// Recent values by key. A value that is used stays for at least the lifetime, unless so many others
/// come that there is no room.
pub(crate) struct Recent<K, V> {
    /// Two halves: who is used moves to the fresh one, and the stale one is dropped as a whole.
    halves: Mutex<Halves<K, V>>,
    half_max: usize,
    lifetime_millis: i64,
}

struct Halves<K, V> {
    fresh: HashMap<K, V>,
    stale: HashMap<K, V>,
    began_at: UnixMillis,
}

impl<K: Eq + Hash, V: Default> Recent<K, V> {
    /// At most `entries_max` values.
    pub(crate) fn new(entries_max: usize, lifetime_seconds: i64) -> Self {
        let halves =
            Halves { fresh: HashMap::new(), stale: HashMap::new(), began_at: UnixMillis(0) };
        Self {
            halves: Mutex::new(halves),
            half_max: (entries_max / 2).max(1),
            lifetime_millis: lifetime_seconds.saturating_mul(1_000),
        }
    }

    /// Reads and changes the value of a key; it is the default if nothing is known.
    pub(crate) fn with<T>(&self, key: K, now: UnixMillis, act: impl FnOnce(&mut V) -> T) -> T {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = now.0.saturating_sub(halves.began_at.0) >= self.lifetime_millis;
        let is_full = halves.fresh.len() >= self.half_max && !halves.fresh.contains_key(&key);
        if is_over || is_full {
            halves.stale = mem::take(&mut halves.fresh);
            halves.began_at = now;
        }
        let moved = halves.stale.remove(&key);
        act(halves.fresh.entry(key).or_insert_with(|| moved.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(table: &Recent<u32, u32>, key: u32, seconds: i64) -> u32 {
        table.with(key, UnixMillis(seconds * 1_000), |count| {
            *count += 1;
            *count
        })
    }

    #[test]
    fn a_value_stays_while_it_is_used_and_is_forgotten_afterwards() {
        let table = Recent::new(10, 60);
        assert_eq!([0, 30, 61, 100, 150].map(|second| count(&table, 1, second)), [1, 2, 3, 4, 5]);
        assert_eq!(count(&table, 2, 240), 1, "a new half began");
        assert_eq!(count(&table, 2, 301), 2, "and another");
        assert_eq!(count(&table, 1, 302), 1);
    }

    #[test]
    fn a_flood_of_keys_takes_no_more_room_than_there_is() {
        let table = Recent::new(10, 60);
        for key in 0..1_000 {
            assert_eq!(count(&table, key, 1), 1);
        }
        let halves = table.halves.lock().unwrap();
        assert!(halves.fresh.len() + halves.stale.len() <= 10);
    }
}
