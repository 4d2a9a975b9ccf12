//! `evident serve`

use std::process::ExitCode;

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use super::Environment;
use crate::start;

pub(super) async fn run(environment: Environment) -> anyhow::Result<ExitCode> {
    let Environment { config, clock, random, .. } = environment;
    tracing::info!(?config, "starting");
    let product = start::open(config, clock, random).await?;
    if product.is_new {
        let file = product.management_file();
        tracing::info!(file = %file.display(), "the management client of this new folder is noted");
    }
    product.serve(until_stopped()?).await?;
    Ok(ExitCode::SUCCESS)
}

/// Turns true at SIGTERM or SIGINT.
pub(super) fn until_stopped() -> anyhow::Result<watch::Receiver<bool>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        // Nobody left to tell is as good as told.
        let _ = stop.send(true);
    });
    Ok(stopped)
}
