//! Events by position: the bodies behind a listing.

use events::{Recorded, StoredEvent};

use crate::{failure::LogError, log::Log};

/// Events between two wanted ones that are read rather than asked around.
const GAP_MAX: u64 = 32;
/// Most events in one read.
const SPAN_MAX: u64 = 1_024;

impl Log {
    /// Those of the positions that are in the log, in order, opened. Neighbours are read together.
    ///
    /// # Errors
    /// [`LogError`] if they cannot be read or opened.
    pub async fn read_at(&self, positions: &[u64]) -> Result<Vec<Recorded>, LogError> {
        let stored = self.stored_at(positions).await?;
        stored.iter().map(|stored| self.open_event(stored)).collect()
    }

    /// The same as they are stored.
    ///
    /// # Errors
    /// [`LogError`] if they cannot be read.
    pub async fn stored_at(&self, positions: &[u64]) -> Result<Vec<StoredEvent>, LogError> {
        let mut found = Vec::with_capacity(positions.len());
        for span in spans(positions) {
            let (Some(first), Some(last)) = (span.first(), span.last()) else { continue };
            let Some(after) = first.checked_sub(1) else { continue };
            let length = usize::try_from(last - after).unwrap_or(usize::MAX);
            let read = self.stored(after, length).await?;
            found.extend(
                read.into_iter().filter(|event| span.binary_search(&event.position).is_ok()),
            );
        }
        Ok(found)
    }
}

/// Positions in order, each once, cut where the way to the next is long. There is no position 0.
fn spans(positions: &[u64]) -> Vec<Vec<u64>> {
    let mut sorted: Vec<u64> = positions.iter().copied().filter(|position| *position > 0).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut spans: Vec<Vec<u64>> = Vec::new();
    for position in sorted {
        let fits = |span: &&mut Vec<u64>| {
            let near = span.last().is_some_and(|last| position - last <= GAP_MAX);
            near && span.first().is_some_and(|first| position - first < SPAN_MAX)
        };
        match spans.last_mut().filter(fits) {
            Some(span) => span.push(position),
            None => spans.push(vec![position]),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_read_together_and_distant_ones_apart() {
        assert_eq!(spans(&[]), Vec::<Vec<u64>>::new());
        assert_eq!(spans(&[7, 0, 5, 7, 37]), [vec![5, 7, 37]]);
        assert_eq!(spans(&[7, 5, 40]), [vec![5, 7], vec![40]]);
    }

    #[test]
    fn a_span_has_a_bounded_length() {
        let dense: Vec<u64> = (1..=SPAN_MAX + 1).collect();
        let lengths: Vec<usize> = spans(&dense).iter().map(Vec::len).collect();
        assert_eq!(lengths, [1024, 1]);
    }
}
