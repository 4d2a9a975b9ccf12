//! What a view is: tables, and a fold that fills them from events.

use events::{Category, Recorded};
use rusqlite::{Params, Transaction};

/// The tables of a view inside the transaction of one batch. Statements are prepared once.
pub struct Rows<'a> {
    transaction: &'a Transaction<'a>,
}

/// Why a fold failed. The view stops at the event and says so; nothing is skipped.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// SQLite refused a statement.
    #[error("a statement of the view failed")]
    Sql(#[from] rusqlite::Error),
    /// A value cannot be written as JSON.
    #[error("a value cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// A view: a fold of the log into tables of its own. It reads nothing but the event and these
/// tables, and knows no clock and no randomness: the same history gives the same tables.
pub trait View: Send + Sync + 'static {
    /// Name of the view and of its file, `[a-z_]+`.
    const NAME: &'static str;
    /// Raised when the fold or the schema changes.
    const VERSION: u32;
    /// Oldest version whose tables the queries of this version still understand: it serves while the
    /// new tables are built.
    const SERVES_SINCE: u32 = Self::VERSION;
    /// Statements that make the empty tables.
    const SCHEMA: &'static str;
    /// `CREATE INDEX IF NOT EXISTS` for the indexes that only queries need, not the fold: they are
    /// made when the tables have reached the head of the log, which costs a fraction of keeping
    /// them up to date from the first event on.
    const INDEXES: &'static str = "";
    /// Categories of the events that the fold looks at; others are passed by.
    const CATEGORIES: &'static [Category];

    /// Folds one event.
    ///
    /// # Errors
    /// [`ViewError`] if the disk or the schema refuses; the runner stops the view.
    fn apply(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError>;
}

impl<'a> Rows<'a> {
    pub(crate) fn new(transaction: &'a Transaction<'a>) -> Self {
        Self { transaction }
    }

    /// Runs a statement; answers how many rows it changed.
    ///
    /// # Errors
    /// [`ViewError::Sql`]
    pub fn execute(&self, sql: &str, params: impl Params) -> Result<usize, ViewError> {
        Ok(self.transaction.prepare_cached(sql)?.execute(params)?)
    }

    /// The first column of the first row, if there is one. For folds that build on their own tables.
    ///
    /// # Errors
    /// [`ViewError::Sql`]
    pub fn value<T: rusqlite::types::FromSql>(
        &self,
        sql: &str,
        params: impl Params,
    ) -> Result<Option<T>, ViewError> {
        let mut statement = self.transaction.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        Ok(match rows.next()? {
            Some(row) => Some(row.get(0)?),
            None => None,
        })
    }
}
