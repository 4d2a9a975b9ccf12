//! The scopes of an API resource (contract: management-30-authz §2).

use axum::{Json as Answer, http::StatusCode, response::Response};
use domain::{Resource, ResourceCommand, ResourceRefusal};
use events::{ResourceId, ScopeId};
use projections::{Resources, ScopeRow};
use serde::Deserialize;
use store::ExecuteError;

use super::{resource::nothing_to_change, view::ScopeView};
use crate::{
    http::{
        administrator::Administrator,
        body::{check_length, clearable, solid},
        error::ApiError,
        json::Json,
        page::PageQuery,
        path::{EntityPath, Path},
        query::Query,
        search,
    },
    ids::{ID_CHARS, parse},
};

/// Most characters of a name.
const NAME_CHARACTERS_MAX: usize = 256;
/// Most characters of a description.
const DESCRIPTION_CHARACTERS_MAX: usize = 65_536;

/// Body of `POST /resources/{id}/scopes`.
#[derive(Debug, Deserialize)]
pub(super) struct CreateScopeBody {
    name: String,
    #[serde(default, deserialize_with = "clearable")]
    description: Option<Option<String>>,
}

/// Body of `PATCH /resources/{id}/scopes/{scopeId}`.
#[derive(Debug, Deserialize)]
pub(super) struct ChangeScopeBody {
    #[serde(default, deserialize_with = "solid")]
    name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    description: Option<Option<String>>,
}

/// The scopes of a resource, newest first; none for a resource that is not there.
pub(super) async fn list(
    admin: Administrator,
    EntityPath(resource): EntityPath<String>,
    query: Query,
    page: PageQuery,
) -> Result<Response, ApiError> {
    let filter = search::filter(&query)?;
    let Ok(resource) = resource.parse::<ResourceId>() else {
        return Ok(page.answer(&[(); 0], 0));
    };
    let (tenant, views) = (admin.call.site.tenant(), &admin.call.site.app().views);
    let view = views.reader::<Resources>();
    let listing = view.scopes(tenant, &resource, &filter, page.rows())?;
    let show = |row| ScopeView::new(tenant, row);
    let views: Vec<ScopeView> = listing.rows.into_iter().map(show).collect();
    Ok(page.answer(&views, listing.total))
}

/// Creates a scope: 201 with it.
pub(super) async fn create(
    admin: Administrator,
    EntityPath(resource): EntityPath<ResourceId>,
    Json(body): Json<CreateScopeBody>,
) -> Result<(StatusCode, Answer<ScopeView>), ApiError> {
    check(Some(&body.name), body.description.as_ref())?;
    let scope: ScopeId = parse(&admin.call.site.app().random.id(ID_CHARS))?;
    let command = ResourceCommand::CreateScope {
        scope: scope.clone(),
        name: body.name,
        description: body.description.flatten(),
        by_system: false,
    };
    execute(&admin, &resource, command).await?;
    Ok((StatusCode::CREATED, Answer(find(&admin, &scope)?)))
}

/// Changes a scope.
pub(super) async fn change(
    admin: Administrator,
    Path((resource, scope)): Path<(ResourceId, ScopeId)>,
    Json(body): Json<ChangeScopeBody>,
) -> Result<Answer<ScopeView>, ApiError> {
    check(body.name.as_deref(), body.description.as_ref())?;
    let says_nothing = body.name.is_none() && body.description.is_none();
    let command = ResourceCommand::ChangeScope {
        scope: scope.clone(),
        name: body.name,
        description: body.description,
    };
    execute(&admin, &resource, command).await?;
    if says_nothing {
        return Err(nothing_to_change());
    }
    Ok(Answer(find(&admin, &scope)?))
}

/// Deletes a scope, and every role's hold on it: 204.
pub(super) async fn delete(
    admin: Administrator,
    Path((resource, scope)): Path<(ResourceId, ScopeId)>,
) -> Result<StatusCode, ApiError> {
    let log = &admin.call.site.app().log;
    let command = ResourceCommand::DeleteScope { scope };
    match log.execute::<Resource>(&admin.context(), &resource, command).await {
        Ok(done) => admin.settle(done.position).await?,
        Err(ExecuteError::Refused(ResourceRefusal::Absent)) => return Err(ApiError::not_found()),
        Err(error) => return Err(error.into()),
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn execute(
    admin: &Administrator,
    resource: &ResourceId,
    command: ResourceCommand,
) -> Result<(), ApiError> {
    let log = &admin.call.site.app().log;
    let done = log.execute::<Resource>(&admin.context(), resource, command).await?;
    Ok(admin.settle(done.position).await?)
}

fn find(admin: &Administrator, scope: &ScopeId) -> Result<ScopeView, ApiError> {
    let site = &admin.call.site;
    let view = site.app().views.reader::<Resources>();
    let found: Vec<ScopeRow> = view.scopes_by_id(site.tenant(), std::slice::from_ref(scope))?;
    let found = found.into_iter().next().ok_or_else(ApiError::not_found)?;
    Ok(ScopeView::new(site.tenant(), found))
}

fn check(name: Option<&str>, description: Option<&Option<String>>) -> Result<(), ApiError> {
    if let Some(name) = name {
        check_length("name", name, 1..=NAME_CHARACTERS_MAX)?;
    }
    let text = description.and_then(Option::as_deref).unwrap_or_default();
    check_length("description", text, 0..=DESCRIPTION_CHARACTERS_MAX)
}
