//! What can come of running a claims script, where it is not simply claims: those stand in the token.

use serde::{Deserialize, Serialize};

use crate::{ApplicationId, Personal, ScriptedToken, UserId};

/// What can come of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum ClaimsScriptRunEvent {
    /// The script gave no claims that could be used.
    #[serde(rename = "ClaimsScriptFailed.v1")]
    ClaimsScriptFailed {
        /// For which kind of token it ran.
        token: ScriptedToken,
        /// Who asked for the token.
        application: ApplicationId,
        /// For whom it would speak, if it is a user's.
        user: Option<UserId>,
        /// Why.
        reason: ClaimsScriptFailure,
        /// Whether no token was issued for that reason.
        blocked: bool,
        /// What the script left behind.
        personal: Personal<ClaimsScriptMessage>,
    },
    /// The script denied the token.
    #[serde(rename = "ClaimsScriptDenied.v1")]
    ClaimsScriptDenied {
        /// For which kind of token it ran.
        token: ScriptedToken,
        /// Who asked for the token.
        application: ApplicationId,
        /// For whom it would speak, if it is a user's.
        user: Option<UserId>,
        /// What the script left behind.
        personal: Personal<ClaimsScriptMessage>,
    },
}

/// Why a script gave no claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimsScriptFailure {
    /// It threw, or could not be read.
    Threw,
    /// It used up its time.
    TimedOut,
    /// It used up its heap.
    OutOfMemory,
    /// It waited for what never came.
    NeverSettled,
    /// It defines no `getCustomJwtClaims`.
    NoFunction,
    /// It returned no object.
    NotAnObject,
    /// It returned too much.
    TooLarge,
    /// Its process died.
    Died,
}

/// What a script says to whoever reads the log; it may tell about the person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClaimsScriptMessage {
    /// For people.
    pub message: String,
}
