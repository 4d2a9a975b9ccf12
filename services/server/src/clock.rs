//! The one place that knows what time it is.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use events::UnixMillis;

/// A source of moments, made in `main` and passed in.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    System,
    /// One that stands still until it is moved; for tests.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `time`.
    pub fn fixed(time: UnixMillis) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(time.0)))
    }

    /// This moment.
    pub fn now(&self) -> UnixMillis {
        match self {
            Self::System => system_now(),
            Self::Fixed(millis) => UnixMillis(millis.load(Ordering::Relaxed)),
        }
    }

    /// Moves a fixed clock; the machine's clock is left alone.
    pub fn advance_seconds(&self, seconds: i64) {
        if let Self::Fixed(millis) = self {
            millis.fetch_add(seconds.saturating_mul(1000), Ordering::Relaxed);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
fn system_now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
