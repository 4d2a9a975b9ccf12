//! Reactors cause outside effects: each follows the log with a durable checkpoint of its own, at
//! least once, and never during a rebuild of views.

mod backchannel;
mod checkpoint;
mod eraser;
mod outbox;
pub(crate) mod promoter;

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, task::JoinHandle};

pub(crate) use self::checkpoint::{Checkpoint, CheckpointError};
use self::{
    backchannel::Backchannel,
    outbox::{Outbox, OutboxError},
};
use crate::site::{App, Site};

/// Longest time for reactors to work off what is in the log when the process stops.
const FINISH_TIME_MAX: Duration = Duration::from_secs(10);

/// The running reactors.
pub(crate) struct Reactors {
    stop: watch::Sender<bool>,
    eraser: JoinHandle<()>,
    logouts: JoinHandle<()>,
}

/// A reactor cannot take up where it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReactorsError {
    /// A checkpoint cannot be read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The deliveries that wait cannot be read.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

/// Starts every reactor.
///
/// # Errors
/// [`ReactorsError`]
pub(crate) fn start(app: &Arc<App>, sites: Vec<Site>) -> Result<Reactors, ReactorsError> {
    let checkpoint = Checkpoint::open(&app.config.data.join("eraser.checkpoint"))?;
    let (stop, stopped) = watch::channel(false);
    let eraser = tokio::spawn(eraser::run(app.clone(), checkpoint, stopped));
    tokio::spawn(promoter::run(app.clone(), stop.subscribe()));
    let outbox = Outbox::open(&app.config.data.join("outbox.db"), backchannel::NAME)?;
    let reactor = Arc::new(Backchannel::new(sites, outbox));
    let logouts = tokio::spawn(backchannel::follow(reactor.clone(), stop.subscribe()));
    tokio::spawn(backchannel::deliver(reactor, stop.subscribe()));
    Ok(Reactors { stop, eraser, logouts })
}

impl Reactors {
    /// Lets the reactors work off what is in the log; what they do not manage in time is done after
    /// the next start.
    pub(crate) async fn finish(self) {
        self.stop.send_replace(true);
        let all = async { tokio::join!(self.eraser, self.logouts) };
        if tokio::time::timeout(FINISH_TIME_MAX, all).await.is_err() {
            tracing::warn!("reactors did not reach the end of the log in time");
        }
    }
}
