//! Runs scripts that strangers wrote, so that they harm nobody and delay only themselves.
//!
//! A script is JavaScript that defines one function. [`Pool`] calls it in a process of its own: the
//! program itself, started again as a [`worker`], with nothing but two pipes. Inside, each call gets
//! a fresh engine with a limit on its time, heap and stack, and without files, network or timers.
//! What the engine cannot stop – native loops – ends with the process. Arguments and results cross
//! the border as JSON text.

mod clock;
mod engine;
mod job;
mod lanes;
mod pool;
mod process;
mod wire;
pub mod worker;

pub use job::{Failure, FailureKind, Job, Limits, Outcome};
pub use pool::{Lane, Pool, PoolError, Settings};
pub use process::Program;
