//! What can happen to an authorization request that a client pushed.

use serde::{Deserialize, Serialize};

use crate::{ApplicationId, Personal, UnixMillis};

/// What can happen to an authorization request that a client pushed before it sent the browser
/// (RFC 9126). Its URI is `urn:ietf:params:oauth:request_uri:` and the id of the stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum PushedRequestEvent {
    /// The client handed it over.
    #[serde(rename = "AuthorizationRequestPushed.v1")]
    AuthorizationRequestPushed {
        /// The client.
        application: ApplicationId,
        /// From this moment on no browser can bring it.
        expires_at: UnixMillis,
        /// What was asked for; hints in it tell about a person.
        personal: Personal<PushedParameters>,
    },
    /// A browser brought its URI.
    #[serde(rename = "PushedRequestUsed.v1")]
    PushedRequestUsed {},
}

/// The parameters of a pushed request.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedParameters {
    /// Names and values in their order, checked.
    pub parameters: Vec<(String, String)>,
    /// Whether they came in a signed request object.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_signed: bool,
}

impl std::fmt::Debug for PushedParameters {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PushedParameters(redacted)")
    }
}
