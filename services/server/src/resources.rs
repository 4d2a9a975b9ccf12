//! The API resources of a tenant, decoded once from the view.

use std::collections::HashMap;

use events::{ResourceId, ScopeId, TenantId};
use projections::{
    OrganizationScopeRow, OrganizationScopes, QueryError, Reader, Resources as ResourcesView,
};
use protocol::resource::ORGANIZATIONS_RESOURCE;

/// An API resource as the token endpoint and the consent page need it.
pub struct ApiResource {
    /// Id in the tenant.
    pub id: ResourceId,
    /// Name shown to people.
    pub name: String,
    /// Audience of its tokens.
    pub indicator: String,
    /// Lifetime of its tokens.
    pub access_token_ttl_seconds: i64,
    /// Its scopes.
    pub scopes: Vec<ApiScope>,
}

/// A scope of an API resource.
pub struct ApiScope {
    /// Id in the tenant.
    pub id: ScopeId,
    /// Unique in the resource.
    pub name: String,
    /// For people.
    pub description: Option<String>,
}

/// Every API resource by indicator.
pub struct Resources {
    by_indicator: HashMap<String, ApiResource>,
    organization_scopes: Vec<OrganizationScopeRow>,
    default: Option<String>,
}

impl Resources {
    /// The resource of that indicator.
    pub fn get(&self, indicator: &str) -> Option<&ApiResource> {
        self.by_indicator.get(indicator)
    }

    /// Every organization scope: the scopes of the reserved resource
    /// [`ORGANIZATIONS_RESOURCE`], which is none of [`Resources::all`].
    pub fn organization_scopes(&self) -> &[OrganizationScopeRow] {
        &self.organization_scopes
    }

    /// Names of the scopes of a resource, also of the reserved one; nothing if there is none such.
    pub fn scope_names(&self, indicator: &str) -> Vec<&str> {
        if indicator == ORGANIZATIONS_RESOURCE {
            return self.organization_scopes.iter().map(|scope| scope.name.as_str()).collect();
        }
        let scopes = self.get(indicator).map_or(&[][..], |resource| &resource.scopes);
        scopes.iter().map(|scope| scope.name.as_str()).collect()
    }

    /// Every resource.
    pub fn all(&self) -> impl Iterator<Item = &ApiResource> {
        self.by_indicator.values()
    }

    /// The resources that an authorization request means: those that it names, or else the default
    /// one (contract: oidc §8).
    pub fn meant(&self, named: Vec<String>) -> Vec<String> {
        if named.is_empty() {
            return self.default().map(|default| default.indicator.clone()).into_iter().collect();
        }
        named
    }

    /// The resource that a request means when it names none.
    pub fn default(&self) -> Option<&ApiResource> {
        self.get(self.default.as_deref()?)
    }
}

/// Reads the resources of a tenant.
///
/// # Errors
/// [`QueryError`]
pub(crate) fn load_resources(
    view: &Reader<ResourcesView>,
    organization_scopes: &Reader<OrganizationScopes>,
    tenant: &TenantId,
) -> Result<Resources, QueryError> {
    let mut default = None;
    let mut by_indicator = HashMap::new();
    let scopes = view.all_scopes(tenant)?;
    for row in view.all(tenant)? {
        if row.is_default {
            default = Some(row.indicator.clone());
        }
        let resource = ApiResource {
            id: row.id.clone(),
            name: row.name,
            indicator: row.indicator.clone(),
            access_token_ttl_seconds: i64::from(row.access_token_ttl_seconds),
            scopes: scopes
                .iter()
                .filter(|scope| scope.resource_id == row.id)
                .map(|scope| ApiScope {
                    id: scope.id.clone(),
                    name: scope.name.clone(),
                    description: scope.description.clone(),
                })
                .collect(),
        };
        by_indicator.insert(row.indicator, resource);
    }
    let organization_scopes = organization_scopes.all(tenant)?;
    Ok(Resources { by_indicator, organization_scopes, default })
}
