//! What can happen to a permission inside organizations.

use serde::{Deserialize, Serialize};

/// What can happen to a permission inside organizations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum OrganizationScopeEvent {
    /// The scope exists from here on.
    #[serde(rename = "OrganizationScopeCreated.v1")]
    OrganizationScopeCreated {
        /// Unique in the tenant.
        name: String,
        /// For people.
        description: Option<String>,
    },
    /// Members changed: all as they are now.
    #[serde(rename = "OrganizationScopeChanged.v1")]
    OrganizationScopeChanged {
        /// Name from now on.
        name: String,
        /// Description from now on.
        description: Option<String>,
    },
    /// The scope is gone, and every role's hold on it.
    #[serde(rename = "OrganizationScopeDeleted.v1")]
    OrganizationScopeDeleted {},
}
