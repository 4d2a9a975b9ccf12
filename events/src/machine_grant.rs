//! What can happen to an access token of a machine.

use serde::{Deserialize, Serialize};

use crate::{ApplicationId, OrganizationId, UnixMillis};

/// What can happen to an access token of a machine (RFC 6749 4.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum MachineGrantEvent {
    /// The token can be used from here on; its `jti` is the id of the stream. Version 1 knew neither
    /// organizations nor keys of the holder.
    #[serde(rename = "MachineTokenIssued.v2")]
    MachineTokenIssued {
        /// Who holds it and for whom it speaks.
        application: ApplicationId,
        /// Indicator of the API resource or name of the organization.
        audience: String,
        /// What it permits.
        scope: Vec<String>,
        /// The organization in which it permits that, if it is one.
        organization: Option<OrganizationId>,
        /// Thumbprint of the key whose possession its bearer must prove (RFC 9449 6).
        dpop_jkt: Option<String>,
        /// Key that signed it.
        kid: String,
        /// When.
        issued_at: UnixMillis,
        /// From this moment on it is refused.
        expires_at: UnixMillis,
    },
}
