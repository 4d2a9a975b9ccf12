//! Organization roles. A name is kept unique by its reservation, in the same commit.

use axum::{Json as Answer, http::StatusCode, response::Response};
use domain::{OrganizationRole, OrganizationRoleCommand};
use events::{OrganizationRoleId, OrganizationScopeId, RoleType, ScopeId, StreamName};
use projections::{OrganizationRoleRow, OrganizationRoles, OrganizationScopes, Resources};
use serde::Deserialize;
use store::Work;

use super::{
    resource_scopes::check_scopes,
    view::{ListedRoleView, OrganizationRoleView, Permitted},
};
use crate::{
    http::{
        administrator::Administrator,
        body::{clearable, ids, solid},
        error::ApiError,
        json::Json,
        page::PageQuery,
        path::{EntityPath, Path},
        query::Query,
    },
    ids::{ID_CHARS, parse},
    management::organization_template::{
        Names, check_texts, not_exists, nothing_to_change, require_scopes, unknown,
    },
    site::Site,
};

/// Body of `POST /organization-roles`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateRoleBody {
    name: String,
    #[serde(default, deserialize_with = "clearable")]
    description: Option<Option<String>>,
    #[serde(rename = "type", default, deserialize_with = "solid")]
    role_type: Option<RoleType>,
    #[serde(default)]
    organization_scope_ids: Vec<String>,
    #[serde(default)]
    resource_scope_ids: Vec<String>,
}

/// Body of `PATCH /organization-roles/{id}`.
#[derive(Debug, Deserialize)]
pub(super) struct ChangeRoleBody {
    #[serde(default, deserialize_with = "solid")]
    name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    description: Option<Option<String>>,
    #[serde(rename = "type", default, deserialize_with = "solid")]
    role_type: Option<RoleType>,
}

/// A page of the roles whose id, name or description contains `q`, newest first.
pub(super) async fn list(
    admin: Administrator,
    query: Query,
    page: PageQuery,
) -> Result<Response, ApiError> {
    let (tenant, views) = (admin.call.site.tenant(), &admin.call.site.app().views);
    let roles = views.reader::<OrganizationRoles>();
    let listing = roles.page(tenant, query.q().unwrap_or_default(), page.rows())?;
    let mut permitted = Permitted::default();
    let ids: Vec<OrganizationScopeId> =
        listing.rows.iter().flat_map(|row| row.scopes.iter().cloned()).collect();
    if !ids.is_empty() {
        permitted.scopes = views.reader::<OrganizationScopes>().by_ids(tenant, &ids)?;
    }
    let ids: Vec<ScopeId> =
        listing.rows.iter().flat_map(|row| row.resource_scopes.iter().cloned()).collect();
    if !ids.is_empty() {
        let view = views.reader::<Resources>();
        permitted.resource_scopes = view.scopes_by_id(tenant, &ids)?;
        permitted.resources = view.all(tenant)?;
    }
    let show = |row| ListedRoleView::new(tenant, row, &permitted);
    let shown: Vec<ListedRoleView> = listing.rows.iter().map(show).collect();
    Ok(page.answer(&shown, listing.total))
}

/// Creates a role: 201 with it.
pub(super) async fn create(
    admin: Administrator,
    Json(body): Json<CreateRoleBody>,
) -> Result<(StatusCode, Answer<OrganizationRoleView>), ApiError> {
    check_texts(Some(&body.name), body.description.as_ref())?;
    let scopes: Vec<OrganizationScopeId> =
        ids("organizationScopeIds", &body.organization_scope_ids, 0, unknown)?;
    let resource_scopes: Vec<ScopeId> =
        ids("resourceScopeIds", &body.resource_scope_ids, 0, unknown)?;
    let site = &admin.call.site;
    let id: OrganizationRoleId = parse(&site.app().random.id(ID_CHARS))?;
    let owner = StreamName::organization_role(site.tenant(), &id);
    let context = admin.context();
    let created = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        require_scopes(&work, &scopes).await?;
        check_scopes(site, &work, &resource_scopes).await?;
        Names::Roles.reserve(site, &work, &owner, &body.name).await?;
        let command = OrganizationRoleCommand::CreateOrganizationRole {
            name: body.name.clone(),
            description: body.description.clone().flatten(),
            role_type: body.role_type.unwrap_or_default(),
            scopes: scopes.clone(),
            resource_scopes: resource_scopes.clone(),
        };
        work.begin::<OrganizationRole>(&id, command).await?;
        Ok(())
    });
    let ((), position) = created.await?;
    admin.settle(position).await?;
    Ok((StatusCode::CREATED, show(&admin, &id)?))
}

/// One role.
pub(super) async fn read(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationRoleId>,
) -> Result<Answer<OrganizationRoleView>, ApiError> {
    show(&admin, &id)
}

/// Changes a role; a changed name is reserved and the former one set free.
pub(super) async fn change(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationRoleId>,
    Json(body): Json<ChangeRoleBody>,
) -> Result<Answer<OrganizationRoleView>, ApiError> {
    check_texts(body.name.as_deref(), body.description.as_ref())?;
    if body.name.is_none() && body.description.is_none() && body.role_type.is_none() {
        return Err(nothing_to_change());
    }
    let site = &admin.call.site;
    let owner = StreamName::organization_role(site.tenant(), &id);
    let context = admin.context();
    let changed = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let loaded = work.load::<OrganizationRole>(&id).await?;
        let former = loaded.state.terms().ok_or_else(not_exists)?.name.clone();
        if let Some(name) = body.name.as_ref().filter(|name| **name != former) {
            Names::Roles.reserve(site, &work, &owner, name).await?;
            Names::Roles.release(site, &work, &owner, &former).await?;
        }
        let command = OrganizationRoleCommand::ChangeOrganizationRole {
            name: body.name.clone(),
            description: body.description.clone(),
            role_type: body.role_type,
        };
        work.decide::<OrganizationRole>(&id, command).await?;
        Ok(())
    });
    let ((), position) = changed.await?;
    admin.settle(position).await?;
    show(&admin, &id)
}

/// Deletes a role and sets its name free: 204.
pub(super) async fn delete(
    admin: Administrator,
    Path(id): Path<OrganizationRoleId>,
) -> Result<StatusCode, ApiError> {
    let site = &admin.call.site;
    let owner = StreamName::organization_role(site.tenant(), &id);
    let context = admin.context();
    let deleted = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let loaded = work.load::<OrganizationRole>(&id).await?;
        let name = loaded.state.terms().ok_or_else(ApiError::not_found)?.name.clone();
        let command = OrganizationRoleCommand::DeleteOrganizationRole;
        work.decide::<OrganizationRole>(&id, command).await?;
        Names::Roles.release(site, &work, &owner, &name).await
    });
    let ((), position) = deleted.await?;
    admin.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The role of that id.
///
/// # Errors
/// 404 `entity.not_exists_with_id`
pub(super) fn find(site: &Site, id: &OrganizationRoleId) -> Result<OrganizationRoleRow, ApiError> {
    let found = site.app().views.reader::<OrganizationRoles>().by_id(site.tenant(), id)?;
    found.ok_or_else(ApiError::not_exists_with_id)
}

fn show(
    admin: &Administrator,
    id: &OrganizationRoleId,
) -> Result<Answer<OrganizationRoleView>, ApiError> {
    let site = &admin.call.site;
    Ok(Answer(OrganizationRoleView::new(site.tenant(), &find(site, id)?)))
}
