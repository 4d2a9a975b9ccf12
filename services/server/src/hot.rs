//! Small configuration kept decoded in memory, tagged with the position it is true for.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;

/// A value decoded from a view, and the position at which the view had last changed.
struct Tagged<T> {
    changed_at: u64,
    value: Arc<T>,
}

/// A value that is decoded again only after its view has changed.
pub(crate) struct Hot<T> {
    current: ArcSwapOption<Tagged<T>>,
    loading: Mutex<()>,
}

impl<T> Default for Hot<T> {
    fn default() -> Self {
        Self { current: ArcSwapOption::empty(), loading: Mutex::new(()) }
    }
}

impl<T> Hot<T> {
    /// The value as of `changed_at`, the position at which its view last changed; `load` decodes it
    /// if what is held is older. One caller loads, the others wait for it.
    ///
    /// # Errors
    /// Whatever `load` says.
    pub(crate) fn get<E>(
        &self,
        changed_at: u64,
        load: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        if let Some(value) = self.fresh(changed_at) {
            return Ok(value);
        }
        let _one = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = self.fresh(changed_at) {
            return Ok(value);
        }
        let value = Arc::new(load()?);
        self.current.store(Some(Arc::new(Tagged { changed_at, value: value.clone() })));
        Ok(value)
    }

    fn fresh(&self, changed_at: u64) -> Option<Arc<T>> {
        let current = self.current.load();
        current.as_ref().filter(|held| held.changed_at >= changed_at).map(|held| held.value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_decoded_again_only_after_its_view_changed() {
        let hot = Hot::default();
        let get = |changed_at, value| *hot.get(changed_at, || Ok::<_, ()>(value)).unwrap();
        assert_eq!(get(1, "one"), "one");
        assert_eq!(get(1, "two"), "one");
        assert_eq!(get(2, "two"), "two");
        assert_eq!(get(1, "three"), "two");
    }
}
