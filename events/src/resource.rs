//! What can happen to an API resource and its scopes.

use serde::{Deserialize, Serialize};

use crate::ScopeId;

/// What can happen to an API resource and its scopes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum ResourceEvent {
    /// The resource exists from here on.
    #[serde(rename = "ResourceCreated.v1")]
    ResourceCreated {
        /// Name shown to people.
        name: String,
        /// Absolute URI, the audience of its access tokens (RFC 8707); never changes.
        indicator: String,
        /// Lifetime of its access tokens.
        access_token_ttl_seconds: u32,
    },
    /// Name or lifetime changed.
    #[serde(rename = "ResourceChanged.v1")]
    ResourceChanged {
        /// New name.
        name: Option<String>,
        /// New lifetime.
        access_token_ttl_seconds: Option<u32>,
    },
    /// The resource has one more scope.
    #[serde(rename = "ScopeCreated.v1")]
    ScopeCreated {
        /// Id of the scope.
        scope: ScopeId,
        /// Unique in the resource, without white space.
        name: String,
        /// For people.
        description: Option<String>,
    },
    /// A scope got another name or description: both as they are now.
    #[serde(rename = "ScopeChanged.v1")]
    ScopeChanged {
        /// Id of the scope.
        scope: ScopeId,
        /// Name from now on.
        name: String,
        /// Description from now on.
        description: Option<String>,
    },
    /// A scope is gone, and with it every role's hold on it.
    #[serde(rename = "ScopeDeleted.v1")]
    ScopeDeleted {
        /// Id of the scope.
        scope: ScopeId,
    },
    /// The resource is gone, and its scopes with it.
    #[serde(rename = "ResourceDeleted.v1")]
    ResourceDeleted {},
}
