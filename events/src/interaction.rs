//! What can happen during one visit to the sign-in pages.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    ApplicationId, GrantId, IdentifierKind, PasswordScheme, Personal, SessionId, UnixMillis,
    UserId, VerificationId,
};

/// What can happen during one visit to the sign-in pages on behalf of an authorization request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum InteractionEvent {
    /// An application sent a browser here.
    #[serde(rename = "InteractionStarted.v1")]
    InteractionStarted {
        /// The application.
        application: ApplicationId,
        /// The validated authorization request, without `login_hint`.
        request: Value,
        /// The session that the browser brought, if it was good enough to skip the sign-in.
        session: Option<SessionId>,
        /// From this moment on nothing more can happen.
        expires_at: UnixMillis,
    },
    /// The visitor set out to do something; who was identified before no longer counts.
    #[serde(rename = "InteractionPurposeChosen.v1")]
    InteractionPurposeChosen {
        /// What they set out to do.
        purpose: InteractionPurpose,
        /// Whether they began anew, so that earlier proofs no longer count either.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        restarted: bool,
    },
    /// The visitor gave the right password of an account.
    #[serde(rename = "PasswordVerified.v1")]
    PasswordVerified {
        /// Id of this proof.
        verification: VerificationId,
        /// The account.
        user: UserId,
        /// What the visitor typed to name it.
        identifier: IdentifierKind,
        /// How the password was hashed.
        scheme: PasswordScheme,
    },
    /// The visitor gave a wrong password, or named nobody.
    #[serde(rename = "PasswordRejected.v1")]
    PasswordRejected {
        /// Keyed digest of what was typed to name the account.
        identifier_digest: String,
        /// The account, if there is one.
        user: Option<UserId>,
    },
    /// The visitor chose an identifier and a password for a new account.
    #[serde(rename = "NewIdentityVerified.v1")]
    NewIdentityVerified {
        /// Id of this proof.
        verification: VerificationId,
        /// Id that the account will have.
        user: UserId,
        /// Scheme of the digest.
        scheme: PasswordScheme,
        /// What was chosen.
        personal: Personal<NewIdentity>,
    },
    /// It is settled who the visitor is.
    #[serde(rename = "UserIdentified.v1")]
    UserIdentified {
        /// The proof.
        verification: VerificationId,
        /// The account.
        user: UserId,
        /// Whether the account was created in this visit.
        registered: bool,
    },
    /// The visitor is signed in: `session` now stands for them.
    #[serde(rename = "InteractionSubmitted.v1")]
    InteractionSubmitted {
        /// The account.
        user: UserId,
        /// The session.
        session: SessionId,
    },
    /// The visitor lets the application have what it asked for.
    #[serde(rename = "InteractionConsented.v1")]
    InteractionConsented {},
    /// The application got its answer.
    #[serde(rename = "InteractionCompleted.v1")]
    InteractionCompleted {
        /// What was granted.
        grant: GrantId,
    },
    /// The visit ended without a grant.
    #[serde(rename = "InteractionAborted.v1")]
    InteractionAborted {
        /// The OAuth error that the application was told.
        error: String,
    },
}

/// What a visitor set out to do; spelled as in the Experience API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum InteractionPurpose {
    /// Sign in to an account.
    SignIn,
    /// Create an account.
    Register,
    /// Choose a new password.
    ForgotPassword,
}

/// What a visitor chose for a new account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewIdentity {
    /// Kind of identifier.
    pub identifier: IdentifierKind,
    /// The identifier.
    pub value: String,
    /// What verifies the password.
    pub digest: String,
}

impl std::fmt::Debug for NewIdentity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("NewIdentity(redacted)")
    }
}
