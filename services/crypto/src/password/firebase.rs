//! Firebase's modification of scrypt: the password's scrypt key encrypts the project's signer key,
//! and the ciphertext is what is stored.

use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use zeroize::Zeroizing;

use crate::{digest::constant_time_eq, encoding::from_any_base64};

/// Most memory scrypt may take: 256 MiB, sixteen times what Firebase itself uses.
const MEMORY_BYTES_MAX: u64 = 256 * 1024 * 1024;
const MEMORY_COSTS: std::ops::RangeInclusive<u8> = 1..=24;
const ROUNDS: std::ops::RangeInclusive<u32> = 1..=64;
const KEY_BYTES: usize = 32;
const IV_BYTES: usize = 16;

/// Parameters of one digest: salt with separator, signer key, and scrypt's costs.
pub(crate) struct Firebase {
    salt: Vec<u8>,
    signer_key: Vec<u8>,
    params: scrypt::Params,
}

impl Firebase {
    /// Reads user salt, signer key, salt separator (base64 each), rounds and memory cost.
    pub(crate) fn parse(args: [&str; 5]) -> Option<Self> {
        let [salt, signer_key, separator, rounds, memory_cost] = args;
        let rounds = rounds.parse().ok().filter(|rounds| ROUNDS.contains(rounds))?;
        let memory_cost = memory_cost.parse().ok().filter(|cost| MEMORY_COSTS.contains(cost))?;
        if (128 * u64::from(rounds)) << memory_cost > MEMORY_BYTES_MAX {
            return None;
        }
        let mut salt = from_any_base64(salt)?;
        salt.extend(from_any_base64(separator)?);
        let signer_key = from_any_base64(signer_key).filter(|key| !key.is_empty())?;
        let params = scrypt::Params::new(memory_cost, rounds, 1).ok()?;
        Some(Self { salt, signer_key, params })
    }

    /// Whether `password` gives `expected`, a base64 text.
    pub(crate) fn matches(&self, password: &str, expected: &str) -> bool {
        match (self.encrypt_signer_key(password), from_any_base64(expected)) {
            (Some(computed), Some(expected)) => constant_time_eq(&computed, &expected),
            (None, _) | (_, None) => false,
        }
    }

    fn encrypt_signer_key(&self, password: &str) -> Option<Vec<u8>> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        scrypt::scrypt(password.as_bytes(), &self.salt, &self.params, key.as_mut_slice()).ok()?;
        let key = UnboundCipherKey::new(&AES_256, key.as_slice()).ok()?;
        let zero_iv = EncryptionContext::Iv128([0; IV_BYTES].into());
        let mut text = self.signer_key.clone();
        EncryptingKey::ctr(key).ok()?.less_safe_encrypt(&mut text, zero_iv).ok()?;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sample of github.com/firebase/scrypt, README: password `user1password`.
    const SIGNER_KEY: &str =
        "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";
    const EXPECTED: &str =
        "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
    const SALT: &str = "42xEC+ixf3L2lw==";

    #[test]
    fn published_sample_verifies() {
        let firebase = Firebase::parse([SALT, SIGNER_KEY, "Bw==", "8", "14"]).unwrap();
        assert!(firebase.matches("user1password", EXPECTED));
        assert!(!firebase.matches("user2password", EXPECTED));
        assert!(!firebase.matches("user1password", "lSrf"));
        assert!(!firebase.matches("user1password", "not base64!"));
    }

    #[test]
    fn url_safe_letters_are_read_too() {
        let salt = SALT.replace('+', "-");
        let expected = EXPECTED.replace('+', "-").replace('/', "_");
        let firebase = Firebase::parse([&salt, SIGNER_KEY, "Bw", "8", "14"]).unwrap();
        assert!(firebase.matches("user1password", &expected));
    }

    #[test]
    fn costs_are_bounded() {
        let accepts =
            |rounds, cost| Firebase::parse([SALT, SIGNER_KEY, "Bw==", rounds, cost]).is_some();
        assert!(accepts("8", "18"));
        assert!(!accepts("8", "19"));
        assert!(accepts("1", "1"));
        assert!(!accepts("0", "14"));
        assert!(!accepts("8", "0"));
        assert!(!accepts("8", "x"));
        assert!(!accepts("4294967295", "24"));
    }

    #[test]
    fn keys_that_are_no_base64_are_refused() {
        assert!(Firebase::parse(["!", SIGNER_KEY, "Bw==", "8", "14"]).is_none());
        assert!(Firebase::parse([SALT, "!", "Bw==", "8", "14"]).is_none());
        assert!(Firebase::parse([SALT, "", "Bw==", "8", "14"]).is_none());
        assert!(Firebase::parse([SALT, SIGNER_KEY, "!", "8", "14"]).is_none());
    }
}
