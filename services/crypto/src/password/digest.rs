//! A stored password digest, and the door through which foreign digests come in.

use std::fmt;

use zeroize::Zeroizing;

use super::{Scheme, bcrypt::Bcrypt, legacy::Legacy, phc::Phc};
use crate::{digest::constant_time_eq, encoding::from_hex};

/// Longest digest that can be imported, in characters.
const CHARACTERS_MAX: usize = 256;

const MD5_BYTES: usize = 16;
const SHA1_BYTES: usize = 20;
const SHA256_BYTES: usize = 32;

/// A password as it is stored: what verifies it, never the password itself.
///
/// Comparison takes constant time, `Debug` does not show the text, and the text is wiped when
/// dropped.
#[derive(Clone)]
pub struct PasswordDigest {
    scheme: Scheme,
    encoded: Zeroizing<String>,
}

/// Why a foreign digest cannot be stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Too long, not of the scheme's shape, or too costly to verify: `guard.invalid_input`.
    #[error("the digest is malformed")]
    Malformed,
    /// No JSON triple of the contract: `password.invalid_legacy_password_format`.
    #[error("the legacy digest is malformed")]
    LegacyFormat,
    /// The name of a hash function nobody knows:
    /// `password.unsupported_legacy_hash_algorithm`.
    #[error("the hash function {0:?} is not supported")]
    LegacyHash(String),
}

impl PasswordDigest {
    /// Takes a digest of a foreign system after checking its shape and its cost.
    ///
    /// - At most 256 characters.
    /// - MD5, SHA1, SHA256: hex of the right length in any case, stored in lower case.
    /// - Bcrypt: 60 letters, prefix `2a`, `2b`, `2x` or `2y`, cost 04 to 31; one above 17 verifies
    ///   no password.
    /// - Argon2: PHC text, version 16 or 19, at most 1 GiB, 1000 passes, 64 lanes, and 4 GiB filled
    ///   in all passes together. The algorithm in the text becomes the scheme, whichever of the three
    ///   names came with it.
    /// - Legacy: the JSON triple; PBKDF2 up to 10 million iterations over all blocks and 128 bytes,
    ///   Firebase scrypt up to 256 MiB.
    ///
    /// # Errors
    /// See [`ImportError`].
    pub fn try_import(scheme: Scheme, text: &str) -> Result<Self, ImportError> {
        if text.chars().nth(CHARACTERS_MAX).is_some() {
            return Err(ImportError::Malformed);
        }
        match scheme {
            Scheme::Argon2i | Scheme::Argon2id | Scheme::Argon2d => {
                let phc = Phc::parse(text).ok_or(ImportError::Malformed)?;
                Ok(Self::stored(phc.scheme(), text.to_owned()))
            }
            Scheme::Bcrypt => {
                Bcrypt::parse(text).ok_or(ImportError::Malformed)?;
                Ok(Self::stored(scheme, text.to_owned()))
            }
            Scheme::Md5 => import_hex(scheme, text, MD5_BYTES),
            Scheme::Sha1 => import_hex(scheme, text, SHA1_BYTES),
            Scheme::Sha256 => import_hex(scheme, text, SHA256_BYTES),
            Scheme::Legacy => {
                Legacy::parse(text)?;
                Ok(Self::stored(scheme, text.to_owned()))
            }
        }
    }

    /// A digest that the log holds, unchecked: what is malformed matches no password.
    pub fn stored(scheme: Scheme, encoded: String) -> Self {
        Self { scheme, encoded: Zeroizing::new(encoded) }
    }

    /// How it was computed.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The text to store: PHC, bcrypt's 60 letters, lower-case hex or the JSON triple.
    pub fn encoded(&self) -> &str {
        &self.encoded
    }
}

impl PartialEq for PasswordDigest {
    fn eq(&self, other: &Self) -> bool {
        self.scheme == other.scheme
            && constant_time_eq(self.encoded.as_bytes(), other.encoded.as_bytes())
    }
}

impl Eq for PasswordDigest {}

impl fmt::Debug for PasswordDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PasswordDigest")
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

fn import_hex(scheme: Scheme, text: &str, bytes: usize) -> Result<PasswordDigest, ImportError> {
    let is_shaped = from_hex(text).is_some_and(|digest| digest.len() == bytes);
    let encoded = is_shaped.then(|| text.to_ascii_lowercase()).ok_or(ImportError::Malformed)?;
    Ok(PasswordDigest::stored(scheme, encoded))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MD5: &str = "5f4dcc3b5aa765d61d8327deb882cf99";
    const BCRYPT: &str = "$2a$05$.OC/.OC/.OC/.OC/.OC/.OhLquwE1iYToSe8a2A4O9N2ST/lTM/LK";
    const ARGON2I: &str = "$argon2i$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$QnHgqtLsiKy8rh65SB0EAztvcijJKxW42UgAhd0CBYs";

    #[test]
    fn hex_of_any_case_is_stored_in_lower_case() {
        let digest = PasswordDigest::try_import(Scheme::Md5, &MD5.to_ascii_uppercase()).unwrap();
        assert_eq!(digest.encoded(), MD5);
        assert_eq!(digest.scheme(), Scheme::Md5);
    }

    #[test]
    fn hex_of_another_length_or_with_other_letters_is_refused() {
        for (scheme, letters) in [(Scheme::Md5, 32), (Scheme::Sha1, 40), (Scheme::Sha256, 64)] {
            let import = |text: &str| PasswordDigest::try_import(scheme, text);
            assert!(import(&"0".repeat(letters)).is_ok());
            for bad in [
                "0".repeat(letters - 2),
                "0".repeat(letters + 2),
                "g".repeat(letters),
                format!(" {}", "0".repeat(letters - 1)),
                String::new(),
            ] {
                assert_eq!(import(&bad), Err(ImportError::Malformed), "{scheme} {bad:?}");
            }
        }
    }

    #[test]
    fn argon2_takes_its_scheme_from_the_text() {
        for scheme in [Scheme::Argon2i, Scheme::Argon2id, Scheme::Argon2d] {
            let digest = PasswordDigest::try_import(scheme, ARGON2I).unwrap();
            assert_eq!((digest.scheme(), digest.encoded()), (Scheme::Argon2i, ARGON2I));
        }
    }

    #[test]
    fn digest_of_another_scheme_is_refused() {
        for (scheme, text) in [
            (Scheme::Bcrypt, ARGON2I),
            (Scheme::Argon2i, BCRYPT),
            (Scheme::Md5, BCRYPT),
            (Scheme::Sha256, MD5),
        ] {
            assert_eq!(PasswordDigest::try_import(scheme, text), Err(ImportError::Malformed));
        }
        assert_eq!(PasswordDigest::try_import(Scheme::Legacy, MD5), Err(ImportError::LegacyFormat));
    }

    #[test]
    fn digest_of_256_characters_is_accepted_and_257_are_refused() {
        let legacy = |salt: usize| format!(r#"["md5",["{}","@"],"00"]"#, "ü".repeat(salt));
        let frame = legacy(0).chars().count();
        assert!(PasswordDigest::try_import(Scheme::Legacy, &legacy(256 - frame)).is_ok());
        assert_eq!(
            PasswordDigest::try_import(Scheme::Legacy, &legacy(257 - frame)),
            Err(ImportError::Malformed)
        );
    }

    #[test]
    fn bcrypt_of_every_cost_of_the_format_is_accepted() {
        for (cost, is_accepted) in [("03", false), ("04", true), ("31", true), ("32", false)] {
            let text = BCRYPT.replace("$05$", &format!("${cost}$"));
            assert_eq!(PasswordDigest::try_import(Scheme::Bcrypt, &text).is_ok(), is_accepted);
        }
    }

    #[test]
    fn debug_does_not_show_the_digest() {
        let shown = format!("{:?}", PasswordDigest::stored(Scheme::Md5, MD5.to_owned()));
        assert!(shown.contains("Md5") && !shown.contains(MD5), "{shown}");
    }

    #[test]
    fn digests_are_equal_in_scheme_and_text() {
        let digest = |scheme, text: &str| PasswordDigest::stored(scheme, text.to_owned());
        assert_eq!(digest(Scheme::Md5, MD5), digest(Scheme::Md5, MD5));
        assert_ne!(digest(Scheme::Md5, MD5), digest(Scheme::Sha1, MD5));
        assert_ne!(digest(Scheme::Md5, MD5), digest(Scheme::Md5, "00"));
    }
}
