//! The newest events as they stand in the log, so that whoever follows it closely reads no file: a
//! read of a file that has just been written costs many times what its events do.

use std::{
    collections::VecDeque,
    sync::{PoisonError, RwLock},
};

use events::StoredEvent;

/// Most events kept.
const EVENTS_MAX: usize = 2_048;
/// Most bytes kept in them.
const BYTES_MAX: usize = 2 << 20;

/// The newest events, in order and without gaps.
#[derive(Default)]
pub(super) struct Tail(RwLock<Kept>);

#[derive(Default)]
struct Kept {
    events: VecDeque<StoredEvent>,
    bytes: usize,
}

impl Tail {
    /// Adds durable events, which come right after those added before.
    pub(super) fn extend(&self, events: impl Iterator<Item = StoredEvent>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            kept.bytes += event.body.len();
            kept.events.push_back(event);
        }
        while kept.events.len() > EVENTS_MAX || kept.bytes > BYTES_MAX {
            let Some(oldest) = kept.events.pop_front() else { break };
            kept.bytes -= oldest.body.len();
        }
    }

    /// Events after a position, at most `max`; `None` if the first of them is not here.
    pub(super) fn after(&self, position: u64, max: usize) -> Option<Vec<StoredEvent>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let first = kept.events.front()?.position;
        let skipped = usize::try_from(position.checked_add(1)?.checked_sub(first)?).ok()?;
        Some(kept.events.iter().skip(skipped).take(max).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(position: u64, size: usize) -> StoredEvent {
        StoredEvent { position, body: vec![b'x'; size].into() }
    }

    fn positions(tail: &Tail, after: u64, max: usize) -> Option<Vec<u64>> {
        let events = tail.after(after, max)?;
        Some(events.iter().map(|event| event.position).collect())
    }

    #[test]
    fn what_is_kept_is_read_in_order_and_what_is_older_is_not_here() {
        let tail = Tail::default();
        assert_eq!(positions(&tail, 0, 9), None);
        tail.extend((5..=7).map(|position| event(position, 1)));
        assert_eq!(positions(&tail, 3, 9), None);
        assert_eq!(positions(&tail, 4, 9), Some(vec![5, 6, 7]));
        assert_eq!(positions(&tail, 5, 1), Some(vec![6]));
        assert_eq!(positions(&tail, 7, 9), Some(vec![]));
        assert_eq!(positions(&tail, u64::MAX, 9), None);
    }

    #[test]
    fn neither_events_nor_bytes_grow_beyond_their_bounds() {
        let tail = Tail::default();
        tail.extend((1..=5_000).map(|position| event(position, 1)));
        assert_eq!(positions(&tail, 5_000 - EVENTS_MAX as u64, 1).unwrap(), [2_953]);
        assert_eq!(positions(&tail, 4_999 - EVENTS_MAX as u64, 1), None);
        tail.extend([event(5_001, BYTES_MAX), event(5_002, 1)].into_iter());
        assert_eq!(positions(&tail, 5_001, 9), Some(vec![5_002]));
        assert_eq!(positions(&tail, 5_000, 9), None);
    }
}
