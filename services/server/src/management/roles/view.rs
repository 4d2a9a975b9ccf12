//! A role as the Management API shows it (contract: management-30-authz §3).

use axum::Json;
use events::{ApplicationType, RoleId, RoleType, TenantId};
use projections::{Applications, QueryError, RoleRow, Roles, Users};
use serde::Serialize;

use crate::{call::Call, http::error::ApiError, site::Site};

/// A role.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoleView {
    tenant_id: String,
    id: String,
    name: String,
    description: String,
    #[serde(rename = "type")]
    role_type: RoleType,
    is_default: bool,
}

impl RoleView {
    /// A row as it is shown.
    pub(crate) fn new(tenant: &TenantId, row: &RoleRow) -> Self {
        Self {
            tenant_id: tenant.to_string(),
            id: row.id.to_string(),
            name: row.name.clone(),
            description: row.description.clone(),
            role_type: row.role_type,
            is_default: row.is_default,
        }
    }
}

/// A role in a listing, with some of its holders.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedRoleView {
    #[serde(flatten)]
    role: RoleView,
    users_count: u64,
    featured_users: Vec<FeaturedUser>,
    applications_count: u64,
    featured_applications: Vec<FeaturedApplication>,
}

#[derive(Debug, Serialize)]
struct FeaturedUser {
    id: String,
    avatar: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Serialize)]
struct FeaturedApplication {
    id: String,
    name: String,
    #[serde(rename = "type")]
    application_type: ApplicationType,
}

impl ListedRoleView {
    /// A row with those of its holders that are to be shown.
    ///
    /// # Errors
    /// [`QueryError`]
    pub(crate) fn load(site: &Site, row: &RoleRow) -> Result<Self, QueryError> {
        let (views, tenant) = (&site.app().views, site.tenant());
        let mut featured_users = Vec::new();
        for id in &row.featured_users {
            let user = views.reader::<Users>().by_id(tenant, id)?;
            featured_users.extend(user.map(|user| FeaturedUser {
                id: user.id.to_string(),
                avatar: user.avatar,
                name: user.name,
            }));
        }
        let mut featured_applications = Vec::new();
        for id in &row.featured_applications {
            let application = views.reader::<Applications>().by_id(tenant, id)?;
            featured_applications.extend(application.map(|application| FeaturedApplication {
                id: application.id.to_string(),
                name: application.name,
                application_type: application.application_type,
            }));
        }
        Ok(Self {
            role: RoleView::new(tenant, row),
            users_count: row.users_count,
            featured_users,
            applications_count: row.applications_count,
            featured_applications,
        })
    }
}

/// The row of a role.
///
/// # Errors
/// 404 `entity.not_exists_with_id`
pub(crate) fn find(call: &Call, id: &RoleId) -> Result<RoleRow, ApiError> {
    let roles = call.site.app().views.reader::<Roles>();
    roles.by_id(call.site.tenant(), id)?.ok_or_else(ApiError::not_exists_with_id)
}

/// A role as it is shown alone.
///
/// # Errors
/// 404 `entity.not_exists_with_id`
pub(crate) fn show(call: &Call, id: &RoleId) -> Result<Json<RoleView>, ApiError> {
    find(call, id).map(|row| Json(RoleView::new(call.site.tenant(), &row)))
}
