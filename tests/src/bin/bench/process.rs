//! How much memory and processor time a process uses, as the kernel says.

use std::fs;

use anyhow::{Context, Result};
use e2e::evident::Server;

/// In what Linux counts processor time, on every architecture.
const TICKS_PER_SECOND: f64 = 100.0;

/// Resident memory of the server, in megabytes of 1,000,000 bytes.
pub(crate) fn resident_mb(server: &Server) -> Result<f64> {
    let process = server.process_id().context("the server does not run")?;
    field_mb(process, "VmRSS:").context("no VmRSS")
}

/// Highest resident memory of a process so far; `None` once it has ended.
pub(crate) fn highest_mb(process: u32) -> Option<f64> {
    field_mb(process, "VmHWM:")
}

/// Processor time that a process has used so far, in seconds: its own and the kernel's for it.
pub(crate) fn processor_seconds(server: &Server) -> Result<f64> {
    let process = server.process_id().context("the server does not run")?;
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name of the process, in brackets, may hold blanks.
    let (_, fields) = stat.rsplit_once(')').context("no process name")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? / TICKS_PER_SECOND)
}

fn field_mb(process: u32, name: &str) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0 / 1_000_000.0)
}
