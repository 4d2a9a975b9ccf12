//! What can happen to an access token of a user.

use serde::{Deserialize, Serialize};

use crate::{ApplicationId, GrantId, UnixMillis, UserId};

/// What can happen to an access token of a user. Each token has a stream of its own, appended under
/// the condition that its grant has not changed meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum AccessTokenEvent {
    /// The token can be used from here on.
    #[serde(rename = "AccessTokenIssued.v1")]
    AccessTokenIssued {
        /// What it comes from; it dies with it.
        grant: GrantId,
        /// For whom it speaks.
        user: UserId,
        /// Who holds it.
        application: ApplicationId,
        /// How it looks.
        form: AccessTokenForm,
        /// What it permits.
        scope: Vec<String>,
        /// When.
        issued_at: UnixMillis,
        /// From this moment on it is refused.
        expires_at: UnixMillis,
    },
}

/// How an access token looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AccessTokenForm {
    /// Text that means nothing to its holder.
    Opaque {
        /// SHA-256 of the token in base64url.
        sha256: String,
    },
    /// A JWT for an API resource (RFC 9068); its `jti` is the token's id.
    Jwt {
        /// Indicator of the resource.
        audience: String,
        /// Key that signed it.
        kid: String,
    },
}
