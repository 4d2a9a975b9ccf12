//! The bare rate of password hashes: what sign-ins are compared with.

use std::{
    hint::black_box,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use anyhow::{Result, anyhow};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::time::Instant;

/// The default target of the server: 19 MiB, 2 passes, 1 lane.
pub(crate) const MEMORY_KIB: u32 = 19_456;
/// Passes over the memory.
pub(crate) const ITERATIONS: u32 = 2;
/// Lanes.
pub(crate) const LANES: u32 = 1;

/// Hashes per second of as many threads as there are processors.
pub(crate) fn bare_rate(run: Duration) -> Result<f64> {
    let parameters = Params::new(MEMORY_KIB, ITERATIONS, LANES, Some(32));
    let parameters = parameters.map_err(|error| anyhow!("argon2 parameters: {error}"))?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    let (threads, hashes) = (std::thread::available_parallelism()?.get(), AtomicUsize::new(0));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut out = [0; 32];
                while start.elapsed() < run {
                    let done = hasher.hash_password_into(b"a right password", &[7; 16], &mut out);
                    if black_box(done).is_ok() {
                        hashes.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    Ok(hashes.into_inner() as f64 / start.elapsed().as_secs_f64())
}
