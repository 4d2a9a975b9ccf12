//! How many events the streams hold that were written to lately, so that most checks need no query.
//!
//! Two generations: when the young one is full it becomes the old one, and what nobody asked for
//! since is gone. That is nearly least-recently-used at the price of two look-ups.

use std::collections::HashMap;

use events::StreamName;

/// Streams in one generation.
const GENERATION_STREAMS_MAX: usize = 8_192;

/// Heads of streams, bounded.
#[derive(Default)]
pub(super) struct Heads {
    young: HashMap<StreamName, i64>,
    old: HashMap<StreamName, i64>,
}

impl Heads {
    /// The head, if it is known.
    pub(super) fn get(&mut self, stream: &StreamName) -> Option<i64> {
        if let Some(head) = self.young.get(stream) {
            return Some(*head);
        }
        let (name, head) = self.old.remove_entry(stream)?;
        self.put(name, head);
        Some(head)
    }

    /// Remembers a head.
    pub(super) fn put(&mut self, stream: StreamName, head: i64) {
        if self.young.len() >= GENERATION_STREAMS_MAX && !self.young.contains_key(&stream) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(stream, head);
    }

    /// Forgets everything: after a transaction that did not happen nothing here is certain.
    pub(super) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: usize) -> StreamName {
        format!("user-default.u{number}").parse().unwrap()
    }

    #[test]
    fn a_newer_head_wins_even_when_the_older_is_in_the_old_generation() {
        let mut heads = Heads::default();
        heads.put(name(0), 1);
        for number in 1..=GENERATION_STREAMS_MAX {
            heads.put(name(number), 1);
        }
        heads.put(name(0), 2);
        assert_eq!(heads.get(&name(0)), Some(2));
    }

    #[test]
    fn heads_stay_bounded_and_keep_what_is_asked_for() {
        let mut heads = Heads::default();
        for number in 0..3 * GENERATION_STREAMS_MAX {
            heads.put(name(number), 1);
            assert_eq!(heads.get(&name(0)), Some(1));
        }
        assert!(heads.young.len() + heads.old.len() <= 2 * GENERATION_STREAMS_MAX);
        heads.clear();
        assert_eq!(heads.get(&name(0)), None);
    }
}
