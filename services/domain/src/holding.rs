//! Differences between what is held and what is wished for, each thing once, in the order given.

use std::collections::BTreeSet;

/// Those wished for that are not held yet.
pub(crate) fn added<T: Ord + Clone>(held: &BTreeSet<T>, wished: Vec<T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    wished.into_iter().filter(|one| !held.contains(one) && seen.insert(one.clone())).collect()
}

/// Those named that are held.
pub(crate) fn held<T: Ord + Clone>(held: &BTreeSet<T>, named: Vec<T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    named.into_iter().filter(|one| held.contains(one) && seen.insert(one.clone())).collect()
}

/// Those held that are not among the wished.
pub(crate) fn removed<T: Ord + Clone>(held: &BTreeSet<T>, wished: &[T]) -> Vec<T> {
    let wished: BTreeSet<&T> = wished.iter().collect();
    held.iter().filter(|one| !wished.contains(one)).cloned().collect()
}

/// Each thing once, in the order given.
pub(crate) fn distinct<T: Ord + Clone>(things: Vec<T>) -> Vec<T> {
    added(&BTreeSet::new(), things)
}
