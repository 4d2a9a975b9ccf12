//! How fast the whole log is folded into every view, and what memory that takes.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use e2e::evident::binary;
use serde_json::{Value, json};

use crate::{
    ground::Ground,
    load::{Load, Plan},
    process::highest_mb,
    scenario::client_credentials,
};

/// Pause between two looks at the memory of the replay.
const LOOK: Duration = Duration::from_millis(20);
/// How long the log is filled before its length is asked for again.
const FILL: Duration = Duration::from_secs(2);
/// Most rounds of filling.
const FILLS_MAX: usize = 600;

/// What a replay showed.
pub(crate) struct Replay {
    pub(crate) events: f64,
    pub(crate) seconds: f64,
    pub(crate) highest_mb: f64,
}

/// Fills the log with machine tokens, one event each, until it holds so many events.
pub(crate) async fn fill(load: &Load, ground: &Ground, events: u64) -> Result<()> {
    let plan = Plan { warm_up: Duration::ZERO, run: FILL };
    let load = Load { address: load.address.clone(), tls: None, plan };
    let tokens = client_credentials("fill", &ground.host, &ground.credentials);
    for round in 0..FILLS_MAX {
        let user = json!({ "username": format!("fill_{round}") });
        let written = ground.management.http.post("/api/users", &user).await?;
        let position: u64 =
            written.header("evident-position").parse().context("Evident-Position")?;
        if position >= events {
            return Ok(());
        }
        let measured = load.run(tokens.as_ref()).await?;
        ensure!(measured.requests_per_second() > 0.0, "the log does not grow");
    }
    anyhow::bail!("the log did not reach {events} events")
}

/// Replays the log of a stopped server into fresh views.
pub(crate) fn measure(data: &Path) -> Result<Replay> {
    let mut command = Command::new(binary()?);
    command.arg("replay").arg("--data").arg(data).arg("--json").stdout(Stdio::piped());
    let mut child = command.spawn().context("starting evident replay")?;
    let mut highest: f64 = 0.0;
    while child.try_wait()?.is_none() {
        highest = highest_mb(child.id()).unwrap_or_default().max(highest);
        std::thread::sleep(LOOK);
    }
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "evident replay failed");
    let text = String::from_utf8(output.stdout)?;
    let told: Value = serde_json::from_str(text.lines().last().unwrap_or_default())?;
    let number = |name| told.get(name).and_then(Value::as_f64).context("events and seconds");
    Ok(Replay { events: number("events")?, seconds: number("seconds")?, highest_mb: highest })
}
