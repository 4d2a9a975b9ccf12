//! What a command tells the person at the terminal.

use std::io::{self, Write};

use serde::Serialize;

/// Standard output and standard error.
pub(super) struct Output {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
}

impl Output {
    /// Those of the process.
    pub(super) fn standard() -> Self {
        Self { out: Box::new(io::stdout()), err: Box::new(io::stderr()) }
    }

    /// A line of the answer.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")?;
        self.out.flush()
    }

    /// The answer as one line of JSON.
    pub(super) fn json(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        Ok(self.line(&serde_json::to_string(value)?)?)
    }

    /// What went wrong; if even that cannot be told, nobody listens.
    pub(super) fn complain(&mut self, text: &str) {
        let _ = writeln!(self.err, "{text}");
    }
}
