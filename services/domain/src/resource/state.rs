//! What the rules know of an API resource.

use std::collections::BTreeMap;

use events::{ResourceEvent, ScopeId};

/// What the rules know of an API resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ResourceState {
    /// Never created.
    #[default]
    Absent,
    /// There.
    Present(Box<ApiResource>),
    /// Gone for good; the id is never used again.
    Deleted,
}

impl ResourceState {
    /// The resource, if it is there.
    pub fn resource(&self) -> Option<&ApiResource> {
        match self {
            Self::Present(resource) => Some(resource),
            Self::Absent | Self::Deleted => None,
        }
    }
}

/// An API resource that is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiResource {
    pub(super) name: String,
    pub(super) indicator: String,
    pub(super) access_token_ttl_seconds: u32,
    pub(super) scopes: BTreeMap<ScopeId, ApiScope>,
}

/// A scope of an API resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiScope {
    /// Unique in the resource.
    pub name: String,
    /// For people.
    pub description: Option<String>,
}

impl ApiResource {
    /// Name shown to people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Absolute URI, the audience of its access tokens.
    pub fn indicator(&self) -> &str {
        &self.indicator
    }

    /// Whether it is the Management API of a tenant, which administrators cannot change.
    pub fn is_management_api(&self) -> bool {
        super::is_management_api(&self.indicator)
    }

    /// Lifetime of its access tokens.
    pub fn access_token_ttl_seconds(&self) -> u32 {
        self.access_token_ttl_seconds
    }

    /// Scopes by id.
    pub fn scopes(&self) -> &BTreeMap<ScopeId, ApiScope> {
        &self.scopes
    }

    /// The resource after one more event.
    pub(super) fn after(mut self, event: &ResourceEvent) -> ResourceState {
        match event {
            ResourceEvent::ResourceCreated { name, indicator, access_token_ttl_seconds } => {
                self = Self {
                    name: name.clone(),
                    indicator: indicator.clone(),
                    access_token_ttl_seconds: *access_token_ttl_seconds,
                    scopes: BTreeMap::new(),
                };
            }
            ResourceEvent::ResourceChanged { name, access_token_ttl_seconds } => {
                self.name = name.clone().unwrap_or(self.name);
                self.access_token_ttl_seconds =
                    access_token_ttl_seconds.unwrap_or(self.access_token_ttl_seconds);
            }
            ResourceEvent::ScopeCreated { scope, name, description }
            | ResourceEvent::ScopeChanged { scope, name, description } => {
                let now = ApiScope { name: name.clone(), description: description.clone() };
                self.scopes.insert(scope.clone(), now);
            }
            ResourceEvent::ScopeDeleted { scope } => {
                self.scopes.remove(scope);
            }
            ResourceEvent::ResourceDeleted {} => return ResourceState::Deleted,
        }
        ResourceState::Present(Box::new(self))
    }
}
