//! Organization roles. A name is kept unique by its reservation, in the same commit.

use axum::{Json as Answer, http::StatusCode, response::Response};
use domain::{OrganizationRole, OrganizationRoleCommand, Reservation, ReservationCommand};
use events::{OrganizationRoleId, ReservationId, RoleType, ScopeId, StreamName};
use projections::{OrganizationRoleRow, OrganizationRoles, Resources};
use serde::Deserialize;
use serde_json::Value;
use store::Work;

use super::{
    resource_scopes::{SCOPES_MAX, check_scopes, unknown_scope},
    view::{ListedRoleView, OrganizationRoleView},
};
use crate::{
    http::{
        administrator::Administrator,
        body::{check_length, clearable, solid},
        error::ApiError,
        json::Json,
        page::PageQuery,
        path::{EntityPath, Path},
        query::Query,
    },
    ids::{ID_CHARS, NotAnId, parse},
    site::Site,
};

/// Most characters of a name.
const NAME_CHARACTERS_MAX: usize = 128;
/// Most characters of a description.
const DESCRIPTION_CHARACTERS_MAX: usize = 256;

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
    organization_scope_ids: Vec<Value>,
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
    let ids: Vec<ScopeId> =
        listing.rows.iter().flat_map(|row| row.resource_scopes.iter().cloned()).collect();
    let (mut scopes, mut resources) = (Vec::new(), Vec::new());
    if !ids.is_empty() {
        let view = views.reader::<Resources>();
        scopes = view.scopes_by_id(tenant, &ids)?;
        resources = view.all(tenant)?;
    }
    let show = |row| ListedRoleView::new(tenant, row, &scopes, &resources);
    let shown: Vec<ListedRoleView> = listing.rows.iter().map(show).collect();
    Ok(page.answer(&shown, listing.total))
}

/// Creates a role: 201 with it.
pub(super) async fn create(
    admin: Administrator,
    Json(body): Json<CreateRoleBody>,
) -> Result<(StatusCode, Answer<OrganizationRoleView>), ApiError> {
    check(Some(&body.name), body.description.as_ref())?;
    if body.resource_scope_ids.len() > SCOPES_MAX {
        let message = format!("Expected at most {SCOPES_MAX} ids.");
        return Err(ApiError::invalid_input("body", &["resourceScopeIds"], &message));
    }
    if !body.organization_scope_ids.is_empty() {
        return Err(unknown_scope());
    }
    let site = &admin.call.site;
    let id: OrganizationRoleId = parse(&site.app().random.id(ID_CHARS))?;
    let owner = StreamName::organization_role(site.tenant(), &id);
    let reservation = reservation(site, &body.name)?;
    let context = admin.context();
    let created = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let resource_scopes = check_scopes(site, &work, &body.resource_scope_ids).await?;
        let reserve = ReservationCommand::Reserve { owner: owner.clone(), confirmed: true };
        work.decide::<Reservation>(&reservation, reserve).await?;
        let command = OrganizationRoleCommand::CreateOrganizationRole {
            name: body.name.clone(),
            description: body.description.clone().flatten(),
            role_type: body.role_type.unwrap_or_default(),
            resource_scopes,
        };
        work.decide::<OrganizationRole>(&id, command).await?;
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
    check(body.name.as_deref(), body.description.as_ref())?;
    if body.name.is_none() && body.description.is_none() && body.role_type.is_none() {
        let message = "There is nothing to change.";
        return Err(unprocessable("entity.invalid_input", message));
    }
    let site = &admin.call.site;
    let owner = StreamName::organization_role(site.tenant(), &id);
    let context = admin.context();
    let changed = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let loaded = work.load::<OrganizationRole>(&id).await?;
        let former = loaded.state.terms().ok_or_else(not_exists)?.name.clone();
        if let Some(name) = body.name.as_ref().filter(|name| **name != former) {
            let (owner, released) = (owner.clone(), owner.clone());
            let reserve = ReservationCommand::Reserve { owner, confirmed: true };
            work.decide::<Reservation>(&reservation(site, name)?, reserve).await?;
            let release = ReservationCommand::Release { owner: released };
            work.decide::<Reservation>(&reservation(site, &former)?, release).await?;
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
        let release = ReservationCommand::Release { owner: owner.clone() };
        work.decide::<Reservation>(&reservation(site, &name)?, release).await?;
        Ok(())
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

/// 422 with a code.
pub(super) fn unprocessable(code: &'static str, message: &str) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
}

fn show(
    admin: &Administrator,
    id: &OrganizationRoleId,
) -> Result<Answer<OrganizationRoleView>, ApiError> {
    let site = &admin.call.site;
    Ok(Answer(OrganizationRoleView::new(site.tenant(), &find(site, id)?)))
}

fn reservation(site: &Site, name: &str) -> Result<ReservationId, NotAnId> {
    let digest = site.identifier_key().text(name.as_bytes());
    parse(&format!("organization_role_name:{digest}"))
}

fn check(name: Option<&str>, description: Option<&Option<String>>) -> Result<(), ApiError> {
    if let Some(name) = name {
        check_length("name", name, 1..=NAME_CHARACTERS_MAX)?;
    }
    let text = description.and_then(Option::as_deref).unwrap_or_default();
    check_length("description", text, 0..=DESCRIPTION_CHARACTERS_MAX)
}

fn not_exists() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "entity.not_exists", "No such entity exists.")
}
