//! Digests of what must be recognised but not kept: tokens, identifiers, derived keys.
//!
//! Plain SHA-256 is for values that are random themselves (tokens); anything guessable (an e-mail
//! address, a phone number) goes through [`KeyedDigest`].

use aws_lc_rs::{constant_time::verify_slices_are_equal, digest, hkdf, hmac};
use zeroize::Zeroize;

use crate::{encoding, random::halt};

/// Length of every digest and derived key of this module, in bytes.
pub const DIGEST_BYTES: usize = 32;

const HKDF_SALT: &[u8] = b"evident/hkdf/1";

/// SHA-256 of `data`.
pub fn sha256(data: &[u8]) -> [u8; DIGEST_BYTES] {
    to_array(digest::digest(&digest::SHA256, data).as_ref())
}

/// SHA-256 of `text` as base64url without padding: 43 letters. The `S256` of RFC 7636 4.2.
pub fn sha256_base64url(text: &str) -> String {
    encoding::base64url(&sha256(text.as_bytes()))
}

/// Whether the two are equal, in a time that tells nothing but their lengths.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    verify_slices_are_equal(left, right).is_ok()
}

/// A key for one purpose, derived from `secret` by HKDF-SHA256 (RFC 5869) with `label` as info.
///
/// Different labels give independent keys, so one secret can serve many purposes.
pub fn derive_key(secret: &[u8; DIGEST_BYTES], label: &str) -> [u8; DIGEST_BYTES] {
    let mut key = [0; DIGEST_BYTES];
    hkdf::Salt::new(hkdf::HKDF_SHA256, HKDF_SALT)
        .extract(secret)
        .expand(&[label.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|output| output.fill(&mut key))
        .unwrap_or_else(halt);
    key
}

/// A digest that only the holder of the key can compute: HMAC-SHA256.
///
/// Names streams and reservations after personal data without telling it. The key is expanded once;
/// clones are cheap.
#[derive(Debug, Clone)]
pub struct KeyedDigest(hmac::Key);

impl KeyedDigest {
    /// With a key of 32 random bytes.
    pub fn new(mut key: [u8; DIGEST_BYTES]) -> Self {
        let expanded = hmac::Key::new(hmac::HMAC_SHA256, &key);
        key.zeroize();
        Self(expanded)
    }

    /// The digest of `data`.
    pub fn digest(&self, data: &[u8]) -> [u8; DIGEST_BYTES] {
        to_array(hmac::sign(&self.0, data).as_ref())
    }

    /// The digest of `data` for stream names: 52 letters of lower-case base32, `[a-z2-7]`.
    pub fn text(&self, data: &[u8]) -> String {
        encoding::base32(hmac::sign(&self.0, data).as_ref())
    }

    /// Whether `digest` is the digest of `data`, in constant time.
    pub fn verify(&self, data: &[u8], digest: &[u8]) -> bool {
        hmac::verify(&self.0, data, digest).is_ok()
    }
}

fn to_array(bytes: &[u8]) -> [u8; DIGEST_BYTES] {
    let mut array = [0; DIGEST_BYTES];
    array.copy_from_slice(bytes);
    array
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::{from_hex, hex};

    /// FIPS 180-2, appendix B.1.
    #[test]
    fn sha256_matches_the_standard() {
        assert_eq!(
            hex(&sha256(b"abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    /// RFC 7636, appendix B.
    #[test]
    fn code_challenge_matches_rfc_7636() {
        assert_eq!(
            sha256_base64url("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    /// RFC 4231 4.3 with its key filled with zeros, which HMAC does to a short key anyway.
    #[test]
    fn keyed_digest_matches_rfc_4231() {
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        assert_eq!(
            hex(&KeyedDigest::new(key).digest(b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn keyed_digest_depends_on_key_and_data() {
        let (one, other) = (KeyedDigest::new([1; 32]), KeyedDigest::new([2; 32]));
        assert_ne!(one.digest(b"a"), one.digest(b"b"));
        assert_ne!(one.digest(b"a"), other.digest(b"a"));
        assert!(one.verify(b"a", &one.digest(b"a")));
        assert!(!one.verify(b"a", &other.digest(b"a")));
        assert!(!one.verify(b"a", &one.digest(b"a")[..16]));
    }

    #[test]
    fn text_of_a_keyed_digest_fits_a_stream_name() {
        let text = KeyedDigest::new([1; 32]).text(b"ann@example.com");
        assert_eq!(text.len(), 52);
        assert!(text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    }

    /// Computed independently by two HMACs, as RFC 5869 2.2 and 2.3 define it for one block.
    #[test]
    fn derived_key_is_hkdf_with_the_label_as_info() {
        let secret = [7; 32];
        let prk = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, HKDF_SALT), &secret);
        let okm = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, prk.as_ref()), b"cookie\x01");
        assert_eq!(derive_key(&secret, "cookie"), okm.as_ref());
    }

    #[test]
    fn labels_separate_derived_keys() {
        assert_ne!(derive_key(&[7; 32], "a"), derive_key(&[7; 32], "b"));
        assert_ne!(derive_key(&[7; 32], "a"), derive_key(&[8; 32], "a"));
    }

    #[test]
    fn comparison_tells_equal_from_different_and_shorter() {
        let bytes = from_hex("0102").unwrap();
        assert!(constant_time_eq(&bytes, &[1, 2]));
        assert!(!constant_time_eq(&bytes, &[1, 3]));
        assert!(!constant_time_eq(&bytes, &[1]));
    }
}
