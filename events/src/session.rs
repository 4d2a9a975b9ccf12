//! What can happen to a signed-in browser.

use serde::{Deserialize, Serialize};

use crate::{ApplicationId, GrantId, InteractionId, Personal, SessionId, UnixMillis, UserId};

/// What can happen to a signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum SessionEvent {
    /// A person signed in. Version 1 did not say how: there were only passwords.
    #[serde(rename = "SessionStarted.v2")]
    SessionStarted {
        /// The person.
        user: UserId,
        /// The visit in which they signed in.
        interaction: InteractionId,
        /// The application they came for.
        application: ApplicationId,
        /// SHA-256 of the cookie's secret in base64url.
        secret_sha256: String,
        /// Authentication methods (RFC 8176).
        amr: Vec<String>,
        /// When they proved who they are.
        authenticated_at: UnixMillis,
        /// From this moment on the session is over.
        expires_at: UnixMillis,
        /// The session of the same person in the same browser that it takes the place of: what was
        /// let in on that one lives on, until the person signs out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        continues: Option<SessionId>,
        /// From where.
        personal: Personal<SessionOrigin>,
    },
    /// An application was let in on this session.
    #[serde(rename = "SessionApplicationAuthorized.v1")]
    SessionApplicationAuthorized {
        /// The application.
        application: ApplicationId,
        /// What it was granted.
        grant: GrantId,
        /// Whether the grant ends with the session.
        ends_with_session: bool,
    },
    /// The session is over.
    #[serde(rename = "SessionEnded.v1")]
    SessionEnded {
        /// Why.
        reason: SessionEnding,
    },
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEnding {
    /// The person signed out.
    SignedOut,
    /// The person signed in again: a session with a fresh secret took its place.
    Replaced,
    /// An administrator ended it.
    Revoked,
}

/// From where a person signed in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionOrigin {
    /// Address of the browser.
    pub ip: Option<String>,
    /// What the browser calls itself, at most 256 bytes.
    pub user_agent: Option<String>,
}
