//! Names of the password schemes, exactly as the wire and the log spell them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// How a stored password was digested (contract: lazy-password-migration 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scheme {
    /// Argon2i, PHC text.
    Argon2i,
    /// Argon2id, PHC text; what every password becomes.
    Argon2id,
    /// Argon2d, PHC text.
    Argon2d,
    /// bcrypt, 60 letters.
    Bcrypt,
    /// Unsalted MD5, hex.
    #[serde(rename = "MD5")]
    Md5,
    /// Unsalted SHA-1, hex.
    #[serde(rename = "SHA1")]
    Sha1,
    /// Unsalted SHA-256, hex.
    #[serde(rename = "SHA256")]
    Sha256,
    /// A JSON triple that says how to compute the digest.
    Legacy,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Self; 8] = [
        Self::Argon2i,
        Self::Argon2id,
        Self::Argon2d,
        Self::Bcrypt,
        Self::Md5,
        Self::Sha1,
        Self::Sha256,
        Self::Legacy,
    ];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Argon2i => "Argon2i",
            Self::Argon2id => "Argon2id",
            Self::Argon2d => "Argon2d",
            Self::Bcrypt => "Bcrypt",
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Legacy => "Legacy",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The text names no scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown password scheme")]
pub struct UnknownScheme;

impl FromStr for Scheme {
    type Err = UnknownScheme;

    fn from_str(name: &str) -> Result<Self, UnknownScheme> {
        Self::ALL.into_iter().find(|scheme| scheme.as_str() == name).ok_or(UnknownScheme)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_serialized_alike() {
        for scheme in Scheme::ALL {
            assert_eq!(scheme.as_str().parse(), Ok(scheme));
            assert_eq!(serde_json::to_value(scheme).unwrap(), scheme.as_str());
            assert_eq!(serde_json::from_value::<Scheme>(scheme.as_str().into()).unwrap(), scheme);
        }
    }

    #[test]
    fn another_spelling_is_unknown() {
        for name in ["argon2i", "md5", "SHA-1", "bcrypt", ""] {
            assert_eq!(name.parse::<Scheme>(), Err(UnknownScheme), "{name}");
        }
    }
}
