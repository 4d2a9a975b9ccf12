//! What can happen to a tenant's settings of the provider itself.

use serde::{Deserialize, Serialize};

/// What can happen to a tenant's settings of the provider itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum OidcSettingsEvent {
    /// ID tokens carry these of the product's own claims from here on.
    #[serde(rename = "IdTokenClaimsChanged.v1")]
    IdTokenClaimsChanged {
        /// In the order in which they were named; none names no list, so that the default holds.
        enabled: Option<Vec<IdTokenClaim>>,
    },
    /// Sessions that start from here on live so long.
    #[serde(rename = "SessionLifetimeChanged.v1")]
    SessionLifetimeChanged {
        /// Seconds.
        seconds: u32,
    },
}

/// A claim of the product's own that an ID token can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdTokenClaim {
    /// Names of roles.
    Roles,
    /// Ids of organizations.
    Organizations,
    /// Organizations with name and description.
    OrganizationData,
    /// Roles in organizations.
    OrganizationRoles,
    /// Data of the operator.
    CustomData,
    /// Social identities.
    Identities,
    /// Enterprise identities.
    SsoIdentities,
}
