//! What can happen to a signed statement that counts once.

use serde::{Deserialize, Serialize};

use crate::UnixMillis;

/// What can happen to a signed statement that counts once: its stream is named by a keyed digest
/// of who signed it and of its `jti`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum ProofEvent {
    /// It was accepted; presented again it is a replay.
    #[serde(rename = "ProofPresented.v1")]
    ProofPresented {
        /// What it proved.
        purpose: ProofPurpose,
        /// From this moment on it would be refused for its age, so the record may go.
        expires_at: UnixMillis,
    },
}

/// What a signed statement proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofPurpose {
    /// Which client speaks (RFC 7523 2.2).
    ClientAssertion,
    /// That the sender holds a key (RFC 9449).
    Dpop,
    /// What a client asks for (RFC 9101).
    RequestObject,
}
