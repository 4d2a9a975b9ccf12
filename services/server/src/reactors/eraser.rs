//! Destroys the data key of every deleted user, and what the views keep of them in their journals.

use std::{sync::Arc, time::Duration};

use events::{Event, Recorded, UserEvent};
use store::LogError;

use crate::{http::error::chain, reactors::Checkpoint, settle::WAIT_MAX, site::App};

/// Most events looked at in one go.
const BATCH_MAX: usize = 1_024;
/// Wait before a failed batch is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Events after which the checkpoint is written although nothing was to be done.
const CHECKPOINT_EVERY: u64 = 10_000;

/// Follows the log for ever.
pub(super) async fn run(app: Arc<App>, mut checkpoint: Checkpoint) {
    let mut head = app.log.head();
    let mut position = checkpoint.position();
    loop {
        if head.wait_for(|head| *head > position).await.is_err() {
            return;
        }
        match batch(&app, position, &mut checkpoint).await {
            Ok(reached) => position = reached,
            Err(cause) => {
                tracing::error!(position, cause = %chain(&*cause), "eraser stopped; trying again");
                tokio::time::sleep(RETRY_AFTER).await;
            }
        }
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn batch(app: &App, after: u64, checkpoint: &mut Checkpoint) -> Result<u64, Failure> {
    let read = app.log.read(after, BATCH_MAX).await?;
    let reached = read.last().map_or(after, |last| last.position);
    let deleted: Vec<&Recorded> = read
        .iter()
        .filter(|recorded| matches!(recorded.event, Event::User(UserEvent::UserDeleted {})))
        .collect();
    for recorded in &deleted {
        erase(app, recorded).await?;
    }
    if !deleted.is_empty() || reached >= checkpoint.position() + CHECKPOINT_EVERY {
        checkpoint.advance(reached)?;
    }
    Ok(reached)
}

async fn erase(app: &App, recorded: &Recorded) -> Result<(), LogError> {
    app.log.forget(&recorded.stream).await?;
    // The rows are gone once the views have folded the event; the journals are emptied then.
    if app.views.wait(recorded.position, WAIT_MAX).await.is_ok() {
        match app.views.scrub() {
            Ok(busy) if busy.is_empty() => {}
            Ok(busy) => tracing::warn!(?busy, "views keep a journal until their readers are done"),
            Err(error) => tracing::warn!(cause = %chain(&error), "views could not be scrubbed"),
        }
    }
    tracing::info!(stream = %recorded.stream, "personal data erased");
    Ok(())
}
