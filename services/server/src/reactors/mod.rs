//! Reactors cause outside effects: each follows the log with a durable checkpoint of its own, at
//! least once, and never during a rebuild of views.

mod checkpoint;
mod eraser;

use std::sync::Arc;

use tokio::task::JoinHandle;

pub(crate) use self::checkpoint::{Checkpoint, CheckpointError};
use crate::site::App;

/// Starts every reactor.
///
/// # Errors
/// [`CheckpointError`] if a checkpoint cannot be read.
pub(crate) fn start(app: &Arc<App>) -> Result<Vec<JoinHandle<()>>, CheckpointError> {
    let checkpoint = Checkpoint::open(&app.config.data.join("eraser.checkpoint"))?;
    Ok(vec![tokio::spawn(eraser::run(app.clone(), checkpoint))])
}
