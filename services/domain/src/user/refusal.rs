//! Why a wish about a person's account is refused.

use crate::{Kind, Refusal};

/// Why a wish about a person's account is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserRefusal {
    /// Never created, or deleted.
    #[error("the user does not exist")]
    Absent,
    /// The id was used before.
    #[error("the user exists already")]
    Exists,
    /// The role to take away is not held.
    #[error("the user does not hold the role")]
    RoleNotAssigned,
}

impl Refusal for UserRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Absent | Self::RoleNotAssigned => "entity.not_found",
            Self::Exists => "entity.unique_integrity_violation",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Absent | Self::RoleNotAssigned => Kind::Absent,
            Self::Exists => Kind::Unprocessable,
        }
    }
}
