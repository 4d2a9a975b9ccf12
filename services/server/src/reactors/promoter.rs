//! Lets keys that wait sign from their moment on, in every tenant.
//!
//! It needs no checkpoint: what waits stands in the log, so a moment that passed while nothing ran
//! is made up for at the next start. On several nodes it runs on each, and one of them is quicker:
//! the rule promotes a key once.

use std::{sync::Arc, time::Duration};

use domain::{SigningKey, SigningKeyCommand};
use events::{Actor, UnixMillis};
use projections::{Keys, WaitingKeyRow};
use store::Context;
use tokio::sync::watch;

use crate::{
    http::error::chain,
    ids::{ID_CHARS, parse},
    site::App,
};

/// How often it looks for new moments, and tries again what failed.
const LOOK_EVERY: Duration = Duration::from_millis(250);

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs until `stop` turns true.
pub(super) async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let (mut seen, mut waiting) = (None, Vec::new());
    loop {
        let keys = app.views.reader::<Keys>();
        let changed_at = keys.last_changed();
        if seen != Some(changed_at) {
            match keys.waiting() {
                Ok(rows) => (seen, waiting) = (Some(changed_at), rows),
                Err(error) => tracing::error!(cause = %chain(&error), "waiting keys unknown"),
            }
        }
        if let Err(error) = promote_due(&app, &waiting).await {
            tracing::error!(cause = %chain(&*error), "key not promoted; trying again");
        }
        let pause = tokio::time::timeout(pause(&app, &waiting), stop.wait_for(|stop| *stop));
        if pause.await.is_ok() {
            return;
        }
    }
}

/// Until the next moment, if it comes before the next look.
fn pause(app: &App, waiting: &[WaitingKeyRow]) -> Duration {
    let now = app.clock.now();
    let next = waiting.iter().map(|row| row.effective_at - now.0).find(|millis| *millis > 0);
    let next = next.and_then(|millis| u64::try_from(millis).ok()).map(Duration::from_millis);
    next.map_or(LOOK_EVERY, |next| next.min(LOOK_EVERY))
}

/// Promotes those whose moment has come. A row that the view has not caught up with does no harm.
///
/// # Errors
/// What the log says; those that come after the failure wait.
pub(crate) async fn promote_due(app: &App, waiting: &[WaitingKeyRow]) -> Result<(), Failure> {
    let now = app.clock.now();
    for row in waiting.iter().filter(|row| row.effective_at <= now.0) {
        promote(app, row, now).await?;
    }
    Ok(())
}

async fn promote(app: &App, row: &WaitingKeyRow, now: UnixMillis) -> Result<(), Failure> {
    let context = Context {
        tenant: row.tenant.clone(),
        actor: Actor::System,
        correlation: parse(&app.random.id(ID_CHARS))?,
        causation: None,
        time: now,
    };
    let command = SigningKeyCommand::PromoteSigningKey { key: row.id.clone(), now };
    let done = app.log.execute::<SigningKey>(&context, &(), command).await?;
    if !done.events.is_empty() {
        tracing::info!(tenant = %row.tenant, key = %row.id, "signing key promoted");
    }
    Ok(())
}
