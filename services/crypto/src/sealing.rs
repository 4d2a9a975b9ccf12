//! Sealing of personal data and secrets: AES-256-GCM under data keys, which a master key wraps.
//!
//! Sealed bytes are `nonce (12) || ciphertext || tag (16)`. The associated data is not stored; it
//! ties the sealed bytes to their place, so that moving them elsewhere breaks them. Destroying a
//! data key erases what it sealed. Nonces are random: one key may seal 2³² times before two of them
//! are likely to meet with odds of more than one to 2³² (NIST SP 800-38D 8.3); a data key belongs to
//! one subject and stays far below.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::{Zeroize, Zeroizing};

use crate::{Random, digest::derive_key, encoding, random::halt};

/// Length of a master key and a data key, in bytes.
pub const KEY_BYTES: usize = 32;
/// How much longer sealed bytes are than what they hold.
pub const OVERHEAD_BYTES: usize = NONCE_LEN + TAG_BYTES;

const TAG_BYTES: usize = 16;

/// Why something cannot be opened, or is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Another key, another place, or changed bytes.
    #[error("the sealed bytes do not open with this key in this place")]
    Opening,
    /// The text or bytes are no key of 32 bytes.
    #[error("the key is not of 32 bytes")]
    Key,
}

/// A key that seals the personal data of one subject, or the secrets of one tenant.
///
/// Its AES schedule is expanded once; share it in an `Arc`.
pub struct DataKey {
    bytes: Zeroizing<[u8; KEY_BYTES]>,
    cipher: LessSafeKey,
}

impl DataKey {
    /// A new key.
    pub fn generate(random: &Random) -> Self {
        Self::expand(Zeroizing::new(random.bytes()))
    }

    /// Seals `plaintext` in the place that `aad` names.
    pub fn seal(&self, random: &Random, aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let nonce = random.bytes::<NONCE_LEN>();
        let mut text = plaintext.to_vec();
        text.reserve_exact(TAG_BYTES);
        self.cipher
            .seal_in_place_append_tag(Nonce::from(&nonce), Aad::from(aad), &mut text)
            .unwrap_or_else(halt);
        let mut sealed = Vec::with_capacity(NONCE_LEN + text.len());
        sealed.extend_from_slice(&nonce);
        sealed.append(&mut text);
        sealed
    }

    /// What was sealed in the place that `aad` names.
    ///
    /// # Errors
    /// [`SealError::Opening`] with another key or place, or if a bit was changed.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Opening)?;
        let mut text = text.to_vec();
        let plaintext = self
            .cipher
            .open_in_place(Nonce::from(nonce), Aad::from(aad), &mut text)
            .map_err(|_| SealError::Opening)?
            .len();
        text.truncate(plaintext);
        Ok(text)
    }

    /// A key for another purpose, such as a tenant's keyed digests.
    pub fn derive(&self, label: &str) -> [u8; KEY_BYTES] {
        derive_key(&self.bytes, label)
    }

    fn expand(bytes: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, bytes.as_slice()).unwrap_or_else(halt);
        Self { bytes, cipher: LessSafeKey::new(key) }
    }

    fn try_from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        let array = bytes.try_into().map_err(|_| SealError::Key)?;
        Ok(Self::expand(Zeroizing::new(array)))
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DataKey(redacted)")
    }
}

/// The key that wraps data keys: kept outside the log, in a file only its owner can read.
pub struct MasterKey(DataKey);

impl MasterKey {
    /// A new key.
    pub fn generate(random: &Random) -> Self {
        Self(DataKey::generate(random))
    }

    /// From 32 bytes.
    ///
    /// # Errors
    /// [`SealError::Key`] if there are more or fewer.
    pub fn try_from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        DataKey::try_from_bytes(bytes).map(Self)
    }

    /// The key as base64, for the file that keeps it.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(encoding::base64(self.0.bytes.as_slice()))
    }

    /// Reads what [`MasterKey::to_text`] wrote; white space around it is ignored.
    ///
    /// # Errors
    /// [`SealError::Key`] if it is not base64 of 32 bytes.
    pub fn from_text(text: &str) -> Result<Self, SealError> {
        let mut bytes = encoding::from_any_base64(text.trim()).ok_or(SealError::Key)?;
        let key = Self::try_from_bytes(&bytes);
        bytes.zeroize();
        key
    }

    /// Wraps a data key in the place that `aad` names (its subject and number).
    pub fn wrap(&self, random: &Random, aad: &[u8], key: &DataKey) -> Vec<u8> {
        self.0.seal(random, aad, key.bytes.as_slice())
    }

    /// The data key that was wrapped in the place that `aad` names.
    ///
    /// # Errors
    /// [`SealError::Opening`] with another master key or place, or if a bit was changed.
    pub fn unwrap(&self, aad: &[u8], wrapped: &[u8]) -> Result<DataKey, SealError> {
        DataKey::try_from_bytes(&Zeroizing::new(self.0.open(aad, wrapped)?))
    }

    /// A key for a purpose of the whole installation.
    pub fn derive(&self, label: &str) -> [u8; KEY_BYTES] {
        self.0.derive(label)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::from_hex;

    fn random() -> Random {
        Random::seeded(1)
    }

    #[test]
    fn sealed_bytes_open_in_their_place() {
        let key = DataKey::generate(&random());
        for plaintext in [&b""[..], b"ann@example.com", &[7; 10_000]] {
            let sealed = key.seal(&random(), b"event-1", plaintext);
            assert_eq!(sealed.len(), plaintext.len() + OVERHEAD_BYTES);
            assert_eq!(key.open(b"event-1", &sealed).unwrap(), plaintext);
        }
    }

    #[test]
    fn sealed_bytes_do_not_open_elsewhere_or_with_another_key() {
        let random = random();
        let key = DataKey::generate(&random);
        let sealed = key.seal(&random, b"event-1", b"ann");
        assert_eq!(key.open(b"event-2", &sealed), Err(SealError::Opening));
        let other = DataKey::generate(&random);
        assert_eq!(other.open(b"event-1", &sealed), Err(SealError::Opening));
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let key = DataKey::generate(&random());
        let sealed = key.seal(&random(), b"event-1", b"ann");
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.open(b"event-1", &changed), Err(SealError::Opening), "{bit}");
        }
    }

    #[test]
    fn truncated_bytes_do_not_open() {
        let key = DataKey::generate(&random());
        let sealed = key.seal(&random(), b"", b"ann");
        for length in 0..sealed.len() {
            assert_eq!(key.open(b"", &sealed[..length]), Err(SealError::Opening), "{length}");
        }
    }

    #[test]
    fn same_text_is_sealed_differently_each_time() {
        let random = random();
        let key = DataKey::generate(&random);
        assert_ne!(key.seal(&random, b"", b"ann"), key.seal(&random, b"", b"ann"));
    }

    /// The GCM specification of McGrew and Viega, test case 16 (AES-256, with associated data).
    #[test]
    fn sealing_is_aes_256_gcm() {
        let bytes = |text: &str| from_hex(&text.replace(' ', "")).unwrap();
        let key = bytes("feffe9928665731c6d6a8f9467308308 feffe9928665731c6d6a8f9467308308");
        let sealed = bytes(
            "cafebabefacedbaddecaf888 522dc1f099567d07f47f37a32a84427d 643a8cdcbfe5c0c97598a2bd2555d1aa \
             8cb08e48590dbb3da7b08b1056828838 c5f61e6393ba7a0abcc9f662 76fc6ece0f4e1768cddf8853bb2d551b",
        );
        let aad = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let plaintext = bytes(
            "d9313225f88406e5a55909c5aff5269a 86a7a9531534f7da2e4c303d8a318a72 \
             1c3c0c95956809532fcf0e2449a6b525 b16aedf5aa0de657ba637b39",
        );
        let key = DataKey::try_from_bytes(&key).unwrap();
        assert_eq!(key.open(&aad, &sealed).unwrap(), plaintext);
    }

    #[test]
    fn wrapped_key_opens_what_the_original_sealed() {
        let random = random();
        let (master, key) = (MasterKey::generate(&random), DataKey::generate(&random));
        let wrapped = master.wrap(&random, b"user-1/1", &key);
        let restored = master.unwrap(b"user-1/1", &wrapped).unwrap();
        let sealed = key.seal(&random, b"e", b"ann");
        assert_eq!(restored.open(b"e", &sealed).unwrap(), b"ann");
        assert_eq!(restored.derive("digest"), key.derive("digest"));
        assert_ne!(key.derive("digest"), key.derive("another"));
    }

    #[test]
    fn wrapped_key_does_not_unwrap_elsewhere_or_when_changed() {
        let random = random();
        let (master, key) = (MasterKey::generate(&random), DataKey::generate(&random));
        let mut wrapped = master.wrap(&random, b"user-1/1", &key);
        assert_eq!(master.unwrap(b"user-2/1", &wrapped).unwrap_err(), SealError::Opening);
        let other = MasterKey::generate(&random);
        assert_eq!(other.unwrap(b"user-1/1", &wrapped).unwrap_err(), SealError::Opening);
        wrapped[20] ^= 1;
        assert_eq!(master.unwrap(b"user-1/1", &wrapped).unwrap_err(), SealError::Opening);
    }

    #[test]
    fn master_key_is_read_back_from_its_text() {
        let random = random();
        let master = MasterKey::generate(&random);
        let restored = MasterKey::from_text(&format!("{}\n", master.to_text().as_str())).unwrap();
        let wrapped = master.wrap(&random, b"", &DataKey::generate(&random));
        assert!(restored.unwrap(b"", &wrapped).is_ok());
    }

    #[test]
    fn master_key_of_another_length_is_refused() {
        for length in [0, 31, 33] {
            let bytes = vec![1; length];
            assert_eq!(MasterKey::try_from_bytes(&bytes).unwrap_err(), SealError::Key);
            let text = encoding::base64(&bytes);
            assert_eq!(MasterKey::from_text(&text).unwrap_err(), SealError::Key);
        }
        assert_eq!(MasterKey::from_text("not base64!").unwrap_err(), SealError::Key);
    }

    #[test]
    fn debug_shows_no_key() {
        let master = MasterKey::generate(&random());
        assert_eq!(format!("{master:?} {:?}", master.0), "MasterKey(redacted) DataKey(redacted)");
    }
}
