//! How much memory a process holds, as the kernel says.

use std::fs;

use anyhow::{Context, Result};
use e2e::evident::Server;

/// Resident memory of the server, in megabytes of 1,000,000 bytes.
pub(crate) fn resident_mb(server: &Server) -> Result<f64> {
    let process = server.process_id().context("the server does not run")?;
    field_mb(process, "VmRSS:").context("no VmRSS")
}

/// Highest resident memory of a process so far; `None` once it has ended.
pub(crate) fn highest_mb(process: u32) -> Option<f64> {
    field_mb(process, "VmHWM:")
}

fn field_mb(process: u32, name: &str) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0 / 1_000_000.0)
}
