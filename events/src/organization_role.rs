//! What can happen to a role inside organizations.

use serde::{Deserialize, Serialize};

use crate::{RoleType, ScopeId};

/// What can happen to a role inside organizations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum OrganizationRoleEvent {
    /// The role exists from here on.
    #[serde(rename = "OrganizationRoleCreated.v1")]
    OrganizationRoleCreated {
        /// Unique in the tenant.
        name: String,
        /// For people.
        description: Option<String>,
        /// Who can hold it.
        role_type: RoleType,
        /// Scopes of API resources that it permits inside an organization.
        resource_scopes: Vec<ScopeId>,
    },
    /// Members changed: all as they are now.
    #[serde(rename = "OrganizationRoleChanged.v1")]
    OrganizationRoleChanged {
        /// Name from now on.
        name: String,
        /// Description from now on.
        description: Option<String>,
        /// Who can hold it from now on.
        role_type: RoleType,
    },
    /// The scopes of API resources that it permits, all as they are now.
    #[serde(rename = "OrganizationRoleResourceScopesSet.v1")]
    OrganizationRoleResourceScopesSet {
        /// The whole set.
        resource_scopes: Vec<ScopeId>,
    },
    /// The role is gone.
    #[serde(rename = "OrganizationRoleDeleted.v1")]
    OrganizationRoleDeleted {},
}
