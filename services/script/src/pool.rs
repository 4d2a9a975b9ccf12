//! A bounded number of worker processes, a bounded queue before them, and a plain "try again" when
//! it is full. A worker serves one tenant; one that served another is replaced, so that not even a
//! broken engine carries anything from one to the other.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Semaphore;

use crate::{
    job::{Failure, FailureKind, Job, Outcome},
    lanes::{Lanes, Turn},
    process::{Program, Reuse, Worker},
    worker::GRACE,
};

/// How long the pool waits beyond a call's time and the grace of the worker's own guard.
const PATIENCE: Duration = Duration::from_millis(500);
/// Longest time for a worker to start.
const START_TIME_MAX: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 5 });

/// How many run and wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Worker processes at the same time; at least 1.
    pub workers: usize,
    /// Calls that may wait for a worker.
    pub queue: usize,
    /// Longest wait.
    pub wait_max: Duration,
}

/// On whose behalf a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane<'a> {
    /// Workers are never shared between tenants, and one tenant never takes all of them.
    pub tenant: &'a str,
    /// One application of a tenant never takes more than half of them.
    pub application: &'a str,
}

/// Why a call was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// Too many calls wait already, or this one waited too long.
    #[error("too many scripts wait to be run")]
    Overloaded,
    /// No worker could be started.
    #[error("no process could be started for a script")]
    Start(#[source] io::Error),
    /// The pool's own task broke off.
    #[error("the call of a script broke off")]
    BrokenOff,
}

/// Worker processes, started when they are needed.
pub struct Pool(Arc<Shared>);

struct Shared {
    program: Program,
    settings: Settings,
    places: Arc<Semaphore>,
    workers: Arc<Semaphore>,
    tenants: Lanes,
    applications: Lanes,
    crew: Mutex<Crew>,
}

/// The processes that are there.
#[derive(Default)]
struct Crew {
    idle: Vec<(String, Worker)>,
    alive: usize,
}

impl Pool {
    /// A pool without processes yet.
    pub fn new(program: Program, settings: Settings) -> Self {
        let workers = settings.workers.max(1);
        let settings = Settings { workers, ..settings };
        Self(Arc::new(Shared {
            program,
            settings,
            places: Arc::new(Semaphore::new(workers + settings.queue)),
            workers: Arc::new(Semaphore::new(workers)),
            tenants: Lanes::new(workers.saturating_sub(1), settings.queue / 2),
            applications: Lanes::new(workers / 2, settings.queue / 4),
            crew: Mutex::default(),
        }))
    }

    /// Has a call carried out. It goes on although the caller goes away, and ends in bounded time.
    ///
    /// # Errors
    /// [`PoolError`]
    pub async fn run(&self, lane: Lane<'_>, job: Job) -> Result<Outcome, PoolError> {
        let shared = &self.0;
        let place = shared.places.clone().try_acquire_owned();
        let place = place.map_err(|_| PoolError::Overloaded)?;
        let turns = tokio::time::timeout(shared.settings.wait_max, shared.turns(lane)).await;
        let turns = turns.ok().flatten().ok_or(PoolError::Overloaded)?;
        let (shared, tenant) = (shared.clone(), lane.tenant.to_owned());
        let carried_out = tokio::spawn(async move {
            let (_place, _turns) = (place, turns);
            shared.carry_out(tenant, job).await
        });
        carried_out.await.map_err(|_| PoolError::BrokenOff)?
    }
}

/// Everything that must be held while a call runs.
type Turns = (Turn, Turn, tokio::sync::OwnedSemaphorePermit);

impl Shared {
    /// Waits in the application's lane, then in the tenant's, then for a worker.
    async fn turns(&self, lane: Lane<'_>) -> Option<Turns> {
        let application = [lane.tenant, "/", lane.application].concat();
        let application = self.applications.enter(&application)?;
        let tenant = self.tenants.enter(lane.tenant)?;
        let application = application.turn().await?;
        let tenant = tenant.turn().await?;
        let worker = self.workers.clone().acquire_owned().await.ok()?;
        Some((application, tenant, worker))
    }

    async fn carry_out(self: Arc<Self>, tenant: String, job: Job) -> Result<Outcome, PoolError> {
        let mut worker = self.worker(&tenant).await?;
        let killer = worker.killer();
        let time_max = Duration::from_millis(job.limits.time_millis) + GRACE + PATIENCE;
        let mut asking = tokio::task::spawn_blocking(move || {
            let (outcome, reuse) = worker.ask(&job);
            (worker, outcome, reuse)
        });
        let answered = tokio::time::timeout(time_max, &mut asking).await;
        let (in_time, answered) = match answered {
            Ok(answered) => (true, answered),
            Err(_) => {
                // Its pipes end with it, and so does the wait.
                killer.kill();
                (false, asking.await)
            }
        };
        let Ok((worker, mut outcome, reuse)) = answered else {
            self.crew().alive -= 1;
            return Err(PoolError::BrokenOff);
        };
        if reuse == Reuse::Yes && in_time {
            self.crew().idle.push((tenant, worker));
        } else {
            self.crew().alive -= 1;
            tokio::task::spawn_blocking(move || drop(worker));
        }
        if died(&outcome) {
            // The guard inside, or the pool, ended what the engine could not stop.
            let message = "the script used up its time or broke its process";
            outcome = Outcome::Failed(Failure::new(FailureKind::Died, message));
        }
        Ok(outcome)
    }

    /// A worker of the tenant: one that waits, or a new one in place of another's.
    async fn worker(self: &Arc<Self>, tenant: &str) -> Result<Worker, PoolError> {
        let replaced = {
            let mut crew = self.crew();
            while let Some(at) = crew.idle.iter().rposition(|(held, _)| held == tenant) {
                let (_, worker) = crew.idle.remove(at);
                if worker.is_alive() {
                    return Ok(worker);
                }
                crew.alive -= 1;
            }
            let is_full = crew.alive >= self.settings.workers && !crew.idle.is_empty();
            let replaced = is_full.then(|| crew.idle.remove(0));
            crew.alive += usize::from(replaced.is_none());
            replaced
        };
        let program = self.program.clone();
        let starting = tokio::task::spawn_blocking(move || {
            drop(replaced);
            Worker::start(&program)
        });
        let started = match starting.await {
            Ok(Ok(worker)) => greeted(worker).await,
            Ok(Err(error)) => Err(error),
            Err(_) => Err(io::Error::other("the start panicked")),
        };
        started.map_err(|error| {
            self.crew().alive -= 1;
            PoolError::Start(error)
        })
    }

    fn crew(&self) -> std::sync::MutexGuard<'_, Crew> {
        self.crew.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until a worker is ready. One that says nothing is ended, and so is the wait for it.
async fn greeted(worker: Worker) -> io::Result<Worker> {
    let killer = worker.killer();
    let mut greeting = tokio::task::spawn_blocking(move || worker.greeted());
    match tokio::time::timeout(START_TIME_MAX, &mut greeting).await {
        Ok(Ok(greeted)) => greeted,
        Ok(Err(_)) => Err(io::Error::other("the start panicked")),
        Err(_) => {
            killer.kill();
            Err(io::ErrorKind::TimedOut.into())
        }
    }
}

fn died(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Failed(Failure { kind: FailureKind::Died, .. }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    const LANE: Lane<'static> = Lane { tenant: "t", application: "a" };

    /// A pool of workers that are this script of the shell.
    fn pool(script: &str) -> Pool {
        let program = Program {
            path: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
            environment: Vec::new(),
        };
        let settings = Settings { workers: 2, queue: 4, wait_max: Duration::from_secs(20) };
        Pool::new(program, settings)
    }

    fn job() -> Job {
        let limits = Limits { time_millis: 5_000, heap_bytes: 0, result_bytes: 0 };
        let source = "x".repeat(200);
        Job { source, function: "f".into(), argument: "{}".into(), limits }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_worker_that_died_while_it_waited_costs_no_call() {
        // Greets, takes one call, answers it and is gone.
        let once = r#"printf '\nevident-script-worker-1\n'; head -c 100 >/dev/null
            printf '\021\000\000\000{"Returned":"{}"}'"#;
        let pool = pool(once);
        let returned = Outcome::Returned("{}".into());
        assert_eq!(pool.run(LANE, job()).await.unwrap(), returned);
        let idle = pool.0.crew().idle.first().unwrap().1.killer();
        idle.kill();
        assert_eq!(pool.run(LANE, job()).await.unwrap(), returned);
        assert_eq!(pool.0.crew().alive, 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_worker_that_says_nothing_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("id");
        let pool = pool(&format!("echo $$ >{}; read -r forever", file.display()));
        let refused = pool.run(LANE, job()).await.unwrap_err();
        assert!(matches!(refused, PoolError::Start(_)), "{refused:?}");
        let id = std::fs::read_to_string(file).unwrap();
        let is_there = std::path::Path::new("/proc").join(id.trim()).exists();
        assert!(!is_there, "process {id} was left behind");
        assert_eq!(pool.0.crew().alive, 0);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_program_that_is_not_there_is_named() {
        let program =
            Program { path: "/nowhere/x".into(), arguments: Vec::new(), environment: Vec::new() };
        let settings = Settings { workers: 1, queue: 1, wait_max: Duration::from_secs(20) };
        let refused = Pool::new(program, settings).run(LANE, job()).await.unwrap_err();
        let PoolError::Start(cause) = refused else { panic!("{refused:?}") };
        assert!(cause.to_string().contains("/nowhere/x"), "{cause}");
    }
}
