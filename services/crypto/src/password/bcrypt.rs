//! bcrypt digests: `$2b$10$` + 22 letters of salt + 31 letters of hash.
//!
//! All four prefixes are computed alike. As the old systems did, only the first 72 bytes of a
//! password count. A password with a NUL byte never matches: implementations disagree on it, and the
//! terminating NUL of the key makes `a` and `a\0a` the same.

use base64::{
    Engine,
    alphabet::BCRYPT,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use zeroize::Zeroizing;

use crate::digest::constant_time_eq;

/// Highest cost that is computed: about ten seconds of one core.
///
/// The format allows 31, which would take days; such a digest is kept but verifies no password.
pub(crate) const COST_MAX: u32 = 17;

const TEXT_BYTES: usize = 60;
const COSTS: std::ops::RangeInclusive<u32> = 4..=31;
const PASSWORD_BYTES_MAX: usize = 72;
const SALT_LETTERS: usize = 22;
const HASH_BYTES: usize = 23;

/// Measured: one round costs as much time as filling this many KiB with Argon2.
const ROUND_IN_KIB: u64 = 140;

/// Reference implementations ignore the bits that a last letter has too many.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &BCRYPT,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// A parsed bcrypt digest.
pub(crate) struct Bcrypt {
    cost: u32,
    salt: [u8; 16],
    hash: Vec<u8>,
}

impl Bcrypt {
    /// Reads the 60 letters.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() != TEXT_BYTES || !text.is_ascii() {
            return None;
        }
        let rest = ["$2a$", "$2b$", "$2x$", "$2y$"].iter().find_map(|p| text.strip_prefix(p))?;
        let (cost, body) = rest.split_once('$')?;
        if cost.len() != 2 || !cost.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let cost = cost.parse().ok().filter(|cost| COSTS.contains(cost))?;
        let (salt, hash) = body.split_at_checked(SALT_LETTERS)?;
        let salt = BASE64.decode(salt).ok()?.try_into().ok()?;
        let hash = BASE64.decode(hash).ok()?;
        Some(Self { cost, salt, hash })
    }

    /// Whether `password`, cut to 72 bytes, gives this hash.
    pub(crate) fn matches(&self, password: &str) -> bool {
        if !self.is_computable(password) {
            return false;
        }
        let mut key = Zeroizing::new(password.as_bytes().to_vec());
        key.push(0);
        key.truncate(PASSWORD_BYTES_MAX);
        let output = Zeroizing::new(bcrypt::bcrypt(self.cost, self.salt, &key));
        output.get(..HASH_BYTES).is_some_and(|hash| constant_time_eq(hash, &self.hash))
    }

    /// Work of a run with `password` in KiB of Argon2 that take as long; zero if none is done.
    pub(crate) fn work_kib(&self, password: &str) -> u64 {
        if self.is_computable(password) { ROUND_IN_KIB << self.cost } else { 0 }
    }

    fn is_computable(&self, password: &str) -> bool {
        self.cost <= COST_MAX && !password.contains('\0')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contract: lazy-password-migration 3, measured with hash-wasm 4.11.
    const VECTOR: &str = "$2a$05$.OC/.OC/.OC/.OC/.OC/.OhLquwE1iYToSe8a2A4O9N2ST/lTM/LK";

    fn with_head(head: &str) -> String {
        VECTOR.replacen("$2a$05$", head, 1)
    }

    fn digest_of(password: &str) -> Bcrypt {
        let mut key = password.as_bytes().to_vec();
        key.push(0);
        key.truncate(72);
        Bcrypt { cost: 4, salt: [3; 16], hash: bcrypt::bcrypt(4, [3; 16], &key)[..23].to_vec() }
    }

    #[test]
    fn vector_of_the_contract_verifies_with_all_four_prefixes() {
        for head in ["$2a$05$", "$2b$05$", "$2x$05$", "$2y$05$"] {
            let digest = Bcrypt::parse(&with_head(head)).unwrap();
            assert!(digest.matches("password"), "{head}");
            assert!(!digest.matches("passwore"), "{head}");
        }
    }

    /// Openwall crypt_blowfish 1.3, wrapper.c, the password of 72 and more bytes.
    #[test]
    fn only_the_first_72_bytes_count() {
        let text = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
        let digest = Bcrypt::parse(text).unwrap();
        let password = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored";
        assert!(digest.matches(password));
        assert!(digest.matches(&password[..72]));
        assert!(!digest.matches(&password[..71]));
    }

    #[test]
    fn cut_in_the_middle_of_a_letter_is_no_error() {
        let password = format!("{}ü", "a".repeat(71));
        assert!(digest_of(&password).matches(&password));
    }

    #[test]
    fn empty_password_is_computed() {
        assert!(digest_of("").matches(""));
        assert!(!digest_of("").matches("a"));
    }

    #[test]
    fn password_with_nul_never_matches() {
        assert!(digest_of("a").matches("a"));
        assert!(!digest_of("a").matches("a\0a"));
        assert!(!digest_of("a\0b").matches("a\0b"));
    }

    #[test]
    fn malformed_text_is_refused() {
        for text in [
            with_head("$2c$05$"),
            with_head("$2$05$"),
            with_head("$2a$03$"),
            with_head("$2a$32$"),
            with_head("$2a$+5$"),
            with_head("$2a$5$"),
            format!("{VECTOR}A"),
            VECTOR[..59].to_owned(),
            VECTOR.replace("hL", "h!"),
            VECTOR.replace("hL", "ü"),
            " ".repeat(60),
        ] {
            assert!(Bcrypt::parse(&text).is_none(), "{text}");
        }
    }

    #[test]
    fn absurd_cost_is_read_but_not_computed() {
        for (head, is_computed) in [("$2a$17$", true), ("$2a$18$", false), ("$2a$31$", false)] {
            let digest = Bcrypt::parse(&with_head(head)).unwrap();
            assert_eq!(digest.work_kib("password") > 0, is_computed);
        }
        assert!(!Bcrypt::parse(&with_head("$2a$31$")).unwrap().matches("password"));
    }
}
