//! Argon2 digests in PHC text form: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
//!
//! The algorithm inside the text decides, whatever the scheme is called. Costs are bounded, so that
//! an imported digest cannot occupy the machine.

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Error, Params, Version};
use zeroize::Zeroizing;

use super::Scheme;
use crate::{digest::constant_time_eq, encoding};

/// Most memory one hash may take, in KiB: 1 GiB.
pub(crate) const MEMORY_KIB_MAX: u32 = 1024 * 1024;
/// Most passes over the memory.
pub(crate) const ITERATIONS_MAX: u32 = 1000;
/// Most lanes; they are computed one after the other.
pub(crate) const LANES_MAX: u32 = 64;
/// Most work of one hash in KiB filled: 1 GiB four times over, about two seconds of one core.
pub(crate) const WORK_KIB_MAX: u64 = 4 * 1024 * 1024;

const SALT_BYTES_MIN: usize = 8;
const SALT_BYTES_TARGET: usize = 16;
const HASH_BYTES_MIN: usize = 4;
const HASH_BYTES_TARGET: usize = 32;

/// A parsed Argon2 digest.
pub(crate) struct Phc {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Phc {
    /// Reads PHC text: version 16 or 19, `m`, `t`, `p` in this order, base64 without padding.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('$')?.split('$');
        let mut next = || parts.next();
        let algorithm = match next()? {
            "argon2i" => Algorithm::Argon2i,
            "argon2d" => Algorithm::Argon2d,
            "argon2id" => Algorithm::Argon2id,
            _ => return None,
        };
        let version = match next()? {
            "v=19" => Version::V0x13,
            "v=16" => Version::V0x10,
            _ => return None,
        };
        let costs = next()?;
        let salt = encoding::from_base64_unpadded(next()?)?;
        let hash = encoding::from_base64_unpadded(next()?)?;
        if next().is_some() || salt.len() < SALT_BYTES_MIN || hash.len() < HASH_BYTES_MIN {
            return None;
        }
        let params = parse_costs(costs)?;
        Some(Self { algorithm, version, params, salt, hash })
    }

    /// Hashes with Argon2id, version 19.
    pub(crate) fn hash(
        params: &Params,
        salt: [u8; 16],
        password: &str,
        memory: &mut Memory,
    ) -> argon2::Result<Self> {
        let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
        let mut hash = vec![0; HASH_BYTES_TARGET];
        run(
            &Argon2::new(algorithm, version, params.clone()),
            password,
            (&salt, &mut hash),
            memory,
        )?;
        Ok(Self { algorithm, version, params: params.clone(), salt: salt.to_vec(), hash })
    }

    /// Whether `password` gives this hash.
    pub(crate) fn matches(&self, password: &str, memory: &mut Memory) -> bool {
        let mut hash = Zeroizing::new(vec![0; self.hash.len()]);
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        run(&argon2, password, (&self.salt, &mut hash), memory).is_ok()
            && constant_time_eq(&hash, &self.hash)
    }

    /// The scheme that the text itself names.
    pub(crate) fn scheme(&self) -> Scheme {
        match self.algorithm {
            Algorithm::Argon2i => Scheme::Argon2i,
            Algorithm::Argon2d => Scheme::Argon2d,
            Algorithm::Argon2id => Scheme::Argon2id,
        }
    }

    /// Work of one run, in KiB filled.
    pub(crate) fn work_kib(&self) -> u64 {
        work_kib(&self.params)
    }

    /// Whether this digest protects its password less than Argon2id with `target` does.
    ///
    /// More memory makes up for fewer passes, but not the other way round. Lanes are not compared:
    /// they help whoever has many cores, the attacker included.
    pub(crate) fn is_weaker_than(&self, target: &Params) -> bool {
        self.algorithm != Algorithm::Argon2id
            || self.version != Version::V0x13
            || self.params.m_cost() < target.m_cost()
            || self.work_kib() < work_kib(target)
            || self.salt.len() < SALT_BYTES_TARGET
            || self.hash.len() < HASH_BYTES_TARGET
    }
}

impl fmt::Display for Phc {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version: u32 = self.version.into();
        let (m, t, p) = (self.params.m_cost(), self.params.t_cost(), self.params.p_cost());
        write!(formatter, "${}$v={version}$m={m},t={t},p={p}", self.algorithm.as_str())?;
        for bytes in [&self.salt, &self.hash] {
            write!(formatter, "${}", encoding::base64_unpadded(bytes))?;
        }
        Ok(())
    }
}

/// Argon2 parameters within the limits of this module.
pub(crate) fn bounded(memory_kib: u32, iterations: u32, lanes: u32) -> Option<Params> {
    let params = Params::new(memory_kib, iterations, lanes, None).ok()?;
    let is_bounded = memory_kib <= MEMORY_KIB_MAX
        && iterations <= ITERATIONS_MAX
        && lanes <= LANES_MAX
        && work_kib(&params) <= WORK_KIB_MAX;
    is_bounded.then_some(params)
}

/// Work of one run, in KiB filled.
pub(crate) fn work_kib(params: &Params) -> u64 {
    u64::from(params.m_cost()) * u64::from(params.t_cost())
}

fn parse_costs(text: &str) -> Option<Params> {
    let mut costs = text.split(',');
    let mut cost = |prefix| decimal(costs.next()?.strip_prefix(prefix)?);
    let (memory_kib, iterations, lanes) = (cost("m=")?, cost("t=")?, cost("p=")?);
    // Checked before the library multiplies lanes, which overflows for absurd values.
    if costs.next().is_some() || lanes > LANES_MAX {
        return None;
    }
    bounded(memory_kib, iterations, lanes)
}

/// A decimal number without sign or leading zeros.
fn decimal(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if is_plain { text.parse().ok() } else { None }
}

/// What Argon2 fills. To have it from the system anew costs a good part of a hash, so it can be used
/// again; what is left in it from before makes no difference.
#[derive(Default)]
pub(crate) struct Memory(Vec<Block>);

impl Memory {
    /// How much it is.
    pub(crate) fn blocks(&self) -> usize {
        self.0.len()
    }

    fn at_least(&mut self, blocks: usize) -> argon2::Result<&mut [Block]> {
        if self.0.len() < blocks {
            self.0 = Vec::new();
            self.0.try_reserve_exact(blocks).map_err(|_| Error::OutOfMemory)?;
            self.0.resize(blocks, Block::new());
        }
        self.0.get_mut(..blocks).ok_or(Error::OutOfMemory)
    }
}

fn run(
    argon2: &Argon2<'_>,
    password: &str,
    (salt, output): (&[u8], &mut [u8]),
    memory: &mut Memory,
) -> argon2::Result<()> {
    #[cfg(test)]
    RUNS.with(|runs| runs.set(runs.get() + 1));
    let blocks = memory.at_least(argon2.params().block_count())?;
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, output, blocks)
}

#[cfg(test)]
std::thread_local! {
    static RUNS: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// How often Argon2 ran on this thread while `work` did.
#[cfg(test)]
pub(crate) fn count_runs<T>(work: impl FnOnce() -> T) -> (u32, T) {
    let before = RUNS.with(std::cell::Cell::get);
    let result = work();
    (RUNS.with(std::cell::Cell::get) - before, result)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contract: lazy-password-migration 3, measured with hash-wasm 4.11; password `password`,
    /// sixteen bytes 0x02 as salt.
    const VECTORS: [(&str, Scheme); 3] = [
        (
            "$argon2i$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$QnHgqtLsiKy8rh65SB0EAztvcijJKxW42UgAhd0CBYs",
            Scheme::Argon2i,
        ),
        (
            "$argon2id$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$BnNM/ZjCJEt+QggK3q4vBVbZuDmHnwT/CZ5B5JKkQUE",
            Scheme::Argon2id,
        ),
        (
            "$argon2d$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$vR8YtYTGgomxh+OFAXZtvyA+oHmIZw0Q0+DjLtHf8WE",
            Scheme::Argon2d,
        ),
    ];

    /// Test suite of the reference implementation (phc-winner-argon2, test.c), version 0x10.
    const VERSION_16: &str =
        "$argon2i$v=16$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY";

    #[test]
    fn vectors_of_the_contract_verify() {
        for (text, scheme) in VECTORS {
            let phc = Phc::parse(text).unwrap();
            assert_eq!(phc.scheme(), scheme);
            assert_eq!(phc.to_string(), text);
            assert!(phc.matches("password", &mut Memory::default()), "{text}");
            assert!(!phc.matches("Password", &mut Memory::default()), "{text}");
        }
    }

    #[test]
    fn version_16_verifies_and_counts_as_weaker() {
        let phc = Phc::parse(VERSION_16).unwrap();
        assert!(phc.matches("password", &mut Memory::default()));
        assert!(phc.is_weaker_than(&Params::new(8, 1, 1, None).unwrap()));
    }

    #[test]
    fn malformed_text_is_refused() {
        let salt_and_hash = "$AgICAgICAgICAgICAgICAg$QnHgqtLsiKy8rh65SB0EAw";
        assert!(Phc::parse(&format!("$argon2id$v=19$m=64,t=2,p=1{salt_and_hash}")).is_some());
        for head in [
            "argon2id$v=19$m=64,t=2,p=1",
            "$argon2x$v=19$m=64,t=2,p=1",
            "$argon2id$m=64,t=2,p=1",
            "$argon2id$v=18$m=64,t=2,p=1",
            "$argon2id$v=19$t=2,m=64,p=1",
            "$argon2id$v=19$m=64,t=2",
            "$argon2id$v=19$m=64,t=2,p=1,data=AA",
            "$argon2id$v=19$m=+64,t=2,p=1",
            "$argon2id$v=19$m=064,t=2,p=1",
            "$argon2id$v=19$m=,t=2,p=1",
        ] {
            assert!(Phc::parse(&format!("{head}{salt_and_hash}")).is_none(), "{head}");
        }
        for tail in
            ["", "$AgICAgICAgI", "$AgIC$QnHgqtLsiKw", "$AgICAgICAgI$", "$AgICAgICAgI$QnHgqtLsiKw$"]
        {
            assert!(Phc::parse(&format!("$argon2id$v=19$m=64,t=2,p=1{tail}")).is_none(), "{tail}");
        }
    }

    #[test]
    fn costs_are_bounded_on_both_sides() {
        let accepts = |costs: &str| parse_costs(costs).is_some();
        assert!(accepts("m=1048576,t=4,p=1"));
        assert!(!accepts("m=1048577,t=1,p=1"));
        assert!(!accepts("m=1048576,t=5,p=1"));
        assert!(accepts("m=4096,t=1000,p=1"));
        assert!(!accepts("m=8,t=1001,p=1"));
        assert!(!accepts("m=8,t=0,p=1"));
        assert!(accepts("m=512,t=1,p=64"));
        assert!(!accepts("m=511,t=1,p=64"));
        assert!(!accepts("m=1048576,t=1,p=65"));
        assert!(!accepts("m=64,t=1,p=4294967295"));
    }

    #[test]
    fn weaker_means_less_memory_or_less_work() {
        let target = Params::new(64, 2, 1, None).unwrap();
        let is_weaker = |m, t| {
            Phc::hash(
                &Params::new(m, t, 1, None).unwrap(),
                [2; 16],
                "password",
                &mut Memory::default(),
            )
            .unwrap()
            .is_weaker_than(&target)
        };
        assert!(!is_weaker(64, 2));
        assert!(!is_weaker(128, 1));
        assert!(is_weaker(64, 1));
        assert!(is_weaker(63, 9));
    }
}
