//! The inside of a worker process: takes calls from a pipe, one after the other.
//!
//! A guard ends the process when a call goes on long after its time, so that native code which the
//! engine cannot interrupt is stopped even when nobody waits for the answer any more.

use std::{
    io::{self, Read, Write},
    process,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::{
    clock::now,
    engine,
    job::{Job, Outcome},
    wire,
};

/// Stack of the thread that runs scripts, in bytes.
const THREAD_STACK_BYTES: usize = 4 * engine::STACK_BYTES_MAX;
/// How long a call may go on after its time before the process is ended.
pub(crate) const GRACE: Duration = Duration::from_millis(250);
/// How often the guard looks.
const GUARD_EVERY: Duration = Duration::from_millis(50);
/// Status of a process that the guard ended.
const STATUS_OVERDUE: i32 = 70;

/// Serves calls until the pipe ends.
///
/// # Errors
/// If a pipe breaks or carries what is no call.
pub fn serve(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
) -> io::Result<()> {
    let overdue = Arc::new(Mutex::new(None::<Instant>));
    let watched = overdue.clone();
    thread::Builder::new().name("guard".into()).spawn(move || guard(&watched))?;
    let calls = thread::Builder::new()
        .name("calls".into())
        .stack_size(THREAD_STACK_BYTES)
        .spawn(move || calls(input, output, &overdue))?;
    calls.join().unwrap_or_else(|_| Err(io::Error::other("a call panicked")))
}

fn guard(overdue: &Mutex<Option<Instant>>) {
    loop {
        thread::sleep(GUARD_EVERY);
        let end = *overdue.lock().unwrap_or_else(PoisonError::into_inner);
        if end.is_some_and(|end| now() >= end) {
            process::exit(STATUS_OVERDUE);
        }
    }
}

fn calls(
    mut input: impl Read,
    mut output: impl Write,
    overdue: &Mutex<Option<Instant>>,
) -> io::Result<()> {
    let set = |end| *overdue.lock().unwrap_or_else(PoisonError::into_inner) = end;
    wire::greet(&mut output)?;
    while let Some(job) = wire::read::<Job>(&mut input)? {
        let deadline = now() + Duration::from_millis(job.limits.time_millis);
        set(Some(deadline + GRACE));
        let outcome: Outcome = engine::run(&job, deadline);
        set(None);
        wire::write(&mut output, &outcome)?;
    }
    Ok(())
}
