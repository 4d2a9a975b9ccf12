//! The benchmark: a release build of `evident` under 64 keep-alive connections on loopback, in one
//! run, one JSON object on standard output. Goals are ratios to the baseline of the same run.

mod connection;
mod ground;
mod hashing;
mod load;
mod process;
mod replay;
mod report;
mod scenario;
mod tls;

use std::{io::Write, path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use e2e::evident::Server;

use crate::{
    ground::Ground,
    load::{Load, Plan},
    report::Report,
};

/// Events in the log before the replay.
const REPLAY_EVENTS: u64 = 1_000_000;
/// The same in a smoke run.
const REPLAY_EVENTS_QUICK: u64 = 5_000;

/// What the command line asks for.
#[derive(Default)]
struct Arguments {
    quick: bool,
    /// Scenarios to run, `replay` among them; none = all.
    only: Vec<String>,
    record: Option<PathBuf>,
    date: String,
    commit: String,
}

fn arguments() -> Result<Arguments> {
    let mut found = Arguments::default();
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        let mut value = || given.next().with_context(|| format!("{argument} wants a value"));
        match argument.as_str() {
            "--quick" => found.quick = true,
            "--only" => found.only.extend(value()?.split(',').map(str::to_owned)),
            "--record" => found.record = Some(value()?.into()),
            "--date" => found.date = value()?,
            "--commit" => found.commit = value()?,
            other => anyhow::bail!("unknown argument {other}"),
        }
    }
    Ok(found)
}

impl Arguments {
    fn wants(&self, name: &str) -> bool {
        name == scenario::BASELINE || self.names(name)
    }

    /// Whether the scenario is one of those asked for.
    fn names(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == name)
    }
}

fn plan(quick: bool) -> Plan {
    if quick {
        Plan { warm_up: Duration::from_millis(200), run: Duration::from_secs(1) }
    } else {
        Plan { warm_up: Duration::from_secs(1), run: Duration::from_secs(5) }
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = arguments()?;
    let mut report = Report::new(&arguments.date, &arguments.commit, arguments.quick);
    let mut server = Server::start().await?;
    report.start_up("start_up_empty_seconds", server.start_up());
    report.memory("idle", process::resident_mb(&server)?);
    report.bare_hashes_per_second(hashing::bare_rate(plan(arguments.quick).run)?);

    let ground = Ground::prepare(&server, arguments.quick).await?;
    let plan = plan(arguments.quick);
    let load = Load { address: server.address(), tls: None, plan };
    for scenario in scenario::all(&ground)? {
        if !arguments.wants(scenario.name()) {
            continue;
        }
        let before = process::processor_seconds(&server)?;
        let mut measured = load.run(scenario.as_ref()).await.context(scenario.name())?;
        measured.processor_seconds = process::processor_seconds(&server)? - before;
        report.scenario(scenario.name(), &measured, process::resident_mb(&server)?);
    }
    tls::measure(&arguments, plan, &mut report).await?;

    if arguments.wants("replay") {
        let events = if arguments.quick { REPLAY_EVENTS_QUICK } else { REPLAY_EVENTS };
        replay::fill(&load, &ground, events).await?;
        server.stop().await?;
        report.replay(&replay::measure(&server.data_folder())?);
        server.start_again().await?;
        report.start_up("start_up_full_seconds", server.start_up());
        report.memory("after_replay", process::resident_mb(&server)?);
    }

    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &report.json())?;
    writeln!(out)?;
    match arguments.record {
        Some(file) => report.append_to(&file),
        None => Ok(()),
    }
}
