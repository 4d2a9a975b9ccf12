//! A worker process as its pool sees it.

use std::{
    io::{self, BufReader},
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
    /// replaced by a newer one.
    ///
    /// # Errors
    /// If the program cannot tell where it is.
    pub fn this(argument: &str) -> io::Result<Self> {
        let link = PathBuf::from("/proc/self/exe");
        let path = if link.exists() { link } else { std::env::current_exe()? };
        Ok(Self { path, arguments: vec![argument.to_owned()], environment: Vec::new() })
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
    /// Starts one.
    ///
    /// # Errors
    /// If the program cannot be started or does not greet.
    pub(crate) fn start(program: &Program) -> io::Result<Self> {
        let mut child = Command::new(&program.path)
            .args(&program.arguments)
            .env_clear()
            .envs(program.environment.iter().cloned())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let process = Killer(Arc::new(Mutex::new(child)));
        let (Some(input), Some(output)) = (input, output) else {
            process.kill();
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let mut worker = Self { process, input, output: BufReader::new(output) };
        wire::await_greeting(&mut worker.output)?;
        Ok(worker)
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
