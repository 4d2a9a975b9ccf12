//! Scopes of API resources that an organization role permits. A scope counts as it stands in the
//! log, so it cannot vanish between the check and the record.

use axum::{http::StatusCode, response::Response};
use domain::{OrganizationRole, OrganizationRoleCommand, Resource};
use events::{OrganizationRoleId, ScopeId};
use projections::Resources;
use serde::Deserialize;
use store::Work;

use super::role::{find, unprocessable};
use crate::{
    http::{
        administrator::Administrator,
        error::ApiError,
        json::Json,
        page::OptionalPageQuery,
        path::{EntityPath, Path},
    },
    management::resources::ScopeView,
    site::Site,
};

/// Most scopes in one request.
pub(super) const SCOPES_MAX: usize = 500;

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
    check_number(&body, 1)?;
    set(&admin, &id, &body, Keep::Held).await?;
    Ok(StatusCode::CREATED)
}

/// Permits exactly these scopes: 204.
pub(super) async fn replace(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationRoleId>,
    Json(body): Json<ScopesBody>,
) -> Result<StatusCode, ApiError> {
    check_number(&body, 0)?;
    set(&admin, &id, &body, Keep::Nothing).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Permits a scope no longer: 204.
pub(super) async fn remove(
    admin: Administrator,
    Path((id, scope)): Path<(OrganizationRoleId, ScopeId)>,
) -> Result<StatusCode, ApiError> {
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let removed = log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let mut scopes = held(&work, &id).await?;
        let before = scopes.len();
        scopes.retain(|held| *held != scope);
        if scopes.len() == before {
            return Err(ApiError::not_found());
        }
        let command = OrganizationRoleCommand::SetResourceScopes { scopes };
        work.decide::<OrganizationRole>(&id, command).await?;
        Ok(())
    });
    let ((), position) = removed.await?;
    admin.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The scopes of these ids; each resource must stay as it is until the commit.
///
/// # Errors
/// 422 `entity.relation_foreign_key_not_found` for an id that names none.
pub(super) async fn check_scopes(
    site: &Site,
    work: &Work,
    ids: &[String],
) -> Result<Vec<ScopeId>, ApiError> {
    let parsed: Result<Vec<ScopeId>, _> = ids.iter().map(|id| id.parse()).collect();
    let ids = parsed.map_err(|_| unknown_scope())?;
    let view = site.app().views.reader::<Resources>();
    let found = view.scopes_by_id(site.tenant(), &ids)?;
    if found.len() != ids.len() {
        return Err(unknown_scope());
    }
    for scope in found {
        let loaded = work.require::<Resource>(&scope.resource_id).await?;
        let resource = loaded.state.resource().ok_or_else(unknown_scope)?;
        if !resource.scopes().contains_key(&scope.id) {
            return Err(unknown_scope());
        }
    }
    Ok(ids)
}

/// 422: an id names no scope.
pub(super) fn unknown_scope() -> ApiError {
    unprocessable("entity.relation_foreign_key_not_found", "An id names no scope.")
}

#[derive(Clone, Copy)]
enum Keep {
    Held,
    Nothing,
}

async fn set(
    admin: &Administrator,
    id: &OrganizationRoleId,
    body: &ScopesBody,
    keep: Keep,
) -> Result<(), ApiError> {
    let site = &admin.call.site;
    let context = admin.context();
    let set = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let held = held(&work, id).await?;
        let wished = check_scopes(site, &work, &body.scope_ids).await?;
        let mut scopes = match keep {
            Keep::Held => held,
            Keep::Nothing => Vec::new(),
        };
        scopes.extend(wished);
        let command = OrganizationRoleCommand::SetResourceScopes { scopes };
        work.decide::<OrganizationRole>(id, command).await?;
        Ok(())
    });
    let ((), position) = set.await?;
    Ok(admin.settle(position).await?)
}

async fn held(work: &Work, id: &OrganizationRoleId) -> Result<Vec<ScopeId>, ApiError> {
    let loaded = work.load::<OrganizationRole>(id).await?;
    let terms = loaded.state.terms().ok_or_else(ApiError::not_exists_with_id)?;
    Ok(terms.resource_scopes.iter().cloned().collect())
}

fn check_number(body: &ScopesBody, min: usize) -> Result<(), ApiError> {
    if (min..=SCOPES_MAX).contains(&body.scope_ids.len()) {
        return Ok(());
    }
    let message = format!("Expected {min} to {SCOPES_MAX} ids.");
    Err(ApiError::invalid_input("body", &["scopeIds"], &message))
}
