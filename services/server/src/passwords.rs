//! The pool that computes password hashes: as many at once as there are processors, a bounded
//! queue before it, and a plain "try again" when the queue is full. Nothing else waits behind it.

use std::{sync::Arc, thread::available_parallelism};

use crypto::{
    Random,
    password::{HashError, Hasher, Parameters, PasswordDigest, Verdict},
};
use events::PasswordScheme;
use tokio::sync::Semaphore;

use crate::config::PasswordConfig;

/// Longest password that is looked at, in bytes; a policy may ask for less.
pub(crate) const PASSWORD_BYTES_MAX: usize = 1_024;

/// Hashes and verifies passwords off the threads that serve requests.
#[derive(Clone)]
pub struct PasswordPool {
    hasher: Arc<Hasher>,
    random: Random,
    workers: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// Places in the queue, those at work included.
    places: usize,
}

/// Why the pool gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// Too many sign-ins wait already.
    #[error("too many passwords wait to be hashed")]
    Overloaded,
    /// A worker died or Argon2 refused its parameters.
    #[error("a password could not be hashed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl PasswordPool {
    /// A pool with the configured target.
    ///
    /// # Errors
    /// [`HashError`] if Argon2 cannot work with the parameters.
    pub fn try_new(config: &PasswordConfig, random: Random) -> Result<Self, HashError> {
        let parameters = Parameters {
            memory_kib: config.memory_kib,
            iterations: config.iterations,
            lanes: config.lanes,
        };
        let processors = available_parallelism().map_or(1, usize::from);
        let workers = if config.workers == 0 { processors } else { config.workers };
        Ok(Self {
            hasher: Arc::new(Hasher::try_new(parameters)?),
            random,
            workers: Arc::new(Semaphore::new(workers)),
            queue: Arc::new(Semaphore::new(workers + config.queue)),
            places: workers + config.queue,
        })
    }

    /// The digest to store for a new password.
    ///
    /// # Errors
    /// [`PoolError`]
    pub async fn hash(&self, password: String) -> Result<PasswordDigest, PoolError> {
        let (hasher, random) = (self.hasher.clone(), self.random.clone());
        self.run(move || hasher.hash(&random, &password))
            .await?
            .map_err(|error| PoolError::Failed(Box::new(error)))
    }

    /// Whether the password is right; takes as long for nobody's password as for anybody's. With
    /// the answer comes the digest in the target scheme, if the stored one should be replaced.
    ///
    /// # Errors
    /// [`PoolError`]
    pub async fn verify(
        &self,
        password: String,
        stored: Option<PasswordDigest>,
    ) -> Result<Verification, PoolError> {
        let (hasher, random) = (self.hasher.clone(), self.random.clone());
        self.run(move || match hasher.verify_or_decoy(&password, stored.as_ref()) {
            Verdict::Mismatch => Ok(Verification::Wrong),
            Verdict::Match { rehash: false } => Ok(Verification::Right { rehashed: None }),
            Verdict::Match { rehash: true } => hasher
                .hash(&random, &password)
                .map(|digest| Verification::Right { rehashed: Some(digest) }),
        })
        .await?
        .map_err(|error| PoolError::Failed(Box::new(error)))
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PoolError> {
        let place = self.queue.try_acquire().map_err(|_| PoolError::Overloaded)?;
        let worker = self.workers.clone().acquire_owned().await;
        let worker = worker.map_err(|error| PoolError::Failed(Box::new(error)))?;
        // The worker's permit goes with the work: a caller that went away frees no processor.
        let done = tokio::task::spawn_blocking(move || {
            let _worker = worker;
            work()
        });
        let outcome = done.await.map_err(|error| PoolError::Failed(Box::new(error)));
        drop(place);
        if self.queue.available_permits() == self.places {
            self.hasher.rest();
        }
        outcome
    }
}

/// The outcome of a verification.
#[derive(Debug)]
pub enum Verification {
    /// Wrong password, or nobody's.
    Wrong,
    /// The right password.
    Right {
        /// What to store instead, if scheme or parameters are not the target's.
        rehashed: Option<PasswordDigest>,
    },
}

/// The scheme as the log names it.
pub(crate) fn recorded_scheme(scheme: crypto::password::Scheme) -> PasswordScheme {
    use crypto::password::Scheme;
    match scheme {
        Scheme::Argon2i => PasswordScheme::Argon2i,
        Scheme::Argon2id => PasswordScheme::Argon2id,
        Scheme::Argon2d => PasswordScheme::Argon2d,
        Scheme::Bcrypt => PasswordScheme::Bcrypt,
        Scheme::Md5 => PasswordScheme::Md5,
        Scheme::Sha1 => PasswordScheme::Sha1,
        Scheme::Sha256 => PasswordScheme::Sha256,
        Scheme::Legacy => PasswordScheme::Legacy,
    }
}

/// A digest as the log holds it, ready to verify against.
pub(crate) fn stored_digest(scheme: PasswordScheme, digest: &str) -> PasswordDigest {
    use crypto::password::Scheme;
    let scheme = match scheme {
        PasswordScheme::Argon2i => Scheme::Argon2i,
        PasswordScheme::Argon2id => Scheme::Argon2id,
        PasswordScheme::Argon2d => Scheme::Argon2d,
        PasswordScheme::Bcrypt => Scheme::Bcrypt,
        PasswordScheme::Md5 => Scheme::Md5,
        PasswordScheme::Sha1 => Scheme::Sha1,
        PasswordScheme::Sha256 => Scheme::Sha256,
        PasswordScheme::Legacy => Scheme::Legacy,
    };
    PasswordDigest::stored(scheme, digest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(workers: usize, queue: usize) -> PasswordPool {
        let config = PasswordConfig { memory_kib: 64, iterations: 1, lanes: 1, workers, queue };
        PasswordPool::try_new(&config, Random::seeded(1)).unwrap()
    }

    #[tokio::test]
    async fn a_full_queue_is_told_at_once() {
        let pool = pool(1, 0);
        let _busy = pool.queue.try_acquire().unwrap();
        assert!(matches!(pool.hash("x".into()).await, Err(PoolError::Overloaded)));
    }

    #[tokio::test]
    async fn a_right_password_of_an_old_scheme_comes_back_hashed_anew() {
        let md5 = stored_digest(PasswordScheme::Md5, "5f4dcc3b5aa765d61d8327deb882cf99");
        let verified = pool(1, 0).verify("password".into(), Some(md5)).await.unwrap();
        let Verification::Right { rehashed: Some(digest) } = verified else { panic!() };
        assert_eq!(recorded_scheme(digest.scheme()), PasswordScheme::Argon2id);
    }
}
