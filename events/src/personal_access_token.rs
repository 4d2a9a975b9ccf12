//! What can happen to a token that scripts hold to speak for a user.

use serde::{Deserialize, Serialize};

use crate::{Personal, UnixMillis, UserId};

/// What can happen to a personal access token. Its name is unique among those of its user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum PersonalAccessTokenEvent {
    /// It can be used from here on.
    #[serde(rename = "PersonalAccessTokenCreated.v1")]
    PersonalAccessTokenCreated {
        /// For whom it speaks.
        user: UserId,
        /// What people call it.
        name: String,
        /// SHA-256 of the token in base64url.
        sha256: String,
        /// When.
        created_at: UnixMillis,
        /// From this moment on it is refused; none = never.
        expires_at: Option<UnixMillis>,
        /// The token itself, which administrators may read again.
        personal: Personal<PersonalAccessTokenValue>,
    },
    /// It has another name.
    #[serde(rename = "PersonalAccessTokenRenamed.v1")]
    PersonalAccessTokenRenamed {
        /// What people call it now.
        name: String,
    },
    /// It is worth nothing now.
    #[serde(rename = "PersonalAccessTokenDeleted.v1")]
    PersonalAccessTokenDeleted {},
}

/// The token itself.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PersonalAccessTokenValue {
    /// Its text.
    pub value: String,
}

impl std::fmt::Debug for PersonalAccessTokenValue {
    /// Without the token.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PersonalAccessTokenValue(redacted)")
    }
}
