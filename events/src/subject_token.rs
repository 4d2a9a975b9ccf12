//! What can happen to a token with which an application speaks for a user once.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Personal, UnixMillis, UserId};

/// What can happen to a subject token: an administrator lets whoever holds it speak for a user, once
/// (RFC 8693 2.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum SubjectTokenEvent {
    /// It can be used from here on.
    #[serde(rename = "SubjectTokenIssued.v1")]
    SubjectTokenIssued {
        /// For whom it speaks.
        user: UserId,
        /// SHA-256 of the token in base64url.
        sha256: String,
        /// From this moment on it is refused.
        expires_at: UnixMillis,
        /// What is known about the occasion.
        personal: Personal<SubjectTokenContext>,
    },
    /// It was exchanged, and is worth nothing now.
    #[serde(rename = "SubjectTokenConsumed.v1")]
    SubjectTokenConsumed {},
}

/// What is known about the occasion: a ticket's number, a reason.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SubjectTokenContext {
    /// Values by name, as the operator's script sees them.
    pub context: Map<String, Value>,
}
