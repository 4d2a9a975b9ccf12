//! Moments in a query: milliseconds since the epoch or RFC 3339.

use events::UnixMillis;

use crate::http::{error::ApiError, query::Query};

/// The moment that a parameter names.
///
/// # Errors
/// 400 `guard.invalid_input` that names the parameter.
pub(crate) fn moment(query: &Query, name: &str) -> Result<Option<UnixMillis>, ApiError> {
    let Some(text) = query.text(name) else { return Ok(None) };
    let millis = text.parse().ok().map(UnixMillis);
    let moment = millis.or_else(|| UnixMillis::from_rfc3339(text));
    let message = "Expected milliseconds since 1970 or a moment in RFC 3339.";
    moment.map(Some).ok_or_else(|| ApiError::invalid_input("query", &[name], message))
}
