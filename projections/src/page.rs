//! Pages of listings.

/// Most rows of one page.
pub const PAGE_ROWS_MAX: u32 = 100;

/// Which part of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    offset: i64,
    limit: i64,
}

impl Page {
    /// Skips `offset` rows and gives at most `limit`, which is cut to [`PAGE_ROWS_MAX`].
    pub fn new(offset: u64, limit: u32) -> Self {
        let offset = i64::try_from(offset).unwrap_or(i64::MAX);
        Self { offset, limit: limit.min(PAGE_ROWS_MAX).into() }
    }

    /// How many rows come before it.
    pub fn skipped(self) -> usize {
        usize::try_from(self.offset).unwrap_or(usize::MAX)
    }

    /// How many rows it has at most.
    pub fn size(self) -> usize {
        usize::try_from(self.limit).unwrap_or_default()
    }

    pub(crate) fn offset(self) -> i64 {
        self.offset
    }

    pub(crate) fn limit(self) -> i64 {
        self.limit
    }
}

impl Default for Page {
    fn default() -> Self {
        Self::new(0, PAGE_ROWS_MAX)
    }
}

/// A page of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<T> {
    /// The rows of the page.
    pub rows: Vec<T>,
    /// How many rows there are on all pages.
    pub total: u64,
}
