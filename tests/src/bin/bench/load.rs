//! Sixty-four connections that each send the next request as soon as the last one is answered.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::{task::JoinSet, time::Instant};
use tokio_rustls::TlsConnector;

use crate::{connection::Connection, scenario::Scenario};

/// Connections at the same time.
pub(crate) const CONNECTIONS: usize = 64;

/// How long a scenario is run.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// Not measured.
    pub(crate) warm_up: Duration,
    /// Measured.
    pub(crate) run: Duration,
}

/// A server under load.
pub(crate) struct Load {
    pub(crate) address: String,
    /// How to shake hands, if it speaks TLS.
    pub(crate) tls: Option<TlsConnector>,
    pub(crate) plan: Plan,
}

/// What one connection asks, one request after the other.
pub(crate) trait Requests: Send {
    /// Writes the next request.
    fn next(&mut self, request: &mut Vec<u8>);
    /// Looks at the answer; false if it is not the one expected.
    fn answered(&mut self, status: u16, body: &[u8]) -> bool;
}

/// What a run showed.
#[derive(Default)]
pub(crate) struct Measured {
    /// Latencies of right answers, microseconds, sorted.
    latencies: Vec<u32>,
    /// Answers that were not the one expected.
    pub(crate) errors: usize,
    seconds: f64,
    /// Requests, those of the warm-up included.
    requests: usize,
    /// Processor time of the server for all requests.
    pub(crate) processor_seconds: f64,
}

impl Measured {
    pub(crate) fn requests_per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.seconds.max(f64::EPSILON)
    }

    /// Processor time of the server for a request, in microseconds.
    pub(crate) fn processor_micros(&self) -> f64 {
        self.processor_seconds * 1e6 / self.requests.max(1) as f64
    }

    /// A percentile of the latencies, in milliseconds.
    pub(crate) fn percentile_ms(&self, percent: usize) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let at = last * percent / 100;
        self.latencies.get(at).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }
}

impl Load {
    /// Runs a scenario on every connection.
    pub(crate) async fn run(&self, scenario: &dyn Scenario) -> Result<Measured> {
        let mut connections = JoinSet::new();
        let start = Instant::now() + self.plan.warm_up;
        let end = start + self.plan.run;
        for number in 0..CONNECTIONS {
            let requests = scenario.connect(number);
            let connection = Connection::open(&self.address, self.tls.as_ref()).await?;
            connections.spawn(drive(connection, requests, start, end));
        }
        let mut whole = Measured { seconds: self.plan.run.as_secs_f64(), ..Measured::default() };
        while let Some(part) = connections.join_next().await {
            let part = part.context("a connection panicked")??;
            whole.latencies.extend(part.latencies);
            whole.errors += part.errors;
            whole.requests += part.requests;
        }
        whole.latencies.sort_unstable();
        Ok(whole)
    }
}

async fn drive(
    mut connection: Connection,
    mut requests: Box<dyn Requests>,
    start: Instant,
    end: Instant,
) -> Result<Measured> {
    let (mut measured, mut request) = (Measured::default(), Vec::new());
    loop {
        request.clear();
        requests.next(&mut request);
        let sent = Instant::now();
        if sent >= end {
            return Ok(measured);
        }
        let status = connection.exchange(&request).await?;
        measured.requests += 1;
        let is_right = requests.answered(status, connection.body());
        if sent >= start {
            if is_right {
                let micros = sent.elapsed().as_micros();
                measured.latencies.push(u32::try_from(micros).unwrap_or(u32::MAX));
            } else {
                measured.errors += 1;
            }
        }
    }
}
