//! Claims of the product's own scopes, which an ID token carries only when they are enabled.
//! Contract: oidc.md section 7, `idToken.enabledExtendedClaims`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::user::UserClaims;
use crate::scope::{self, ScopeSet};

/// A claim that can be enabled for ID tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtendedClaim {
    /// Names of roles.
    Roles,
    /// Ids of organizations.
    Organizations,
    /// Organizations with name and description.
    OrganizationData,
    /// Roles in organizations.
    OrganizationRoles,
    /// Data of the operator.
    CustomData,
    /// Social identities.
    Identities,
    /// Enterprise identities.
    SsoIdentities,
}

impl ExtendedClaim {
    /// Every such claim, in contract order.
    pub const ALL: [Self; 7] = [
        Self::Roles,
        Self::Organizations,
        Self::OrganizationData,
        Self::OrganizationRoles,
        Self::CustomData,
        Self::Identities,
        Self::SsoIdentities,
    ];

    /// Name of the claim.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Roles => "roles",
            Self::Organizations => "organizations",
            Self::OrganizationData => "organization_data",
            Self::OrganizationRoles => "organization_roles",
            Self::CustomData => "custom_data",
            Self::Identities => "identities",
            Self::SsoIdentities => "sso_identities",
        }
    }

    /// Scope that the claim needs.
    const fn scope(self) -> &'static str {
        match self {
            Self::Roles => scope::ROLES,
            Self::Organizations | Self::OrganizationData => scope::ORGANIZATIONS,
            Self::OrganizationRoles => scope::ORGANIZATION_ROLES,
            Self::CustomData => scope::CUSTOM_DATA,
            Self::Identities | Self::SsoIdentities => scope::IDENTITIES,
        }
    }

    fn value(self, user: &UserClaims) -> Value {
        match self {
            Self::Roles => json!(user.roles),
            Self::Organizations => {
                user.organizations.iter().map(|organization| organization.id.clone()).collect()
            }
            Self::OrganizationData => json!(user.organizations),
            Self::OrganizationRoles => json!(user.organization_roles),
            Self::CustomData => Value::Object(user.custom_data.clone()),
            Self::Identities => Value::Object(user.identities.clone()),
            Self::SsoIdentities => json!(user.sso_identities),
        }
    }
}

/// The claims that ID tokens of a tenant carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExtendedClaims(Vec<ExtendedClaim>);

impl ExtendedClaims {
    /// The given ones.
    pub const fn new(claims: Vec<ExtendedClaim>) -> Self {
        Self(claims)
    }

    /// Every one.
    pub fn all() -> Self {
        Self(ExtendedClaim::ALL.to_vec())
    }
}

impl Default for ExtendedClaims {
    /// What a tenant starts with.
    fn default() -> Self {
        Self(vec![
            ExtendedClaim::Roles,
            ExtendedClaim::Organizations,
            ExtendedClaim::OrganizationRoles,
        ])
    }
}

pub(super) fn put(
    claims: &mut Map<String, Value>,
    user: &UserClaims,
    scopes: &ScopeSet,
    enabled: &ExtendedClaims,
) {
    for claim in enabled.0.iter().filter(|claim| scopes.contains(claim.scope())) {
        super::put(claims, claim.as_str(), claim.value(user));
    }
}
