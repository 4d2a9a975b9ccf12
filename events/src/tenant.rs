//! What can happen to a tenant.

use serde::{Deserialize, Serialize};

use crate::ResourceId;

/// What can happen to a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum TenantEvent {
    /// The tenant exists from here on, with an issuer, keys and users of its own.
    #[serde(rename = "TenantCreated.v1")]
    TenantCreated {
        /// Name shown to its administrators.
        name: String,
    },
    /// The resource that a token request means when it names none; `None` clears it.
    #[serde(rename = "DefaultResourceChosen.v1")]
    DefaultResourceChosen {
        /// The new default.
        resource: Option<ResourceId>,
    },
}
