//! Reactors cause outside effects: each follows the log with a durable checkpoint of its own, at
//! least once, and never during a rebuild of views.

mod checkpoint;
mod eraser;

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, task::JoinHandle};

pub(crate) use self::checkpoint::{Checkpoint, CheckpointError};
use crate::site::App;

/// Longest time for reactors to work off what is in the log when the process stops.
const FINISH_TIME_MAX: Duration = Duration::from_secs(10);

/// The running reactors.
pub(crate) struct Reactors {
    stop: watch::Sender<bool>,
    eraser: JoinHandle<()>,
}

/// Starts every reactor.
///
/// # Errors
/// [`CheckpointError`] if a checkpoint cannot be read.
pub(crate) fn start(app: &Arc<App>) -> Result<Reactors, CheckpointError> {
    let checkpoint = Checkpoint::open(&app.config.data.join("eraser.checkpoint"))?;
    let (stop, stopped) = watch::channel(false);
    let eraser = tokio::spawn(eraser::run(app.clone(), checkpoint, stopped));
    Ok(Reactors { stop, eraser })
}

impl Reactors {
    /// Lets the reactors work off what is in the log; what they do not manage in time is done after
    /// the next start.
    pub(crate) async fn finish(self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(FINISH_TIME_MAX, self.eraser).await.is_err() {
            tracing::warn!("reactors did not reach the end of the log in time");
        }
    }
}
