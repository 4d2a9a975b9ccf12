//! Wishes during one visit to the sign-in pages.

use events::{
    ApplicationId, GrantId, IdentifierKind, InteractionPurpose, NewIdentity, PasswordScheme,
    SessionId, UnixMillis, UserId, VerificationId,
};
use serde_json::Value;

/// Wishes during one visit to the sign-in pages.
#[derive(Debug, Clone)]
pub enum InteractionCommand {
    /// Let the visit begin.
    StartInteraction {
        /// The application that sent the browser.
        application: ApplicationId,
        /// The validated authorization request, without `login_hint`.
        request: Value,
        /// The session that the browser brought, if it is good enough to skip the sign-in.
        session: Option<SessionId>,
        /// From this moment on nothing more can happen.
        expires_at: UnixMillis,
    },
    /// Set out to do something. The first choice of a visit is a restart.
    ChoosePurpose {
        /// What to do.
        purpose: InteractionPurpose,
        /// Whether everything collected so far is thrown away (`PUT /api/experience`) or only who
        /// was identified (`PUT /api/experience/interaction-event`).
        restart: bool,
        /// The moment of the request.
        now: UnixMillis,
    },
    /// The visitor gave the right password of an account.
    RecordPasswordVerified {
        /// Id of this proof.
        verification: VerificationId,
        /// The account.
        user: UserId,
        /// What the visitor typed to name it.
        identifier: IdentifierKind,
        /// How the password was hashed.
        scheme: PasswordScheme,
        /// The moment of the request.
        now: UnixMillis,
    },
    /// The visitor gave a wrong password, or named nobody.
    RecordPasswordRejected {
        /// Keyed digest of what was typed to name the account.
        identifier_digest: String,
        /// The account, if there is one.
        user: Option<UserId>,
        /// The moment of the request.
        now: UnixMillis,
    },
    /// The visitor chose an identifier and a password for a new account.
    RecordNewIdentity {
        /// Id of this proof.
        verification: VerificationId,
        /// Id that the account will have.
        user: UserId,
        /// Scheme of the password's digest.
        scheme: PasswordScheme,
        /// What was chosen.
        identity: NewIdentity,
        /// The moment of the request.
        now: UnixMillis,
    },
    /// Settle who the visitor is.
    Identify {
        /// The proof: the newest of its kind.
        verification: VerificationId,
        /// The moment of the request.
        now: UnixMillis,
    },
    /// Sign the identified visitor in.
    SubmitInteraction {
        /// The session that stands for them.
        session: SessionId,
        /// The moment of the request.
        now: UnixMillis,
    },
    /// Note that the visitor lets the application have what it asked for.
    RecordConsent {
        /// The moment of the request.
        now: UnixMillis,
    },
    /// Answer the application.
    CompleteInteraction {
        /// What is granted.
        grant: GrantId,
        /// The moment of the request.
        now: UnixMillis,
    },
    /// End the visit without a grant.
    AbortInteraction {
        /// The OAuth error that the application is told.
        error: String,
        /// The moment of the request.
        now: UnixMillis,
    },
}
