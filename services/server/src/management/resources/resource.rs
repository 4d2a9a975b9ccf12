//! API resources. An indicator is kept unique by its reservation, in the same commit.

use axum::{Json as Answer, http::StatusCode, response::Response};
use domain::{
    Reservation, ReservationCommand, ReservationRefusal, Resource, ResourceCommand,
    ResourceRefusal, Tenant, TenantCommand, indicator,
};
use events::{ReservationId, ResourceId, StreamName};
use projections::{ResourceRow, Resources, ScopeRow};
use serde::Deserialize;
use store::{ExecuteError, Work};

use super::view::ResourceView;
use crate::{
    http::{
        administrator::Administrator,
        body::{check_length, solid},
        error::ApiError,
        json::Json,
        page::OptionalPageQuery,
        path::EntityPath,
        query::Query,
    },
    ids::{ID_CHARS, NotAnId, parse},
    site::Site,
};

/// Lifetime of access tokens if none is given.
const ACCESS_TOKEN_TTL_SECONDS: u32 = 3600;
/// Most characters of a name.
const NAME_CHARACTERS_MAX: usize = 65_536;

/// Body of `POST /resources`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateResourceBody {
    name: String,
    indicator: String,
    #[serde(default, deserialize_with = "solid")]
    access_token_ttl: Option<u32>,
}

/// Body of `PATCH /resources/{id}`. The indicator never changes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangeResourceBody {
    #[serde(default, deserialize_with = "solid")]
    name: Option<String>,
    #[serde(default, deserialize_with = "solid")]
    access_token_ttl: Option<u32>,
}

/// Body of `PATCH /resources/{id}/is-default`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DefaultBody {
    is_default: bool,
}

/// Resources, newest first, with their scopes if asked for.
pub(super) async fn list(
    admin: Administrator,
    query: Query,
    page: OptionalPageQuery,
) -> Result<Response, ApiError> {
    let site = &admin.call.site;
    let (tenant, view) = (site.tenant(), site.app().views.reader::<Resources>());
    let listing = page.collect(|rows| view.page(tenant, rows))?;
    let scopes: Option<Vec<ScopeRow>> =
        query.flag("includeScopes").then(|| view.all_scopes(tenant)).transpose()?;
    let show = |row| {
        let shown = ResourceView::new(tenant, row);
        match &scopes {
            Some(scopes) => shown.with_scopes(tenant, scopes),
            None => shown,
        }
    };
    let views: Vec<ResourceView> = listing.rows.into_iter().map(show).collect();
    Ok(page.answer(&views, listing.total))
}

/// Creates a resource: 201 with it.
pub(super) async fn create(
    admin: Administrator,
    Json(body): Json<CreateResourceBody>,
) -> Result<(StatusCode, Answer<ResourceView>), ApiError> {
    check_length("name", &body.name, 1..=NAME_CHARACTERS_MAX)?;
    indicator::check(&body.indicator)
        .map_err(|error| ApiError::invalid_input("body", &["indicator"], &error.to_string()))?;
    let access_token_ttl_seconds = check_ttl(body.access_token_ttl)?;
    let site = &admin.call.site;
    let id: ResourceId = parse(&site.app().random.id(ID_CHARS))?;
    let owner = StreamName::resource(site.tenant(), &id);
    let reservation = reservation(site, &body.indicator)?;
    let context = admin.context();
    let created = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let reserve = ReservationCommand::Reserve { owner: owner.clone(), confirmed: true };
        match work.decide::<Reservation>(&reservation, reserve).await {
            Ok(_) => {}
            Err(ExecuteError::Refused(ReservationRefusal::Taken)) => {
                return Err(ApiError::refused(&ResourceRefusal::IndicatorInUse));
            }
            Err(error) => return Err(error.into()),
        }
        let command = ResourceCommand::CreateResource {
            name: body.name.clone(),
            indicator: body.indicator.clone(),
            access_token_ttl_seconds: access_token_ttl_seconds.unwrap_or(ACCESS_TOKEN_TTL_SECONDS),
        };
        work.decide::<Resource>(&id, command).await?;
        Ok(())
    });
    let ((), position) = created.await?;
    admin.settle(position).await?;
    let view = ResourceView::new(site.tenant(), find(site, &id)?);
    Ok((StatusCode::CREATED, Answer(view.with_scopes(site.tenant(), &[]))))
}

/// One resource.
pub(super) async fn read(
    admin: Administrator,
    EntityPath(id): EntityPath<ResourceId>,
) -> Result<Answer<ResourceView>, ApiError> {
    show(&admin, &id)
}

/// Changes name or lifetime.
pub(super) async fn change(
    admin: Administrator,
    EntityPath(id): EntityPath<ResourceId>,
    Json(body): Json<ChangeResourceBody>,
) -> Result<Answer<ResourceView>, ApiError> {
    if let Some(name) = &body.name {
        check_length("name", name, 1..=NAME_CHARACTERS_MAX)?;
    }
    let access_token_ttl_seconds = check_ttl(body.access_token_ttl)?;
    let site = &admin.call.site;
    find(site, &id)?;
    let says_nothing = body.name.is_none() && access_token_ttl_seconds.is_none();
    let command = ResourceCommand::ChangeResource { name: body.name, access_token_ttl_seconds };
    let done = site.app().log.execute::<Resource>(&admin.context(), &id, command).await?;
    if says_nothing {
        return Err(nothing_to_change());
    }
    admin.settle(done.position).await?;
    show(&admin, &id)
}

/// Makes a resource the one that token requests mean when they name none, or no longer.
pub(super) async fn choose_default(
    admin: Administrator,
    EntityPath(id): EntityPath<ResourceId>,
    Json(body): Json<DefaultBody>,
) -> Result<Answer<ResourceView>, ApiError> {
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let chosen = log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let resource = work.require::<Resource>(&id).await?;
        resource.state.resource().ok_or_else(ApiError::not_exists_with_id)?;
        let tenant = work.load::<Tenant>(&()).await?;
        let is_default = tenant.state.default_resource() == Some(&id);
        if body.is_default != is_default {
            let resource = body.is_default.then(|| id.clone());
            work.decide::<Tenant>(&(), TenantCommand::ChooseDefaultResource { resource }).await?;
        }
        Ok(())
    });
    let ((), position) = chosen.await?;
    admin.settle(position).await?;
    show(&admin, &id)
}

/// Deletes a resource with its scopes, and sets its indicator free: 204.
pub(super) async fn delete(
    admin: Administrator,
    EntityPath(id): EntityPath<ResourceId>,
) -> Result<StatusCode, ApiError> {
    let site = &admin.call.site;
    let owner = StreamName::resource(site.tenant(), &id);
    let context = admin.context();
    let deleted = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let loaded = work.load::<Resource>(&id).await?;
        let resource = loaded.state.resource().ok_or_else(ApiError::not_found)?;
        let reservation = reservation(site, resource.indicator())?;
        work.decide::<Resource>(&id, ResourceCommand::DeleteResource).await?;
        let release = ReservationCommand::Release { owner: owner.clone() };
        work.decide::<Reservation>(&reservation, release).await?;
        let tenant = work.load::<Tenant>(&()).await?;
        if tenant.state.default_resource() == Some(&id) {
            let command = TenantCommand::ChooseDefaultResource { resource: None };
            work.decide::<Tenant>(&(), command).await?;
        }
        Ok(())
    });
    let ((), position) = deleted.await?;
    admin.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The reservation that keeps an indicator unique.
///
/// # Errors
/// [`NotAnId`] is a bug.
fn reservation(site: &Site, indicator: &str) -> Result<ReservationId, NotAnId> {
    let digest = site.identifier_key().text(indicator.as_bytes());
    parse(&format!("resource_indicator:{digest}"))
}

fn find(site: &Site, id: &ResourceId) -> Result<ResourceRow, ApiError> {
    let found = site.app().views.reader::<Resources>().by_id(site.tenant(), id)?;
    found.ok_or_else(ApiError::not_exists_with_id)
}

fn show(admin: &Administrator, id: &ResourceId) -> Result<Answer<ResourceView>, ApiError> {
    let site = &admin.call.site;
    Ok(Answer(ResourceView::new(site.tenant(), find(site, id)?)))
}

/// A token lives for at least a second.
fn check_ttl(seconds: Option<u32>) -> Result<Option<u32>, ApiError> {
    if seconds == Some(0) {
        let message = "Expected at least 1 second.";
        return Err(ApiError::invalid_input("body", &["accessTokenTtl"], message));
    }
    Ok(seconds)
}

/// 422: the body changes nothing.
pub(super) fn nothing_to_change() -> ApiError {
    let message = "There is nothing to change.";
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "entity.invalid_input", message)
}
