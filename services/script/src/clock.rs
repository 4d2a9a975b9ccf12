//! The one place here that knows the machine's running time: limits of scripts are real time.

use std::time::Instant;

/// This moment.
#[expect(clippy::disallowed_methods, reason = "a script burns real time, whatever a test's clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
