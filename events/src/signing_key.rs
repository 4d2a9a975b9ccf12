//! What can happen in a tenant's ring of signing keys.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Personal, SigningKeyId, UnixMillis};

/// What can happen in a tenant's ring of signing keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum SigningKeyEvent {
    /// A key is published; it does not sign yet.
    #[serde(rename = "SigningKeyGenerated.v1")]
    SigningKeyGenerated {
        /// Id in the ring.
        key: SigningKeyId,
        /// What it signs with.
        algorithm: SigningAlgorithm,
        /// Public part as in the JWKS (RFC 7517), with `kid`.
        public_jwk: Value,
        /// Private part.
        personal: Personal<SigningKeyMaterial>,
    },
    /// The key will sign from a moment on; until then others can learn it.
    #[serde(rename = "SigningKeyScheduled.v1")]
    SigningKeyScheduled {
        /// Id in the ring.
        key: SigningKeyId,
        /// The moment.
        effective_at: UnixMillis,
    },
    /// The key signs from here on.
    #[serde(rename = "SigningKeyPromoted.v1")]
    SigningKeyPromoted {
        /// Id in the ring.
        key: SigningKeyId,
    },
    /// The key stays published for verification but signs no more.
    #[serde(rename = "SigningKeyRetired.v1")]
    SigningKeyRetired {
        /// Id in the ring.
        key: SigningKeyId,
    },
    /// The key is no longer published: what it signed no longer verifies.
    #[serde(rename = "SigningKeyDeleted.v1")]
    SigningKeyDeleted {
        /// Id in the ring.
        key: SigningKeyId,
    },
}

/// JOSE algorithm of a signing key (RFC 7518, RFC 8037).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    /// Ed25519.
    EdDSA,
    /// ECDSA on P-256.
    ES256,
    /// ECDSA on P-384.
    ES384,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
}

/// Private part of a signing key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeyMaterial {
    /// PKCS#8 in base64url without padding.
    pub pkcs8: String,
}

impl std::fmt::Debug for SigningKeyMaterial {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SigningKeyMaterial(redacted)")
    }
}
