//! `evident replay`: throws views away and folds them anew.

use std::process::ExitCode;

use projections::{Catalogue, replay};
use serde_json::json;
use store::DataFolder;
use tokio::runtime::Handle;

use super::Environment;
use crate::{feed::LogSource, start::open_log};

/// What to rebuild.
#[derive(clap::Args)]
pub(super) struct ReplayArguments {
    /// Views to rebuild; every one if none is named.
    views: Vec<String>,
    /// Print the result as one line of JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(
    environment: Environment,
    arguments: ReplayArguments,
) -> anyhow::Result<ExitCode> {
    let Environment { config, clock, random, mut output } = environment;
    let folder = DataFolder::open(&config.data)?;
    let source = LogSource::new(open_log(&config, &folder, &random)?, Handle::current());
    let views = folder.views();
    let began = clock.now();
    let as_json = arguments.json;
    let replayed = tokio::task::spawn_blocking(move || {
        let names: Vec<&str> = arguments.views.iter().map(String::as_str).collect();
        replay(&views, &source, &Catalogue::standard(), &names, |_, _| {})
    })
    .await??;
    let millis = clock.now().0.saturating_sub(began.0).max(1);
    let per_second = replayed.events.saturating_mul(1000) / millis.unsigned_abs();
    if as_json {
        output.json(&json!({
            "events": replayed.events,
            "position": replayed.position,
            "seconds": Decimal(millis).to_string().parse::<f64>()?,
            "events_per_second": per_second,
        }))?;
    } else {
        let seconds = Decimal(millis);
        let events = replayed.events;
        output.line(&format!("{events} events folded in {seconds} s ({per_second} events/s)"))?;
    }
    for (view, stop) in &replayed.stopped {
        output.complain(&format!(
            "view {view} stopped at position {}: {}",
            stop.position, stop.error
        ));
    }
    Ok(if replayed.stopped.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Milliseconds, shown as seconds.
struct Decimal(i64);

impl std::fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}
