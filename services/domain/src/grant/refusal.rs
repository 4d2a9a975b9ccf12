//! Why a wish about a grant is refused.

use crate::{Kind, Refusal};

/// Why a wish about a grant is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantRefusal {
    /// `invalid_grant` (RFC 6749 5.2): the code or refresh token is unknown, expired, revoked, used
    /// up or of another client, or it does not fit the request. One answer for all of them.
    #[error("the code or refresh token is not valid")]
    InvalidGrant,
    /// Never created.
    #[error("the grant does not exist")]
    Absent,
    /// Another grant has the id.
    #[error("the grant exists already")]
    Exists,
}

impl Refusal for GrantRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::InvalidGrant => "oidc.invalid_grant",
            Self::Absent => "entity.not_found",
            Self::Exists => "entity.unique_integrity_violation",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::InvalidGrant => Kind::Invalid,
            Self::Absent => Kind::Absent,
            Self::Exists => Kind::Unprocessable,
        }
    }
}
