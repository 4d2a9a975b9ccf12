//! Resources and scopes as the Management API shows them (contract: management-30-authz §1 and §2).

use events::TenantId;
use projections::{ResourceRow, ScopeRow};
use serde::Serialize;

/// An API resource.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResourceView {
    tenant_id: String,
    id: String,
    name: String,
    indicator: String,
    is_default: bool,
    access_token_ttl: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<ScopeView>>,
}

impl ResourceView {
    /// A resource without its scopes.
    pub(crate) fn new(tenant: &TenantId, row: ResourceRow) -> Self {
        Self {
            tenant_id: tenant.to_string(),
            id: row.id.to_string(),
            name: row.name,
            indicator: row.indicator,
            is_default: row.is_default,
            access_token_ttl: row.access_token_ttl_seconds,
            scopes: None,
        }
    }

    /// With those of the scopes that are its own.
    #[must_use]
    pub(crate) fn with_scopes(self, tenant: &TenantId, scopes: &[ScopeRow]) -> Self {
        let own = scopes.iter().filter(|scope| scope.resource_id.as_str() == self.id);
        let scopes = own.map(|scope| ScopeView::new(tenant, scope.clone())).collect();
        Self { scopes: Some(scopes), ..self }
    }
}

/// A scope of an API resource.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScopeView {
    tenant_id: String,
    id: String,
    resource_id: String,
    name: String,
    description: Option<String>,
    created_at: i64,
}

impl ScopeView {
    /// A scope.
    pub(crate) fn new(tenant: &TenantId, row: ScopeRow) -> Self {
        Self {
            tenant_id: tenant.to_string(),
            id: row.id.to_string(),
            resource_id: row.resource_id.to_string(),
            name: row.name,
            description: row.description,
            created_at: row.created_at,
        }
    }
}
