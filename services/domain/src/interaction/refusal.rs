//! Why a wish during a visit is refused (contract: experience-api 1 to 5).

use crate::{Kind, Refusal};

/// Why a wish during a visit is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InteractionRefusal {
    /// Never started, expired, submitted or over.
    #[error("there is no sign-in under way")]
    NotFound,
    /// Another visit has the id.
    #[error("the interaction exists already")]
    Exists,
    /// The visitor has not said what they want.
    #[error("no purpose was chosen")]
    NoPurpose,
    /// Choosing a forgotten password anew is a visit of its own.
    #[error("this cannot be combined with choosing a forgotten password anew")]
    ForgotPasswordSwitch,
    /// A password or a new identity does not help who forgot theirs.
    #[error("this proof does not help to choose a forgotten password anew")]
    ForgotPasswordProof,
    /// Too many wrong passwords.
    #[error("too many wrong passwords in this visit")]
    Blocked,
    /// No such proof, or a newer one of its kind took its place.
    #[error("there is no such proof")]
    ProofNotFound,
    /// The proof does not serve the purpose.
    #[error("the proof does not serve the purpose")]
    WrongProof,
    /// Somebody else was identified before.
    #[error("another user was identified before")]
    IdentityConflict,
    /// Nobody was identified.
    #[error("nobody was identified")]
    NotIdentified,
}

impl Refusal for InteractionRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "session.not_found",
            Self::Exists => "entity.unique_integrity_violation",
            Self::NoPurpose => "session.interaction_not_found",
            Self::ForgotPasswordSwitch | Self::ForgotPasswordProof => {
                "session.not_supported_for_forgot_password"
            }
            Self::Blocked => "session.verification_blocked_too_many_attempts",
            Self::ProofNotFound => "session.verification_session_not_found",
            Self::WrongProof => "session.verification_failed",
            Self::IdentityConflict => "session.identity_conflict",
            Self::NotIdentified => "session.identifier_not_found",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::NotFound | Self::ForgotPasswordSwitch | Self::Blocked | Self::WrongProof => {
                Kind::Invalid
            }
            Self::NoPurpose | Self::ProofNotFound | Self::NotIdentified => Kind::Absent,
            Self::IdentityConflict => Kind::Conflict,
            Self::Exists | Self::ForgotPasswordProof => Kind::Unprocessable,
        }
    }
}
