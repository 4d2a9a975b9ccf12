//! Waiting for something to become true: asked again and again, never for longer than the limit.

use std::{future::Future, time::Duration};

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// Pause between two questions.
const PAUSE: Duration = Duration::from_millis(10);

/// Asks `probe` until it answers, at most for `limit`.
///
/// # Errors
/// If it has not answered by then; `what` says what was waited for.
pub async fn until<T, F, A>(what: &str, limit: Duration, mut probe: F) -> Result<T>
where
    F: FnMut() -> A,
    A: Future<Output = Option<T>>,
{
    let start = Instant::now();
    loop {
        if let Some(answer) = probe().await {
            return Ok(answer);
        }
        if start.elapsed() > limit {
            bail!("waited {limit:?} in vain for {what}");
        }
        sleep(PAUSE).await;
    }
}
