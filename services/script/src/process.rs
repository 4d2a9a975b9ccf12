//! A worker process as its pool sees it.

use std::{
    io::{self, BufReader},
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    job::{Failure, FailureKind, Job, Outcome},
    wire,
};

/// How a worker is started: a program that calls [`crate::worker::serve`] on its standard input and
/// output.
#[derive(Debug, Clone)]
pub struct Program {
    /// The executable.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its whole environment: it inherits none.
    pub environment: Vec<(String, String)>,
}

impl Program {
    /// The program that runs now, with one argument. On Linux it is found even after the file was
    /// replaced by a newer one. Where the program cannot tell where it is, the first use says so.
    pub fn this(argument: &str) -> Self {
        let link = PathBuf::from("/proc/self/exe");
        let path = if link.exists() { link } else { std::env::current_exe().unwrap_or(link) };
        Self { path, arguments: vec![argument.to_owned()], environment: Vec::new() }
    }
}

/// A worker process. It is killed when it is dropped.
pub(crate) struct Worker {
    process: Killer,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// Ends a worker while somebody else waits for its answer.
#[derive(Clone)]
pub(crate) struct Killer(Arc<Mutex<Child>>);

impl Killer {
    /// Ends the process; once more changes nothing.
    pub(crate) fn kill(&self) {
        let mut child = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // It may be gone already; waiting for it leaves no zombie either way.
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.process.kill();
    }
}

impl Worker {
    /// Starts one, in a process group of its own: what a terminal tells the program does not end
    /// calls that are under way.
    ///
    /// # Errors
    /// If the program cannot be started.
    pub(crate) fn start(program: &Program) -> io::Result<Self> {
        let failed = |error: io::Error| {
            let path = program.path.display();
            io::Error::new(error.kind(), format!("{path} cannot be started: {error}"))
        };
        let mut child = Command::new(&program.path)
            .args(&program.arguments)
            .env_clear()
            .envs(program.environment.iter().cloned())
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let process = Killer(Arc::new(Mutex::new(child)));
        let (Some(input), Some(output)) = (input, output) else {
            process.kill();
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        Ok(Self { process, input, output: BufReader::new(output) })
    }

    /// Waits until it says that it is ready.
    ///
    /// # Errors
    /// If it says something else or ends.
    pub(crate) fn greeted(mut self) -> io::Result<Self> {
        wire::await_greeting(&mut self.output)?;
        Ok(self)
    }

    /// Whether the process is still there.
    pub(crate) fn is_alive(&self) -> bool {
        let mut child = self.process.0.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(child.try_wait(), Ok(None))
    }

    /// What ends the process.
    pub(crate) fn killer(&self) -> Killer {
        self.process.clone()
    }

    /// Has a call carried out. A worker that met a limit is not to be used again.
    pub(crate) fn ask(&mut self, job: &Job) -> (Outcome, Reuse) {
        let answered = wire::write(&mut self.input, job)
            .and_then(|()| wire::read::<Outcome>(&mut self.output));
        match answered {
            Ok(Some(outcome)) => {
                let reuse = reuse(&outcome);
                (outcome, reuse)
            }
            Ok(None) | Err(_) => {
                let failure = Failure::new(FailureKind::Died, "the process of the script died");
                (Outcome::Failed(failure), Reuse::Never)
            }
        }
    }
}

/// Whether a worker can be used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reuse {
    Yes,
    Never,
}

fn reuse(outcome: &Outcome) -> Reuse {
    let Outcome::Failed(failure) = outcome else { return Reuse::Yes };
    match failure.kind {
        FailureKind::Threw
        | FailureKind::NeverSettled
        | FailureKind::NoFunction
        | FailureKind::NotAnObject => Reuse::Yes,
        FailureKind::TimedOut
        | FailureKind::OutOfMemory
        | FailureKind::TooLarge
        | FailureKind::Died => Reuse::Never,
    }
}
