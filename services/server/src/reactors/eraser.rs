//! Destroys the data key of every deleted user, and what the views keep of them in their journals.

use std::{sync::Arc, time::Duration};

use events::{Event, Recorded, StoredEvent, UserEvent};

use tokio::sync::watch;

use crate::{http::error::chain, reactors::Checkpoint, settle::WAIT_MAX, site::App};

/// Most events looked at in one go.
const BATCH_MAX: usize = 1_024;
/// Wait before a failed batch is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How long events may gather before they are looked at.
const GATHER: Duration = Duration::from_millis(25);
/// What begins the name of every version of the event that is looked for.
const DELETED: &[u8] = b"\"UserDeleted.";
/// Events after which the checkpoint is written although nothing was to be done.
const CHECKPOINT_EVERY: u64 = 10_000;

/// Follows the log until `stop` turns true, and then to its end.
pub(super) async fn run(
    app: Arc<App>,
    mut checkpoint: Checkpoint,
    mut stop: watch::Receiver<bool>,
) {
    let mut head = app.log.head();
    let mut position = checkpoint.position();
    loop {
        let more = tokio::select! {
            more = head.wait_for(|head| *head > position) => more.is_ok(),
            _ = stop.wait_for(|stop| *stop) => *app.log.head().borrow() > position,
        };
        if !more {
            return;
        }
        // What comes now may gather; not when everybody waits for the end.
        let _ = tokio::time::timeout(GATHER, stop.wait_for(|stop| *stop)).await;
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
    let read = app.log.stored(after, BATCH_MAX).await?;
    let reached = read.last().map_or(after, |last| last.position);
    let mut has_erased = false;
    for stored in read.iter().filter(|stored| may_be_deletion(stored)) {
        let recorded = app.log.open_event(stored)?;
        if let Event::User(UserEvent::UserDeleted {}) = recorded.event {
            erase(app, &recorded).await?;
            has_erased = true;
        }
    }
    if has_erased || reached >= checkpoint.position() + CHECKPOINT_EVERY {
        checkpoint.advance(reached)?;
    }
    Ok(reached)
}

/// Whether it is worth being opened: nearly no event is a deletion.
fn may_be_deletion(stored: &StoredEvent) -> bool {
    stored.body.windows(DELETED.len()).any(|bytes| bytes == DELETED)
}

async fn erase(app: &App, recorded: &Recorded) -> Result<(), Failure> {
    app.log.forget(&recorded.stream).await?;
    // The rows are gone once the views have folded the event; the journals are emptied then.
    app.views.wait(recorded.position, WAIT_MAX).await?;
    let busy = app.views.scrub()?;
    if !busy.is_empty() {
        return Err(format!("views {busy:?} keep a journal until their readers are done").into());
    }
    tracing::info!(stream = %recorded.stream, "personal data erased");
    Ok(())
}
