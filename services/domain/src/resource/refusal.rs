//! Why a wish about an API resource is refused (contract: management-30-authz 1 and 2).

use crate::{Kind, Refusal, indicator::IndicatorError};

/// Why a wish about an API resource is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResourceRefusal {
    /// Never created, or deleted.
    #[error("the resource does not exist")]
    Absent,
    /// The id was used before.
    #[error("the resource exists already")]
    Exists,
    /// The indicator names no resource.
    #[error("the indicator is not valid")]
    Indicator(#[source] IndicatorError),
    /// The indicator is reserved.
    #[error("the indicator is in use")]
    IndicatorInUse,
    /// The Management API is not for administrators to change.
    #[error("the resource of the Management API cannot be modified")]
    CannotModifyManagementApi,
    /// The Management API is not for administrators to delete.
    #[error("the resource of the Management API cannot be deleted")]
    CannotDeleteManagementApi,
    /// The id of the scope was used before.
    #[error("the scope exists already")]
    ScopeExists,
    /// Another scope of the resource has the name.
    #[error("the resource has a scope of this name")]
    ScopeNameExists,
    /// Scopes are separated by spaces, so their names have none.
    #[error("a scope name has no white space")]
    ScopeNameWithSpace,
    /// The scope to change is not there.
    #[error("there is no such scope to change")]
    ScopeNotExists,
    /// The scope to delete is not there.
    #[error("there is no such scope to delete")]
    ScopeNotFound,
}

impl Refusal for ResourceRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Absent => "entity.not_exists_with_id",
            Self::Exists | Self::ScopeExists => "entity.unique_integrity_violation",
            Self::Indicator(_) => "guard.invalid_input",
            Self::IndicatorInUse => "resource.resource_identifier_in_use",
            Self::CannotModifyManagementApi => "resource.cannot_modify_management_api",
            Self::CannotDeleteManagementApi => "resource.cannot_delete_management_api",
            Self::ScopeNameExists => "scope.name_exists",
            Self::ScopeNameWithSpace => "scope.name_with_space",
            Self::ScopeNotExists => "entity.not_exists",
            Self::ScopeNotFound => "entity.not_found",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Absent | Self::ScopeNotExists | Self::ScopeNotFound => Kind::Absent,
            Self::Indicator(_)
            | Self::CannotModifyManagementApi
            | Self::CannotDeleteManagementApi
            | Self::ScopeNameWithSpace => Kind::Invalid,
            Self::Exists | Self::IndicatorInUse | Self::ScopeExists | Self::ScopeNameExists => {
                Kind::Unprocessable
            }
        }
    }
}
