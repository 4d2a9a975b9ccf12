//! Why a wish about a client is refused (contract: management-20-applications 4 to 6).

use crate::{Kind, Refusal};

/// Why a wish about a client is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplicationRefusal {
    /// Never created, or deleted.
    #[error("the application does not exist")]
    Absent,
    /// The id was used before.
    #[error("the application exists already")]
    Exists,
    /// Only native applications use the device flow.
    #[error("only native applications use the device flow")]
    DeviceFlowNativeOnly,
    /// Whether it uses the device flow is fixed at creation.
    #[error("whether an application uses the device flow cannot change")]
    DeviceFlowNotChangeable,
    /// Machines cannot be third parties.
    #[error("a third-party application signs users in")]
    InvalidThirdPartyType,
    /// Third parties do not exchange tokens.
    #[error("a third-party application cannot exchange tokens")]
    ThirdPartyTokenExchange,
    /// Clients of this type hold no secrets.
    #[error("applications of this type hold no secrets")]
    HasNoSecrets,
    /// Another secret has the name.
    #[error("a secret of this name exists")]
    SecretNameExists,
    /// The secret to rename is not there.
    #[error("there is no secret of this name to rename")]
    SecretNotExists,
    /// The secret to delete is not there.
    #[error("there is no secret of this name to delete")]
    SecretNotFound,
    /// Only machines hold machine roles.
    #[error("only machine-to-machine applications hold roles")]
    InvalidType,
    /// Users are asked for consent only by third-party clients.
    #[error("only a third-party application asks users for consent")]
    ThirdPartyOnly,
    /// The scope to remove is not on the list.
    #[error("the application does not ask for the scope")]
    ConsentScopeNotFound,
    /// Nobody could use the client.
    #[error("access control that counts must let somebody in")]
    NobodyMayUseIt,
    /// A rule of an organization names no role.
    #[error("a rule of an organization names at least one role")]
    RuleWithoutRole,
    /// The role to take away is not held.
    #[error("the application does not hold the role")]
    RoleNotAssigned,
}

impl Refusal for ApplicationRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Absent => "entity.not_exists_with_id",
            Self::Exists => "entity.unique_integrity_violation",
            Self::DeviceFlowNativeOnly => "application.device_flow_native_only",
            Self::DeviceFlowNotChangeable => "application.device_flow_not_changeable",
            Self::InvalidThirdPartyType => "application.invalid_third_party_application_type",
            Self::ThirdPartyTokenExchange => {
                "application.third_party_application_cannot_enable_token_exchange"
            }
            Self::HasNoSecrets => "entity.db_constraint_violated",
            Self::SecretNameExists => "application.secret_name_exists",
            Self::SecretNotExists => "entity.not_exists",
            Self::SecretNotFound | Self::RoleNotAssigned => "entity.not_found",
            Self::InvalidType => "application.invalid_type",
            Self::ThirdPartyOnly => "application.third_party_application_only",
            Self::ConsentScopeNotFound => "entity.not_found",
            Self::NobodyMayUseIt | Self::RuleWithoutRole => "request.invalid_input",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Absent
            | Self::SecretNotExists
            | Self::SecretNotFound
            | Self::ConsentScopeNotFound
            | Self::RoleNotAssigned => Kind::Absent,
            Self::InvalidThirdPartyType => Kind::Invalid,
            Self::Exists
            | Self::DeviceFlowNativeOnly
            | Self::DeviceFlowNotChangeable
            | Self::ThirdPartyTokenExchange
            | Self::HasNoSecrets
            | Self::SecretNameExists
            | Self::ThirdPartyOnly
            | Self::NobodyMayUseIt
            | Self::RuleWithoutRole
            | Self::InvalidType => Kind::Unprocessable,
        }
    }
}
