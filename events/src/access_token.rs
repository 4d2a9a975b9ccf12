//! What can happen to an access token of a user.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{ApplicationId, GrantId, OrganizationId, Personal, UnixMillis, UserId};

/// What can happen to an access token of a user. Each token has a stream of its own, appended under
/// the condition that its grant has not changed meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum AccessTokenEvent {
    /// The token can be used from here on. Version 1 knew neither organizations nor keys of the
    /// holder nor people who act for others.
    #[serde(rename = "AccessTokenIssued.v2")]
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
        /// The organization in which it permits that, if it is one.
        organization: Option<OrganizationId>,
        /// Who acts in the user's name (claim `act`, RFC 8693 4.1).
        actor: Option<UserId>,
        /// Thumbprint of the key whose possession its bearer must prove (RFC 9449 6).
        dpop_jkt: Option<String>,
        /// When.
        issued_at: UnixMillis,
        /// From this moment on it is refused.
        expires_at: UnixMillis,
        /// What the operator's script says about an opaque token; a JWT says it itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        personal: Option<Personal<CustomClaims>>,
    },
}

/// Claims that the operator's script adds to a token; they may tell about the person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CustomClaims {
    /// Values by name.
    pub claims: Map<String, Value>,
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
