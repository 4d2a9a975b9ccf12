//! Organization scopes that an organization role permits. A scope counts as it stands in the log, so
//! it cannot vanish between the check and the record.

use axum::{http::StatusCode, response::Response};
use domain::{OrganizationRole, OrganizationRoleCommand, OrganizationScope};
use events::{OrganizationRoleId, OrganizationScopeId};
use projections::OrganizationScopes;
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
    management::{
        organization_scopes::OrganizationScopeView,
        organization_template::{require_scopes, unknown},
    },
};

/// Body of `POST` and `PUT /organization-roles/{id}/scopes`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ScopesBody {
    organization_scope_ids: Vec<String>,
}

impl ScopesBody {
    fn ids(&self, min: usize) -> Result<Vec<OrganizationScopeId>, ApiError> {
        ids("organizationScopeIds", &self.organization_scope_ids, min, unknown)
    }
}

/// The scopes, in the order they were given.
pub(super) async fn list(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationRoleId>,
    page: OptionalPageQuery,
) -> Result<Response, ApiError> {
    let site = &admin.call.site;
    let (tenant, role) = (site.tenant(), find(site, &id)?);
    let scopes = site.app().views.reader::<OrganizationScopes>().by_ids(tenant, &role.scopes)?;
    let total = scopes.len() as u64;
    let shown = scopes.into_iter().map(|row| OrganizationScopeView::new(tenant, row));
    let shown: Vec<OrganizationScopeView> = page.cut(shown).collect();
    Ok(page.answer(&shown, total))
}

/// Permits more scopes; those already permitted are passed over: 201.
pub(super) async fn add(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationRoleId>,
    Json(body): Json<ScopesBody>,
) -> Result<StatusCode, ApiError> {
    let scopes = body.ids(1)?;
    let command = |scopes| OrganizationRoleCommand::AssignScopes { scopes };
    change(&admin, &id, &scopes, command).await?;
    Ok(StatusCode::CREATED)
}

/// Permits exactly these scopes: 204.
pub(super) async fn replace(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationRoleId>,
    Json(body): Json<ScopesBody>,
) -> Result<StatusCode, ApiError> {
    let scopes = body.ids(0)?;
    let command = |scopes| OrganizationRoleCommand::ReplaceScopes { scopes };
    change(&admin, &id, &scopes, command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Permits a scope no longer: 204.
pub(super) async fn remove(
    admin: Administrator,
    Path((id, scope)): Path<(OrganizationRoleId, OrganizationScopeId)>,
) -> Result<StatusCode, ApiError> {
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let removed = log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let state = work.load::<OrganizationScope>(&scope).await?.state;
        state.terms().ok_or_else(ApiError::not_found)?;
        let command = OrganizationRoleCommand::UnassignScope { scope: scope.clone() };
        work.decide::<OrganizationRole>(&id, command).await?;
        Ok(())
    });
    let ((), position) = removed.await?;
    admin.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change(
    admin: &Administrator,
    id: &OrganizationRoleId,
    scopes: &[OrganizationScopeId],
    command: impl Fn(Vec<OrganizationScopeId>) -> OrganizationRoleCommand + Sync,
) -> Result<(), ApiError> {
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let changed = log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let role = work.load::<OrganizationRole>(id).await?;
        role.state.terms().ok_or_else(ApiError::not_exists_with_id)?;
        require_scopes(&work, scopes).await?;
        work.decide::<OrganizationRole>(id, command(scopes.to_vec())).await?;
        Ok(())
    });
    let ((), position) = changed.await?;
    Ok(admin.settle(position).await?)
}
