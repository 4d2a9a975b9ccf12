//! Scopes of API resources that an organization role permits. A scope counts as it stands in the
//! log, so it cannot vanish between the check and the record.

use axum::{http::StatusCode, response::Response};
use domain::{OrganizationRole, OrganizationRoleCommand, Resource};
use events::{OrganizationRoleId, ScopeId};
use projections::Resources;
use serde::Deserialize;
use store::Work;

use super::role::find;
use crate::{
    http::{
        administrator::Administrator,
        body::ids,
        error::ApiError,
        json::Json,
        page::OptionalPageQuery,
        path::{EntityPath, Path},
    },
    management::{organization_template::unknown, resources::ScopeView},
    site::Site,
};

/// Body of `POST` and `PUT /organization-roles/{id}/resource-scopes`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScopesBody {
    scope_ids: Vec<String>,
}

/// The scopes, in the order they were given.
pub(super) async fn list(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationRoleId>,
    page: OptionalPageQuery,
) -> Result<Response, ApiError> {
    let site = &admin.call.site;
    let (tenant, role) = (site.tenant(), find(site, &id)?);
    let scopes =
        site.app().views.reader::<Resources>().scopes_by_id(tenant, &role.resource_scopes)?;
    let total = scopes.len() as u64;
    let shown = scopes.into_iter().map(|row| ScopeView::new(tenant, row));
    let shown: Vec<ScopeView> = page.cut(shown).collect();
    Ok(page.answer(&shown, total))
}

/// Permits more scopes; those already permitted are passed over: 201.
pub(super) async fn add(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationRoleId>,
    Json(body): Json<ScopesBody>,
) -> Result<StatusCode, ApiError> {
    let scopes = ids("scopeIds", &body.scope_ids, 1, unknown)?;
    let command = |scopes| OrganizationRoleCommand::AssignResourceScopes { scopes };
    change(&admin, &id, &scopes, command).await?;
    Ok(StatusCode::CREATED)
}

/// Permits exactly these scopes: 204.
pub(super) async fn replace(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationRoleId>,
    Json(body): Json<ScopesBody>,
) -> Result<StatusCode, ApiError> {
    let scopes = ids("scopeIds", &body.scope_ids, 0, unknown)?;
    let command = |scopes| OrganizationRoleCommand::ReplaceResourceScopes { scopes };
    change(&admin, &id, &scopes, command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Permits a scope no longer: 204.
pub(super) async fn remove(
    admin: Administrator,
    Path((id, scope)): Path<(OrganizationRoleId, ScopeId)>,
) -> Result<StatusCode, ApiError> {
    let site = &admin.call.site;
    let scopes = site.app().views.reader::<Resources>();
    if scopes.scopes_by_id(site.tenant(), std::slice::from_ref(&scope))?.is_empty() {
        return Err(ApiError::not_found());
    }
    let command = OrganizationRoleCommand::UnassignResourceScope { scope };
    let done = site.app().log.execute::<OrganizationRole>(&admin.context(), &id, command).await?;
    admin.settle(done.position).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// These scopes exist; each resource must stay as it is until the commit.
///
/// # Errors
/// 422 `entity.relation_foreign_key_not_found` for an id that names none.
pub(super) async fn check_scopes(
    site: &Site,
    work: &Work,
    ids: &[ScopeId],
) -> Result<(), ApiError> {
    let view = site.app().views.reader::<Resources>();
    let found = view.scopes_by_id(site.tenant(), ids)?;
    if found.len() != ids.len() {
        return Err(unknown());
    }
    for scope in found {
        let loaded = work.require::<Resource>(&scope.resource_id).await?;
        let resource = loaded.state.resource().ok_or_else(unknown)?;
        if !resource.scopes().contains_key(&scope.id) {
            return Err(unknown());
        }
    }
    Ok(())
}

async fn change(
    admin: &Administrator,
    id: &OrganizationRoleId,
    scopes: &[ScopeId],
    command: impl Fn(Vec<ScopeId>) -> OrganizationRoleCommand + Sync,
) -> Result<(), ApiError> {
    let site = &admin.call.site;
    let context = admin.context();
    let changed = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let role = work.load::<OrganizationRole>(id).await?;
        role.state.terms().ok_or_else(ApiError::not_exists_with_id)?;
        check_scopes(site, &work, scopes).await?;
        work.decide::<OrganizationRole>(id, command(scopes.to_vec())).await?;
        Ok(())
    });
    let ((), position) = changed.await?;
    Ok(admin.settle(position).await?)
}
