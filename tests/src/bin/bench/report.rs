//! The result: rates, ratios to the baseline, and whether each goal was met.

use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::Path,
    time::Duration,
};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::{
    hashing::{ITERATIONS, LANES, MEMORY_KIB},
    load::{CONNECTIONS, Measured},
    replay::Replay,
    scenario::BASELINE,
};

/// Goals as ratios to the baseline.
const RATIOS: &[(&str, f64)] =
    &[("client_credentials", 0.15), ("me", 0.4), ("user_get", 0.4), ("user_create", 0.12)];
/// Password sign-ins, as a ratio to the bare hash rate.
const SIGN_IN_RATIO: f64 = 0.85;
/// Replay, events per second.
const REPLAY_RATE: f64 = 150_000.0;
/// Memory of an idle server, MB.
const IDLE_MB: f64 = 60.0;
/// Memory under load, MB.
const LOAD_MB: f64 = 150.0;
/// Start-up on an empty log, and on a full one with its views, seconds.
const START_UP: &[(&str, f64)] = &[("start_up_empty_seconds", 1.0), ("start_up_full_seconds", 3.0)];

const HEADING: &str = "# Benchmarks\n\n\
    One line a run of `tests/bench --record`: rates in requests/s (ratio to the baseline of the \
    same run), memory in MB.\n\n";

/// A run as it goes.
pub(crate) struct Report {
    about: Map<String, Value>,
    scenarios: Map<String, Value>,
    goals: Map<String, Value>,
    rates: Vec<(String, f64)>,
    bare_hashes: f64,
    load_mb: f64,
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

impl Report {
    pub(crate) fn new(date: &str, commit: &str, quick: bool) -> Self {
        let about = json!({
            "date": date,
            "commit": commit,
            "quick": quick,
            "connections": CONNECTIONS,
            "processors": std::thread::available_parallelism().map_or(0, usize::from),
            "argon2id": { "memory_kib": MEMORY_KIB, "iterations": ITERATIONS, "lanes": LANES },
            "password_sign_in": "POST /api/users/:id/password/verify",
        });
        Self {
            about: about.as_object().cloned().unwrap_or_default(),
            scenarios: Map::new(),
            goals: Map::new(),
            rates: Vec::new(),
            bare_hashes: 0.0,
            load_mb: 0.0,
        }
    }

    fn goal_at_least(&mut self, name: &str, value: f64, goal: f64) {
        let goal = json!({ "value": rounded(value), "at_least": goal, "met": value >= goal });
        self.goals.insert(name.to_owned(), goal);
    }

    fn goal_below(&mut self, name: &str, value: f64, goal: f64) {
        let goal = json!({ "value": rounded(value), "below": goal, "met": value < goal });
        self.goals.insert(name.to_owned(), goal);
    }

    pub(crate) fn start_up(&mut self, name: &str, took: Duration) {
        if let Some((_, goal)) = START_UP.iter().find(|(held, _)| *held == name) {
            self.goal_below(name, took.as_secs_f64(), *goal);
        }
    }

    pub(crate) fn memory(&mut self, when: &str, mb: f64) {
        if when == "idle" {
            self.goal_below("rss_idle_mb", mb, IDLE_MB);
        } else {
            self.about.insert(format!("rss_{when}_mb"), rounded(mb).into());
        }
    }

    pub(crate) fn bare_hashes_per_second(&mut self, rate: f64) {
        self.bare_hashes = rate;
        self.about.insert("bare_hashes_per_second".into(), rounded(rate).into());
    }

    fn baseline(&self) -> f64 {
        let baseline = self.rates.iter().find(|(name, _)| name == BASELINE);
        baseline.map_or(f64::INFINITY, |(_, rate)| *rate)
    }

    pub(crate) fn scenario(&mut self, name: &str, measured: &Measured, rss_mb: f64) {
        let rate = measured.requests_per_second();
        self.rates.push((name.to_owned(), rate));
        let ratio = rate / self.baseline();
        let shown = json!({
            "requests_per_second": rate.round(),
            "p50_ms": measured.percentile_ms(50),
            "p99_ms": measured.percentile_ms(99),
            "errors": measured.errors,
            "server_cpu_us": measured.processor_micros().round(),
            "rss_mb": rounded(rss_mb),
            "ratio": rounded(ratio),
        });
        self.scenarios.insert(name.to_owned(), shown);
        if let Some((_, goal)) = RATIOS.iter().find(|(held, _)| *held == name) {
            self.goal_at_least(name, ratio, *goal);
        }
        if name == "password_sign_in" {
            self.goal_at_least(name, rate / self.bare_hashes, SIGN_IN_RATIO);
        }
        self.load_mb = self.load_mb.max(rss_mb);
        self.goal_below("rss_load_mb", self.load_mb, LOAD_MB);
    }

    pub(crate) fn replay(&mut self, replay: &Replay) {
        let rate = replay.events / replay.seconds.max(f64::EPSILON);
        let shown = json!({
            "events": replay.events,
            "seconds": rounded(replay.seconds),
            "events_per_second": rate.round(),
            "highest_mb": rounded(replay.highest_mb),
        });
        self.about.insert("replay".into(), shown);
        self.goal_at_least("replay_events_per_second", rate, REPLAY_RATE);
    }

    pub(crate) fn json(&self) -> Value {
        json!({ "about": self.about, "scenarios": self.scenarios, "goals": self.goals })
    }

    /// Adds a dated line to a file.
    pub(crate) fn append_to(&self, file: &Path) -> Result<()> {
        let mut out: File = OpenOptions::new().create(true).append(true).open(file)?;
        if out.metadata().context("reading the size")?.len() == 0 {
            out.write_all(HEADING.as_bytes())?;
        }
        let text = |name: &str| self.about.get(name).and_then(Value::as_str).unwrap_or_default();
        let baseline = self.baseline();
        let rates = self
            .rates
            .iter()
            .map(|(name, rate)| format!("{name} {:.0} ({:.3})", rate, rate / baseline));
        let goals = self.goals.iter().filter(|(name, _)| !self.scenarios.contains_key(*name));
        let goals = goals
            .map(|(name, goal)| format!("{name} {}", goal.get("value").unwrap_or(&Value::Null)));
        let missed = self.goals.iter().filter(|(_, goal)| goal.get("met") == Some(&json!(false)));
        let missed: Vec<_> = missed.map(|(name, _)| name.as_str()).collect();
        let missed = if missed.is_empty() { "none".to_owned() } else { missed.join(", ") };
        let facts: Vec<_> = rates.chain(goals).collect();
        let bare = format!("bare hashes {:.1}/s", self.bare_hashes);
        let (date, commit) = (text("date"), text("commit"));
        writeln!(out, "- {date} {commit}: {}; {bare}; missed: {missed}", facts.join("; "))?;
        Ok(())
    }
}
