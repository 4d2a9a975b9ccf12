//! What can happen to the wish of a device without a browser to be let in (RFC 8628).

use serde::{Deserialize, Serialize};

use crate::{ApplicationId, GrantId, UnixMillis, UserId};

/// What can happen to the wish of a device to be let in. It holds nothing personal: where the person
/// was who decided stands with their session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum DeviceAuthorizationEvent {
    /// A device asked, and got a code to poll with and a code to show to a person.
    #[serde(rename = "DeviceAuthorizationStarted.v1")]
    DeviceAuthorizationStarted {
        /// The application on the device.
        application: ApplicationId,
        /// Scopes asked for, in that order, after what was silently dropped.
        scope: Vec<String>,
        /// Indicators of the API resources that tokens will be asked for.
        resources: Vec<String>,
        /// SHA-256 of the device code in base64url.
        device_code_sha256: String,
        /// Keyed digest of the user code: the reservation of the same digest leads here.
        user_code_digest: String,
        /// From this moment on nothing can come of it.
        expires_at: UnixMillis,
    },
    /// A person let the application in.
    #[serde(rename = "DeviceAuthorizationApproved.v1")]
    DeviceAuthorizationApproved {
        /// What was granted.
        grant: GrantId,
        /// The person.
        user: UserId,
    },
    /// A person said no.
    #[serde(rename = "DeviceAuthorizationDenied.v1")]
    DeviceAuthorizationDenied {},
    /// The device code was exchanged for tokens.
    #[serde(rename = "DeviceCodeRedeemed.v1")]
    DeviceCodeRedeemed {},
}
