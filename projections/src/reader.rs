//! The asking end of a view. Queries go to the file that serves at the moment they begin.

use std::{
    marker::PhantomData,
    sync::{Arc, atomic::Ordering},
};

use rusqlite::Connection;

use crate::{View, slot::Slot};

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// SQLite failed, or a row is not what the fold writes.
    #[error("the query of view {view} failed")]
    Sql {
        /// Name of the view.
        view: &'static str,
        /// What happened.
        #[source]
        source: rusqlite::Error,
    },
    /// The catalogue of the runner does not hold the view.
    #[error("there is no view {0}")]
    Unknown(&'static str),
}

/// Asks a view. Cheap to clone; point reads take microseconds and may be made inline.
pub struct Reader<V> {
    slot: Option<Arc<Slot>>,
    view: PhantomData<fn() -> V>,
}

impl<V> Clone for Reader<V> {
    fn clone(&self) -> Self {
        Self { slot: self.slot.clone(), view: PhantomData }
    }
}

impl<V: View> Reader<V> {
    pub(crate) fn new(slot: Option<Arc<Slot>>) -> Self {
        Self { slot, view: PhantomData }
    }

    /// Runs a query.
    ///
    /// # Errors
    /// [`QueryError`]
    pub fn query<T>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, QueryError> {
        let slot = self.slot.as_ref().ok_or(QueryError::Unknown(V::NAME))?;
        let file = slot.serving.load_full();
        file.query(query).map_err(|source| QueryError::Sql { view: V::NAME, source })
    }

    /// The position that answers are true for, at least.
    pub fn position(&self) -> u64 {
        self.slot.as_ref().map_or(0, |slot| slot.position())
    }

    /// Position of the last event that the view looked at: while it stays, so do all answers.
    pub fn last_changed(&self) -> u64 {
        self.slot.as_ref().map_or(0, |slot| slot.changed.load(Ordering::Acquire))
    }
}
