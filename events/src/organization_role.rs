//! What can happen to a role inside organizations.

use serde::{Deserialize, Serialize};

use crate::{OrganizationScopeId, RoleType, ScopeId};

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
        /// Organization scopes that it permits.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        scopes: Vec<OrganizationScopeId>,
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
    /// The role permits more organization scopes.
    #[serde(rename = "OrganizationRoleScopesAssigned.v1")]
    OrganizationRoleScopesAssigned {
        /// Those it did not permit before.
        scopes: Vec<OrganizationScopeId>,
    },
    /// The role permits fewer organization scopes.
    #[serde(rename = "OrganizationRoleScopesUnassigned.v1")]
    OrganizationRoleScopesUnassigned {
        /// Those it permitted before.
        scopes: Vec<OrganizationScopeId>,
    },
    /// The role permits more scopes of API resources.
    #[serde(rename = "OrganizationRoleResourceScopesAssigned.v1")]
    OrganizationRoleResourceScopesAssigned {
        /// Those it did not permit before.
        scopes: Vec<ScopeId>,
    },
    /// The role permits fewer scopes of API resources.
    #[serde(rename = "OrganizationRoleResourceScopesUnassigned.v1")]
    OrganizationRoleResourceScopesUnassigned {
        /// Those it permitted before.
        scopes: Vec<ScopeId>,
    },
    /// The scopes of API resources that it permits, all as they are now. No longer written: what
    /// came and what went is told apart.
    #[serde(rename = "OrganizationRoleResourceScopesSet.v1")]
    OrganizationRoleResourceScopesSet {
        /// The whole set.
        resource_scopes: Vec<ScopeId>,
    },
    /// The role is gone.
    #[serde(rename = "OrganizationRoleDeleted.v1")]
    OrganizationRoleDeleted {},
}
