//! What can happen to an access token of a machine.

use serde::{Deserialize, Serialize};

use crate::{ApplicationId, UnixMillis};

/// What can happen to an access token of a machine (RFC 6749 4.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum MachineGrantEvent {
    /// The token can be used from here on; its `jti` is the id of the stream.
    #[serde(rename = "MachineTokenIssued.v1")]
    MachineTokenIssued {
        /// Who holds it and for whom it speaks.
        application: ApplicationId,
        /// Indicator of the API resource.
        audience: String,
        /// What it permits.
        scope: Vec<String>,
        /// Key that signed it.
        kid: String,
        /// When.
        issued_at: UnixMillis,
        /// From this moment on it is refused.
        expires_at: UnixMillis,
    },
}
