//! What can happen in a tenant's ring of cookie keys.

use serde::{Deserialize, Serialize};

use crate::{CookieKeyId, Personal};

/// What can happen in a tenant's ring of cookie keys. The newest key signs, every key verifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum CookieKeyEvent {
    /// The key signs cookies from here on.
    #[serde(rename = "CookieKeyGenerated.v1")]
    CookieKeyGenerated {
        /// Id in the ring.
        key: CookieKeyId,
        /// The key itself.
        personal: Personal<CookieKeyMaterial>,
    },
    /// Cookies that the key signed no longer verify.
    #[serde(rename = "CookieKeyDeleted.v1")]
    CookieKeyDeleted {
        /// Id in the ring.
        key: CookieKeyId,
    },
}

/// A cookie key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CookieKeyMaterial {
    /// 32 bytes in base64url without padding.
    pub secret: String,
}

impl std::fmt::Debug for CookieKeyMaterial {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("CookieKeyMaterial(redacted)")
    }
}
