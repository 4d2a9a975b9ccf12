//! Organization roles as the Management API shows them (contract: management-40-organizations §2).

use events::{RoleType, TenantId};
use projections::{OrganizationRoleRow, OrganizationScopeRow, ResourceRow, ScopeRow};
use serde::Serialize;

/// An organization role.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganizationRoleView {
    tenant_id: String,
    id: String,
    name: String,
    description: Option<String>,
    #[serde(rename = "type")]
    role_type: RoleType,
}

/// An organization role with what it permits.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListedRoleView {
    #[serde(flatten)]
    role: OrganizationRoleView,
    scopes: Vec<Reference>,
    resource_scopes: Vec<ResourceScopeView>,
}

/// A scope of an API resource that a role permits.
#[derive(Debug, Serialize)]
struct ResourceScopeView {
    id: String,
    name: String,
    resource: Reference,
}

/// A thing by id and name.
#[derive(Debug, Serialize)]
struct Reference {
    id: String,
    name: String,
}

/// What the roles of a page permit.
#[derive(Debug, Default)]
pub(super) struct Permitted {
    /// Organization scopes.
    pub(super) scopes: Vec<OrganizationScopeRow>,
    /// Scopes of API resources.
    pub(super) resource_scopes: Vec<ScopeRow>,
    /// The API resources.
    pub(super) resources: Vec<ResourceRow>,
}

impl OrganizationRoleView {
    /// A role alone.
    pub(crate) fn new(tenant: &TenantId, row: &OrganizationRoleRow) -> Self {
        Self {
            tenant_id: tenant.to_string(),
            id: row.id.to_string(),
            name: row.name.clone(),
            description: row.description.clone(),
            role_type: row.role_type,
        }
    }
}

impl ListedRoleView {
    /// A role with those of its scopes that exist.
    pub(super) fn new(tenant: &TenantId, row: &OrganizationRoleRow, permitted: &Permitted) -> Self {
        let Permitted { scopes, resource_scopes, resources } = permitted;
        let scopes = row.scopes.iter().filter_map(|id| {
            let scope = scopes.iter().find(|scope| scope.id == *id)?;
            Some(Reference { id: scope.id.to_string(), name: scope.name.clone() })
        });
        let resource_scopes = row.resource_scopes.iter().filter_map(|id| {
            let scope = resource_scopes.iter().find(|scope| scope.id == *id)?;
            let resource = resources.iter().find(|resource| resource.id == scope.resource_id)?;
            Some(ResourceScopeView {
                id: scope.id.to_string(),
                name: scope.name.clone(),
                resource: Reference { id: resource.id.to_string(), name: resource.name.clone() },
            })
        });
        Self {
            role: OrganizationRoleView::new(tenant, row),
            scopes: scopes.collect(),
            resource_scopes: resource_scopes.collect(),
        }
    }
}
