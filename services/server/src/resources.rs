//! The API resources of a tenant, decoded once from the view.

use std::collections::HashMap;

use events::TenantId;
use projections::{QueryError, Reader, Resources as ResourcesView};

/// An API resource as the token endpoint needs it.
pub struct ApiResource {
    /// Audience of its tokens.
    pub indicator: String,
    /// Lifetime of its tokens.
    pub access_token_ttl_seconds: i64,
    /// Names of its scopes.
    pub scopes: Vec<String>,
}

/// Every API resource by indicator.
pub struct Resources {
    by_indicator: HashMap<String, ApiResource>,
    default: Option<String>,
}

impl Resources {
    /// The resource of that indicator.
    pub fn get(&self, indicator: &str) -> Option<&ApiResource> {
        self.by_indicator.get(indicator)
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
            indicator: row.indicator.clone(),
            access_token_ttl_seconds: i64::from(row.access_token_ttl_seconds),
            scopes: scopes
                .iter()
                .filter(|scope| scope.resource_id == row.id)
                .map(|scope| scope.name.clone())
                .collect(),
        };
        by_indicator.insert(row.indicator, resource);
    }
    Ok(Resources { by_indicator, default })
}
