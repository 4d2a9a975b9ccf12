//! Organizations and members as the Management API shows them
//! (contract: management-40-organizations §1 and §3).

use events::{OrganizationId, OrganizationRoleId, TenantId};
use projections::{OrganizationRow, Organizations, UserRow};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{http::error::ApiError, site::Site};

/// An organization.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganizationView {
    tenant_id: String,
    id: String,
    name: String,
    description: Option<String>,
    custom_data: Map<String, Value>,
    is_mfa_required: bool,
    color: Map<String, Value>,
    branding: Map<String, Value>,
    custom_css: Option<String>,
    created_at: i64,
    #[serde(flatten)]
    featured: Option<Featured>,
}

/// Who belongs to an organization, in short.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Featured {
    users_count: u64,
    featured_users: Vec<FeaturedUser>,
}

#[derive(Debug, Serialize)]
struct FeaturedUser {
    id: String,
    avatar: Option<String>,
    name: Option<String>,
}

/// Something with the organization roles that belong to it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WithRoles<T> {
    #[serde(flatten)]
    pub(super) inner: T,
    pub(super) organization_roles: Vec<RoleReference>,
}

/// An organization role by id and name.
#[derive(Debug, Clone, Serialize)]
pub(super) struct RoleReference {
    pub(super) id: OrganizationRoleId,
    pub(super) name: String,
}

impl OrganizationView {
    /// A row as it is shown.
    pub(crate) fn new(tenant: &TenantId, row: OrganizationRow) -> Self {
        Self {
            tenant_id: tenant.to_string(),
            id: row.id.into(),
            name: row.name,
            description: row.description,
            custom_data: row.custom_data,
            is_mfa_required: row.is_mfa_required,
            color: row.color,
            branding: row.branding,
            custom_css: row.custom_css,
            created_at: row.created_at,
            featured: None,
        }
    }

    /// A row with those of its members who joined last; `users` are those of the whole page.
    pub(super) fn with_featured(
        tenant: &TenantId,
        row: OrganizationRow,
        users: &[UserRow],
    ) -> Self {
        let featured_users = row.featured_users.iter().filter_map(|id| {
            let user = users.iter().find(|user| user.id == *id)?;
            let (avatar, name) = (user.avatar.clone(), user.name.clone());
            Some(FeaturedUser { id: user.id.to_string(), avatar, name })
        });
        let featured =
            Featured { users_count: row.users_count, featured_users: featured_users.collect() };
        Self { featured: Some(featured), ..Self::new(tenant, row) }
    }
}

/// The organization of that id.
///
/// # Errors
/// 404 `entity.not_exists_with_id`
pub(super) fn find(site: &Site, id: &OrganizationId) -> Result<OrganizationRow, ApiError> {
    let found = site.app().views.reader::<Organizations>().by_id(site.tenant(), id)?;
    found.ok_or_else(ApiError::not_exists_with_id)
}
