//! What can happen to the script with which an operator adds claims to tokens of one kind.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Personal;

/// What can happen to the script for tokens of one kind; the stream is named after the kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum ClaimsScriptEvent {
    /// The script runs for every token of the kind from here on.
    #[serde(rename = "ClaimsScriptSet.v1")]
    ClaimsScriptSet {
        /// Whether no token is issued when the script fails; if absent it is issued without the
        /// script's claims.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        block_issuance_on_error: Option<bool>,
        /// The script and what it is given: operators put secrets there.
        personal: Personal<ClaimsScriptBody>,
    },
    /// No script runs any more.
    #[serde(rename = "ClaimsScriptRemoved.v1")]
    ClaimsScriptRemoved {},
}

/// A script and what it is given.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ClaimsScriptBody {
    /// JavaScript that defines `getCustomJwtClaims`.
    pub script: String,
    /// Values for the script, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_variables: Option<BTreeMap<String, String>>,
    /// A token to try the script with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_sample: Option<Map<String, Value>>,
    /// A context to try the script with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_sample: Option<Map<String, Value>>,
}

impl std::fmt::Debug for ClaimsScriptBody {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ClaimsScriptBody(redacted)")
    }
}

/// Kinds of tokens that have a script each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScriptedToken {
    /// Access tokens of users.
    AccessToken,
    /// Access tokens of machines.
    ClientCredentials,
}

impl ScriptedToken {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::AccessToken, Self::ClientCredentials];

    /// The name in URLs and streams.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "access-token",
            Self::ClientCredentials => "client-credentials",
        }
    }
}
