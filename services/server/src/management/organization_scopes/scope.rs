//! Organization scopes one by one. A name is kept unique by its reservation, in the same commit.

use axum::{Json as Answer, http::StatusCode, response::Response};
use domain::{OrganizationScope, OrganizationScopeCommand};
use events::{OrganizationScopeId, StreamName};
use projections::OrganizationScopes;
use serde::Deserialize;
use store::Work;

use super::OrganizationScopeView;
use crate::{
    http::{
        administrator::Administrator,
        body::{clearable, solid},
        error::ApiError,
        json::Json,
        page::OptionalPageQuery,
        path::{EntityPath, Path},
        query::Query,
    },
    ids::{ID_CHARS, parse},
    management::organization_template::{Names, check_texts, not_exists, nothing_to_change},
};

/// Body of `POST /organization-scopes`.
#[derive(Debug, Deserialize)]
pub(super) struct CreateScopeBody {
    name: String,
    #[serde(default, deserialize_with = "clearable")]
    description: Option<Option<String>>,
}

/// Body of `PATCH /organization-scopes/{id}`.
#[derive(Debug, Deserialize)]
pub(super) struct ChangeScopeBody {
    #[serde(default, deserialize_with = "solid")]
    name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    description: Option<Option<String>>,
}

/// The scopes whose name contains `q`, newest first.
pub(super) async fn list(
    admin: Administrator,
    query: Query,
    page: OptionalPageQuery,
) -> Result<Response, ApiError> {
    let site = &admin.call.site;
    let scopes = site.app().views.reader::<OrganizationScopes>();
    let q = query.q().unwrap_or_default();
    let listing = page.collect(|page| scopes.page(site.tenant(), q, page))?;
    let show = |row| OrganizationScopeView::new(site.tenant(), row);
    let shown: Vec<OrganizationScopeView> = listing.rows.into_iter().map(show).collect();
    Ok(page.answer(&shown, listing.total))
}

/// Creates a scope: 201 with it.
pub(super) async fn create(
    admin: Administrator,
    Json(body): Json<CreateScopeBody>,
) -> Result<(StatusCode, Answer<OrganizationScopeView>), ApiError> {
    check_texts(Some(&body.name), body.description.as_ref())?;
    let site = &admin.call.site;
    let id: OrganizationScopeId = parse(&site.app().random.id(ID_CHARS))?;
    let owner = StreamName::organization_scope(site.tenant(), &id);
    let context = admin.context();
    let created = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        Names::Scopes.reserve(site, &work, &owner, &body.name).await?;
        let command = OrganizationScopeCommand::CreateOrganizationScope {
            name: body.name.clone(),
            description: body.description.clone().flatten(),
        };
        work.begin::<OrganizationScope>(&id, command).await?;
        Ok(())
    });
    let ((), position) = created.await?;
    admin.settle(position).await?;
    Ok((StatusCode::CREATED, show(&admin, &id)?))
}

/// One scope.
pub(super) async fn read(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationScopeId>,
) -> Result<Answer<OrganizationScopeView>, ApiError> {
    show(&admin, &id)
}

/// Changes a scope: 200 with it.
pub(super) async fn change(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationScopeId>,
    Json(body): Json<ChangeScopeBody>,
) -> Result<Answer<OrganizationScopeView>, ApiError> {
    check_texts(body.name.as_deref(), body.description.as_ref())?;
    if body.name.is_none() && body.description.is_none() {
        return Err(nothing_to_change());
    }
    let site = &admin.call.site;
    let owner = StreamName::organization_scope(site.tenant(), &id);
    let context = admin.context();
    let changed = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let loaded = work.load::<OrganizationScope>(&id).await?;
        let former = loaded.state.terms().ok_or_else(not_exists)?.name.clone();
        if let Some(name) = body.name.as_ref().filter(|name| **name != former) {
            Names::Scopes.reserve(site, &work, &owner, name).await?;
            Names::Scopes.release(site, &work, &owner, &former).await?;
        }
        let command = OrganizationScopeCommand::ChangeOrganizationScope {
            name: body.name.clone(),
            description: body.description.clone(),
        };
        work.decide::<OrganizationScope>(&id, command).await?;
        Ok(())
    });
    let ((), position) = changed.await?;
    admin.settle(position).await?;
    show(&admin, &id)
}

/// Deletes a scope and sets its name free: 204.
pub(super) async fn delete(
    admin: Administrator,
    Path(id): Path<OrganizationScopeId>,
) -> Result<StatusCode, ApiError> {
    let site = &admin.call.site;
    let owner = StreamName::organization_scope(site.tenant(), &id);
    let context = admin.context();
    let deleted = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let loaded = work.load::<OrganizationScope>(&id).await?;
        let name = loaded.state.terms().ok_or_else(ApiError::not_found)?.name.clone();
        let command = OrganizationScopeCommand::DeleteOrganizationScope;
        work.decide::<OrganizationScope>(&id, command).await?;
        Names::Scopes.release(site, &work, &owner, &name).await
    });
    let ((), position) = deleted.await?;
    admin.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn show(
    admin: &Administrator,
    id: &OrganizationScopeId,
) -> Result<Answer<OrganizationScopeView>, ApiError> {
    let site = &admin.call.site;
    let found = site.app().views.reader::<OrganizationScopes>().by_id(site.tenant(), id)?;
    let row = found.ok_or_else(ApiError::not_exists_with_id)?;
    Ok(Answer(OrganizationScopeView::new(site.tenant(), row)))
}
