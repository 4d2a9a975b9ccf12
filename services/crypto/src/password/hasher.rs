//! Hashing and verifying passwords, so that the time an answer takes tells nothing.
//!
//! An attacker who measures must not learn whether a user exists, has a password, or which old scheme
//! it is in. The yardstick is one Argon2id run with the target parameters:
//!
//! | Situation | Work besides the verification itself |
//! |---|---|
//! | no such user, or one without password | a decoy of the target cost |
//! | wrong password; MD5, SHA1, SHA256, Legacy, or a digest that cannot be read | the same decoy |
//! | wrong password; Argon2 or bcrypt that costs less than the target | a decoy of the rest |
//! | wrong password; Argon2 or bcrypt that costs at least the target | none |
//! | right password to be re-hashed | none here: the re-hash is a run of the target cost |
//! | right password at the target | none |
//!
//! What stays visible: a digest that costs more than the target (a high bcrypt cost, say) answers more
//! slowly, until its user has signed in once and it is re-hashed.
//!
//! Everything here occupies a core for tens of milliseconds: call it on a pool for such work.

use std::{
    fmt,
    hint::black_box,
    sync::{Mutex, MutexGuard, PoisonError},
};

use argon2::Params;
use serde::{Deserialize, Serialize};

use super::{
    PasswordDigest, Scheme,
    bcrypt::Bcrypt,
    legacy::Legacy,
    openssl::HashFunction,
    phc::{self, Memory, Phc},
};
use crate::{Random, digest::constant_time_eq, encoding::from_hex};

const DECOY_SALT: [u8; 16] = [0; 16];

/// What Argon2id is asked to spend on one password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Parameters {
    /// Memory in KiB: 8 per lane to 1,048,576.
    pub memory_kib: u32,
    /// Passes over the memory: 1 to 1000, with at most 4 GiB filled in all of them together.
    pub iterations: u32,
    /// Lanes: 1 to 64, computed one after the other.
    pub lanes: u32,
}

impl Default for Parameters {
    /// 19 MiB, two passes, one lane: about 20 ms of one core (OWASP password storage cheat sheet).
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, lanes: 1 }
    }
}

/// Why a password could not be hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// The parameters are outside the limits of [`Parameters`].
    #[error("the argon2 parameters are out of range")]
    Parameters,
    /// Argon2 refused, for want of memory.
    #[error("argon2 did not hash")]
    Argon2(#[source] argon2::Error),
}

/// The outcome of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right.
    Match {
        /// Its digest should be replaced by a fresh one of the target scheme and parameters.
        rehash: bool,
    },
    /// The password is wrong, or there is nothing to compare it with.
    Mismatch,
}

/// Hashes and verifies passwords; the target of every re-hash.
pub struct Hasher {
    target: Params,
    /// Memory that nobody fills at the moment.
    spare: Mutex<Vec<Memory>>,
}

impl fmt::Debug for Hasher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Hasher").field("target", &self.target).finish_non_exhaustive()
    }
}

/// What comparing a password with a digest found, and what it cost.
struct Comparison {
    matches: bool,
    is_at_target: bool,
    work_kib: u64,
}

impl Hasher {
    /// A hasher with these target parameters.
    ///
    /// # Errors
    /// [`HashError::Parameters`] if they are outside the limits.
    pub fn try_new(parameters: Parameters) -> Result<Self, HashError> {
        let Parameters { memory_kib, iterations, lanes } = parameters;
        let is_multipliable = lanes <= phc::LANES_MAX;
        let target = is_multipliable.then(|| phc::bounded(memory_kib, iterations, lanes)).flatten();
        Ok(Self { target: target.ok_or(HashError::Parameters)?, spare: Mutex::default() })
    }

    /// Gives back the memory that was kept for the next hash: one target's worth for each that ran
    /// at the same time. To be called when there is nothing to do.
    pub fn rest(&self) {
        self.spare().clear();
    }

    fn spare(&self) -> MutexGuard<'_, Vec<Memory>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_memory<T>(&self, work: impl FnOnce(&mut Memory) -> T) -> T {
        let mut memory = self.spare().pop().unwrap_or_default();
        let outcome = work(&mut memory);
        // A foreign digest may have asked for much more.
        if memory.blocks() <= self.target.block_count() {
            self.spare().push(memory);
        }
        outcome
    }

    /// Digests a new password with Argon2id and a random salt of 16 bytes.
    ///
    /// # Errors
    /// [`HashError::Argon2`] if there is not enough memory.
    pub fn hash(&self, random: &Random, password: &str) -> Result<PasswordDigest, HashError> {
        let hash = |memory: &mut _| Phc::hash(&self.target, random.bytes(), password, memory);
        let phc = self.with_memory(hash).map_err(HashError::Argon2)?;
        Ok(PasswordDigest::stored(Scheme::Argon2id, phc.to_string()))
    }

    /// Whether `password` is the one behind `digest`. Whatever goes wrong is a mismatch.
    ///
    /// Its time tells the scheme: an answer to somebody who signs in needs
    /// [`Hasher::verify_or_decoy`].
    pub fn verify(&self, password: &str, digest: &PasswordDigest) -> Verdict {
        self.compare(password, digest).verdict()
    }

    /// As [`Hasher::verify`], but takes at least as long as a hash whenever it is a mismatch: the one
    /// to call at sign-in.
    ///
    /// `None` stands for an unknown user and for one without a password.
    pub fn verify_or_decoy(&self, password: &str, digest: Option<&PasswordDigest>) -> Verdict {
        let comparison = digest.map_or(Comparison::NOTHING, |it| self.compare(password, it));
        if !comparison.matches
            && let Some(decoy) = self.decoy_after(comparison.work_kib)
        {
            let password = black_box(password);
            let hash = |memory: &mut _| Phc::hash(&decoy, DECOY_SALT, password, memory);
            let _ = black_box(self.with_memory(hash));
        }
        comparison.verdict()
    }

    fn compare(&self, password: &str, digest: &PasswordDigest) -> Comparison {
        let text = digest.encoded();
        match digest.scheme() {
            Scheme::Argon2i | Scheme::Argon2id | Scheme::Argon2d => {
                Phc::parse(text).map_or(Comparison::NOTHING, |phc| Comparison {
                    matches: self.with_memory(|memory| phc.matches(password, memory)),
                    is_at_target: digest.scheme() == Scheme::Argon2id
                        && !phc.is_weaker_than(&self.target),
                    work_kib: phc.work_kib(),
                })
            }
            Scheme::Bcrypt => {
                Bcrypt::parse(text).map_or(Comparison::NOTHING, |bcrypt| Comparison {
                    matches: bcrypt.matches(password),
                    is_at_target: false,
                    work_kib: bcrypt.work_kib(password),
                })
            }
            Scheme::Md5 => Comparison::quick(matches_hex(HashFunction::Md5, password, text)),
            Scheme::Sha1 => Comparison::quick(matches_hex(HashFunction::Sha1, password, text)),
            Scheme::Sha256 => Comparison::quick(matches_hex(HashFunction::Sha256, password, text)),
            Scheme::Legacy => {
                Comparison::quick(Legacy::parse(text).is_ok_and(|legacy| legacy.matches(password)))
            }
        }
    }

    /// The decoy that brings the work up to the target's; none if that much was done already.
    fn decoy_after(&self, work_kib: u64) -> Option<Params> {
        let rest = phc::work_kib(&self.target).checked_sub(work_kib).filter(|rest| *rest > 0)?;
        let (passes, lanes) = (self.target.t_cost(), self.target.p_cost());
        let memory_kib = u32::try_from(rest / u64::from(passes)).ok()?;
        Params::new(memory_kib.max(8 * lanes), passes, lanes, None).ok()
    }
}

impl Comparison {
    /// No digest, or one that cannot be read.
    const NOTHING: Self = Self::quick(false);

    const fn quick(matches: bool) -> Self {
        Self { matches, is_at_target: false, work_kib: 0 }
    }

    fn verdict(&self) -> Verdict {
        if self.matches { Verdict::Match { rehash: !self.is_at_target } } else { Verdict::Mismatch }
    }
}

fn matches_hex(function: HashFunction, password: &str, text: &str) -> bool {
    from_hex(text)
        .is_some_and(|digest| constant_time_eq(&function.digest(password.as_bytes()), &digest))
}

#[cfg(test)]
mod tests;
