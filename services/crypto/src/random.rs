//! Randomness that is passed in, so that nothing else in the product has to reach for it.
//!
//! [`Random::system`] is the operating system's generator through `aws-lc-rs`; [`Random::seeded`]
//! repeats itself and is for tests. The generators of ids and secrets have no modulo bias.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use aws_lc_rs::{digest, error::Unspecified, rand};

use crate::encoding;

const ID_ALPHABET: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const SECRET_ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const TOKEN_BYTES: usize = 32;

/// A source of random bytes; clones share it.
#[derive(Clone)]
pub struct Random(Source);

#[derive(Clone)]
enum Source {
    System,
    Seeded { seed: u64, blocks: Arc<AtomicU64> },
}

impl Random {
    /// The generator of the operating system: the only one fit for keys and secrets.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A generator that gives the same bytes for the same seed and order of calls. For tests.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded { seed, blocks: Arc::new(AtomicU64::new(0)) })
    }

    /// Overwrites `target` with random bytes.
    ///
    /// Stops the process when the system has no randomness to give: no key, token or salt made
    /// after that could be trusted.
    pub fn fill(&self, target: &mut [u8]) {
        match &self.0 {
            Source::System => rand::fill(target).unwrap_or_else(halt),
            Source::Seeded { seed, blocks } => {
                for chunk in target.chunks_mut(digest::SHA256_OUTPUT_LEN) {
                    let block = blocks.fetch_add(1, Ordering::Relaxed);
                    let mut hash = digest::Context::new(&digest::SHA256);
                    hash.update(&seed.to_be_bytes());
                    hash.update(&block.to_be_bytes());
                    let output = hash.finish();
                    for (byte, random) in chunk.iter_mut().zip(output.as_ref()) {
                        *byte = *random;
                    }
                }
            }
        }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A name of `length` letters out of `[0-9a-z]`, 5.17 bits each.
    pub fn id(&self, length: usize) -> String {
        self.letters(ID_ALPHABET, length)
    }

    /// A secret of `length` letters out of `[0-9A-Za-z]`, 5.95 bits each.
    pub fn secret(&self, length: usize) -> String {
        self.letters(SECRET_ALPHABET, length)
    }

    /// A secret of 256 bits as 43 letters of base64url.
    pub fn token(&self) -> String {
        encoding::base64url(&self.bytes::<TOKEN_BYTES>())
    }

    /// `length` letters out of an alphabet of at most 256.
    pub fn letters(&self, alphabet: &[u8], length: usize) -> String {
        // Bytes above the last multiple of the alphabet's size would favour its first letters.
        let fair = 256 - 256 % alphabet.len();
        let mut text = String::with_capacity(length);
        while text.len() < length {
            let batch = self
                .bytes::<32>()
                .into_iter()
                .map(usize::from)
                .filter(|byte| *byte < fair)
                .filter_map(|byte| alphabet.get(byte % alphabet.len()))
                .map(|letter| char::from(*letter));
            text.extend(batch.take(length - text.len()));
        }
        text
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            Source::System => "Random::System",
            Source::Seeded { .. } => "Random::Seeded",
        })
    }
}

/// Stops the process after a primitive failed that cannot fail for the sizes given to it: going on
/// would mean using a zero key.
pub(crate) fn halt<T>(_: Unspecified) -> T {
    std::process::abort()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared<T: Clone + Send + Sync>(_: &T) {}

    #[test]
    fn random_can_be_shared_between_threads() {
        shared(&Random::system());
    }

    #[test]
    fn system_never_repeats() {
        let random = Random::system();
        assert_ne!(random.bytes::<32>(), random.bytes::<32>());
    }

    #[test]
    fn same_seed_gives_the_same_bytes_and_another_seed_others() {
        let (one, same, other) = (Random::seeded(1), Random::seeded(1), Random::seeded(2));
        let first = one.bytes::<70>();
        assert_eq!(first, same.bytes::<70>());
        assert_ne!(first, other.bytes::<70>());
        assert_ne!(first, one.bytes::<70>());
    }

    #[test]
    fn clone_continues_the_sequence_instead_of_repeating_it() {
        let random = Random::seeded(1);
        assert_ne!(random.clone().bytes::<16>(), random.bytes::<16>());
    }

    #[test]
    fn id_has_the_length_and_only_letters_of_its_alphabet() {
        for length in [0, 1, 21, 100] {
            let id = Random::seeded(3).id(length);
            assert_eq!(id.len(), length);
            assert!(id.bytes().all(|byte| ID_ALPHABET.contains(&byte)));
        }
    }

    #[test]
    fn letters_of_a_secret_are_evenly_spread() {
        let text = Random::seeded(4).secret(62_000);
        for letter in SECRET_ALPHABET {
            let count = text.bytes().filter(|byte| byte == letter).count();
            // 1000 expected, standard deviation 31: six of them on each side.
            assert!((810..=1190).contains(&count), "{} × {}", char::from(*letter), count);
        }
    }

    #[test]
    fn token_is_43_letters_of_base64url() {
        let token = Random::system().token();
        assert_eq!(token.len(), 43);
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    }
}
