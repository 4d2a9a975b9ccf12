//! `evident tail`: the stored events as they are, one per line; personal parts stay sealed.

use std::process::ExitCode;

use store::{DataFolder, Embedded, Engine as _};

use super::Environment;

/// Events per read.
const BATCH: usize = 1_000;
/// Wait between two looks at a log that another process writes.
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_millis(200);

/// What to print.
#[derive(clap::Args)]
pub(super) struct TailArguments {
    /// Begin after this position.
    #[arg(long, default_value_t = 0)]
    after: u64,
    /// Go on as events come.
    #[arg(long)]
    follow: bool,
}

pub(super) async fn run(
    environment: Environment,
    arguments: TailArguments,
) -> anyhow::Result<ExitCode> {
    let Environment { config, mut output, .. } = environment;
    let folder = DataFolder::open_read_only(&config.data)?;
    let engine = Embedded::open_read_only(&folder.log())?;
    let mut position = arguments.after;
    loop {
        engine.refresh()?;
        let read = engine.read_all(position, BATCH).await?;
        for stored in &read {
            let body = String::from_utf8_lossy(&stored.body);
            let rest = body.strip_prefix('{').unwrap_or(&body);
            output.line(&format!("{{\"position\":{},{rest}", stored.position))?;
            position = stored.position;
        }
        if read.is_empty() {
            if !arguments.follow {
                return Ok(ExitCode::SUCCESS);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}
