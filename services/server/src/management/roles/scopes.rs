//! What a role permits (contract: management-30-authz §6).

use std::collections::HashMap;

use axum::{Json as JsonAnswer, http::StatusCode, response::Response};
use domain::{Role, RoleCommand};
use events::{RoleId, ScopeId};
use projections::{Resources, Roles};
use serde::{Deserialize, Serialize};
use store::Work;

use crate::{
    http::{
        administrator::Administrator,
        body::ids,
        error::ApiError,
        json::Json,
        page::OptionalPageQuery,
        path::{EntityPath, Path},
        query::Query,
        search,
    },
    management::{
        resources::view::{ResourceView, ScopeView},
        roles::{require::require_scopes, view},
    },
};

/// A scope with its resource.
#[derive(Debug, Serialize)]
struct GrantedScopeView {
    #[serde(flatten)]
    scope: ScopeView,
    resource: ResourceView,
}

/// `{"scopeIds": […]}`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScopesBody {
    scope_ids: Vec<String>,
}

/// `GET /api/roles/{id}/scopes`: 200 with scopes, each with its resource; all unless a page is asked
/// for.
///
/// # Errors
/// 400 `request.invalid_input`, 404 `entity.not_exists_with_id`
pub(crate) async fn list(
    administrator: Administrator,
    EntityPath(id): EntityPath<RoleId>,
    query: Query,
    page: OptionalPageQuery,
) -> Result<Response, ApiError> {
    let filter = search::filter(&query)?;
    view::find(&administrator.call, &id)?;
    let (views, tenant) = (&administrator.call.site.app().views, administrator.call.site.tenant());
    let roles = views.reader::<Roles>();
    let listing = page.collect(|rows| roles.scopes(tenant, &id, &filter, rows))?;
    let resources = views.reader::<Resources>().all(tenant)?;
    let resources: HashMap<_, _> = resources.into_iter().map(|row| (row.id.clone(), row)).collect();
    let scopes = listing.rows.into_iter().filter_map(|row| {
        let resource = resources.get(&row.resource_id)?.clone();
        let resource = ResourceView::new(tenant, resource);
        Some(GrantedScopeView { scope: ScopeView::new(tenant, row), resource })
    });
    Ok(page.answer(&scopes.collect::<Vec<_>>(), listing.total))
}

/// `POST /api/roles/{id}/scopes`: 201 with all scopes that the role permits now.
///
/// # Errors
/// 400 `guard.invalid_input`, `role.management_api_scopes_not_assignable_to_user_role`,
/// 403 `role.internal_role_violation`, 404 `entity.not_exists_with_id`, 422 `role.scope_exists`
pub(crate) async fn grant(
    administrator: Administrator,
    EntityPath(id): EntityPath<RoleId>,
    Json(body): Json<ScopesBody>,
) -> Result<(StatusCode, JsonAnswer<Vec<ScopeView>>), ApiError> {
    let scopes: Vec<ScopeId> = ids("scopeIds", &body.scope_ids, 1, ApiError::not_exists_with_id)?;
    let call = &administrator.call;
    let context = administrator.context();
    let transacted =
        call.site.app().log.transact(&context, async |work: Work| -> Result<(), ApiError> {
            let role = work.load::<Role>(&id).await?;
            let terms = role.state.terms().ok_or_else(ApiError::not_exists_with_id)?;
            require_scopes(call, &work, terms.role_type, &scopes).await?;
            work.decide::<Role>(&id, RoleCommand::GrantScopes { scopes: scopes.clone() }).await?;
            Ok(())
        });
    let ((), position) = transacted.await?;
    administrator.settle(position).await?;
    let (views, tenant) = (&call.site.app().views, call.site.tenant());
    let held = views.reader::<Roles>().scope_ids(tenant, &id)?;
    let rows = views.reader::<Resources>().scopes_by_id(tenant, &held)?;
    let scopes = rows.into_iter().map(|row| ScopeView::new(tenant, row)).collect();
    Ok((StatusCode::CREATED, JsonAnswer(scopes)))
}

/// `DELETE /api/roles/{id}/scopes/{scopeId}`: 204.
///
/// # Errors
/// 403 `role.internal_role_violation`, 404 `entity.not_found`
pub(crate) async fn revoke(
    administrator: Administrator,
    Path((id, scope)): Path<(RoleId, ScopeId)>,
) -> Result<StatusCode, ApiError> {
    let log = &administrator.call.site.app().log;
    let context = administrator.context();
    let transacted = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        let role = work.load::<Role>(&id).await?;
        role.state.terms().ok_or_else(ApiError::not_found)?;
        work.decide::<Role>(&id, RoleCommand::RevokeScope { scope: scope.clone() }).await?;
        Ok(())
    });
    let ((), position) = transacted.await?;
    administrator.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}
