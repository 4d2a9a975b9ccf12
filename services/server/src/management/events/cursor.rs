//! Which part of the log, by position and in which order.

use axum::http::StatusCode;
use projections::{PAGE_ROWS_MAX, Page, TimelineCursor};

use crate::http::{error::ApiError, query::Query};

const SIZE: &str = "page_size";
const SIZE_DEFAULT: u32 = 20;

/// Which part of the log, and in which order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    after: Option<u64>,
    before: Option<u64>,
    is_descending: bool,
    size: u32,
}

impl Range {
    /// Reads `after`, `before`, `order` and `page_size`. Without an order the log is read forward
    /// if `after` is given, backward otherwise.
    ///
    /// # Errors
    /// 400 `guard.invalid_input`, `guard.invalid_pagination`
    pub(super) fn try_new(query: &Query) -> Result<Self, ApiError> {
        let (after, before) = (query.parsed("after")?, query.parsed("before")?);
        let is_descending = match query.text("order") {
            Some("asc") => false,
            Some("desc") => true,
            Some(_) => {
                let message = "Expected `asc` or `desc`.";
                return Err(ApiError::invalid_input("query", &["order"], message));
            }
            None => after.is_none(),
        };
        let size = match query.first(SIZE) {
            Some(text) => text.parse().ok().filter(|size| (1..=PAGE_ROWS_MAX).contains(size)),
            None => Some(SIZE_DEFAULT),
        };
        let message = format!("`{SIZE}` must be a whole number from 1 to {PAGE_ROWS_MAX}.");
        let wrong = || ApiError::new(StatusCode::BAD_REQUEST, "guard.invalid_pagination", message);
        Ok(Self { after, before, is_descending, size: size.ok_or_else(wrong)? })
    }

    /// Where the timeline begins.
    pub(super) fn cursor(&self) -> TimelineCursor {
        if self.is_descending {
            self.before.map_or(TimelineCursor::Newest, TimelineCursor::Before)
        } else {
            TimelineCursor::After(self.after.unwrap_or(0))
        }
    }

    /// How much of it.
    pub(super) fn page(&self) -> Page {
        Page::new(0, self.size)
    }

    /// Whether a position lies between both ends.
    pub(super) fn holds(&self, position: u64) -> bool {
        self.after.is_none_or(|after| position > after)
            && self.before.is_none_or(|before| position < before)
    }

    /// Whether the newest event comes first.
    pub(super) fn is_descending(&self) -> bool {
        self.is_descending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Result<Range, ApiError> {
        Range::try_new(&Query::try_new(&format!("/api/events?{text}").parse().unwrap()).unwrap())
    }

    #[test]
    fn the_log_is_read_forward_after_a_position_and_backward_otherwise() {
        assert_eq!(range("").unwrap().cursor(), TimelineCursor::Newest);
        assert_eq!(range("before=9").unwrap().cursor(), TimelineCursor::Before(9));
        assert_eq!(range("after=0").unwrap().cursor(), TimelineCursor::After(0));
        assert_eq!(range("order=asc").unwrap().cursor(), TimelineCursor::After(0));
        let both = range("after=3&before=9").unwrap();
        assert!([4, 8].map(|at| both.holds(at)) == [true; 2]);
        assert!([3, 9].map(|at| both.holds(at)) == [false; 2]);
    }

    #[test]
    fn a_range_that_is_none_is_refused() {
        for text in ["after=x", "before=-1", "order=up", "page_size=0", "page_size=101"] {
            assert!(range(text).is_err(), "{text}");
        }
        assert!(range("page_size=100").is_ok());
    }
}
