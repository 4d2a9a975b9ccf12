//! What can happen to a role of users or machines.

use serde::{Deserialize, Serialize};

use crate::ScopeId;

/// What can happen to a role of users or machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum RoleEvent {
    /// The role exists from here on.
    #[serde(rename = "RoleCreated.v1")]
    RoleCreated {
        /// Unique in the tenant.
        name: String,
        /// For people.
        description: String,
        /// Who can hold it; never changes.
        role_type: RoleType,
        /// Given to every new user.
        is_default: bool,
        /// What it permits.
        scopes: Vec<ScopeId>,
    },
    /// Members changed: all as they are now.
    #[serde(rename = "RoleChanged.v1")]
    RoleChanged {
        /// Name from now on.
        name: String,
        /// Description from now on.
        description: String,
        /// Whether every new user gets it from now on.
        is_default: bool,
    },
    /// The role permits more.
    #[serde(rename = "RoleScopesGranted.v1")]
    RoleScopesGranted {
        /// Those it did not permit before.
        scopes: Vec<ScopeId>,
    },
    /// The role permits less.
    #[serde(rename = "RoleScopesRevoked.v1")]
    RoleScopesRevoked {
        /// Those it permitted before.
        scopes: Vec<ScopeId>,
    },
    /// The role is gone, and everybody's hold on it.
    #[serde(rename = "RoleDeleted.v1")]
    RoleDeleted {},
}

/// Who can hold a role; spelled as in the Management API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum RoleType {
    /// People.
    #[default]
    User,
    /// Machine-to-machine applications.
    MachineToMachine,
}

impl RoleType {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::MachineToMachine => "MachineToMachine",
        }
    }
}
