//! Destroys the data key of every deleted user, and what the views keep of them in their journals;
//! and the data key of every pushed request that was used.

use std::{sync::Arc, time::Duration};

use events::{Event, PushedRequestEvent, Recorded, StoredEvent, UserEvent};
use tokio::sync::watch;

use crate::{http::error::chain, reactors::Checkpoint, settle::WAIT_MAX, site::App};

/// Most events looked at in one go.
const BATCH_MAX: usize = 1_024;
/// Wait before a failed batch is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How long events may gather before they are looked at.
const GATHER: Duration = Duration::from_millis(25);
/// What begins the name of every version of the events that are looked for.
const WANTED: [&[u8]; 2] = [b"UserDeleted.", b"PushedRequestUsed."];
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
    let mut used = Vec::new();
    for stored in read.iter().filter(|stored| may_be_wanted(stored)) {
        let recorded = app.log.open_event(stored)?;
        if let Event::User(UserEvent::UserDeleted {}) = recorded.event {
            erase(app, &recorded).await?;
            has_erased = true;
        } else if let Event::PushedRequest(PushedRequestEvent::PushedRequestUsed {}) =
            recorded.event
        {
            used.push(recorded.stream);
        }
    }
    if !used.is_empty() {
        // No view holds anything of them, and the state of what was used nothing that was pushed.
        // Once more changes nothing, so the checkpoint need not be written for it.
        app.log.forget_spent(&used).await?;
    }
    if has_erased || reached >= checkpoint.position() + CHECKPOINT_EVERY {
        checkpoint.advance(reached)?;
    }
    Ok(reached)
}

/// Whether it is worth being opened: nearly no event is.
fn may_be_wanted(stored: &StoredEvent) -> bool {
    let is_wanted = |text: &[u8]| WANTED.iter().any(|name| text.starts_with(name));
    stored.body.split(|byte| *byte == b'"').any(is_wanted)
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

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use events::StreamName;
    use tempfile::TempDir;

    use super::*;
    use crate::testing::{
        Answer, Bench,
        browser::{Browser, person},
        relying_party::RelyingParty,
    };

    async fn push(bench: &Bench, party: &RelyingParty) -> (StreamName, String) {
        let target = party.request().with("login_hint", "tom").target();
        let form = target.split_once('?').unwrap().1.to_owned();
        let request = Request::post("/oidc/request")
            .header("content-type", "application/x-www-form-urlencoded");
        let pushed: Answer = bench.send(request.body(Body::from(form)).unwrap()).await;
        assert_eq!(pushed.status, 201, "{}", pushed.text);
        let uri = pushed.text_of("request_uri");
        let id = uri.rsplit(':').next().unwrap().parse().unwrap();
        let target = format!("/oidc/auth?client_id={}&request_uri={uri}", party.id);
        (StreamName::pushed_request(bench.site.tenant(), &id), target)
    }

    /// Whether what was pushed can still be read.
    async fn is_open(bench: &Bench, stream: &StreamName) -> bool {
        let query = format!("stream={stream}&type=AuthorizationRequestPushed");
        let found = bench.get(&format!("/api/events?{query}")).await;
        assert_eq!(found.body.as_array().unwrap().len(), 1, "{}", found.text);
        !found.body[0]["personal"].is_null()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_pushed_is_forgotten_once_it_was_used_and_not_before() {
        let bench = Bench::new().await;
        person(&bench, "tom").await;
        let party = RelyingParty::demo(&bench);
        let (used, target) = push(&bench, &party).await;
        let (waiting, _) = push(&bench, &party).await;
        let browser = Browser::new(&bench);
        browser.open(&target).await;
        let code = browser.sign_in("tom").await.sent_on("code");
        assert!(is_open(&bench, &used).await);
        let folder = TempDir::new().unwrap();
        let mut checkpoint = Checkpoint::open(&folder.path().join("checkpoint")).unwrap();
        batch(bench.site.app(), 0, &mut checkpoint).await.unwrap();
        assert!(!is_open(&bench, &used).await, "it can still be read");
        assert!(is_open(&bench, &waiting).await, "another was forgotten too");
        assert_eq!(party.redeem(&bench, &code).await.status, 200);
        assert_eq!(browser.open(&target).await.status, 400, "it was used twice");
    }
}
