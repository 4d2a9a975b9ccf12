//! The applications that belong to an organization (contract: management-40-organizations §4).

use axum::{http::StatusCode, response::Response};
use domain::MembershipCommand;
use events::{ApplicationId, Member, MembershipId, OrganizationId, OrganizationRoleId};
use projections::{ApplicationFilter, Applications, Filter, OrganizationRoles, Organizations};
use serde::Deserialize;

use super::{
    members,
    roles::{self, WishedRoles},
    view::{RoleReference, WithRoles, find},
};
use crate::{
    http::{
        administrator::Administrator,
        body::ids,
        error::ApiError,
        json::Json,
        page::{OptionalPageQuery, PageQuery},
        path::{EntityPath, Path},
        query::Query,
    },
    management::{applications::view::ApplicationView, organization_template::unknown},
};

/// `{"applicationIds": […]}`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApplicationsBody {
    application_ids: Vec<String>,
}

/// `{"applicationIds": […], "organizationRoleIds": […]}`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApplicationsAndRolesBody {
    application_ids: Vec<String>,
    organization_role_ids: Vec<String>,
}

/// `{"organizationRoleIds": […]}`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RolesBody {
    organization_role_ids: Vec<String>,
}

fn members_of(applications: &[String], min: usize) -> Result<Vec<Member>, ApiError> {
    let applications: Vec<ApplicationId> = ids("applicationIds", applications, min, unknown)?;
    Ok(applications.into_iter().map(Member::Application).collect())
}

fn roles_of(roles: &[String]) -> Result<Vec<OrganizationRoleId>, ApiError> {
    ids("organizationRoleIds", roles, 1, unknown)
}

/// `GET /organizations/{id}/applications`: a page of the members, newest application first.
pub(super) async fn list(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationId>,
    query: Query,
    page: PageQuery,
) -> Result<Response, ApiError> {
    let site = &admin.call.site;
    let (tenant, views) = (site.tenant(), &site.app().views);
    find(site, &id)?;
    let among = views.reader::<Organizations>().applications(tenant, &id)?;
    let filter = ApplicationFilter {
        text: query.q().map(Filter::containing).unwrap_or_default(),
        among: Some(among),
        ..ApplicationFilter::default()
    };
    let listing = views.reader::<Applications>().page(tenant, &filter, page.rows())?;
    let members: Vec<Member> =
        listing.rows.iter().map(|row| Member::Application(row.id.clone())).collect();
    let held = views.reader::<OrganizationRoles>().of_members(tenant, &id, &members)?;
    let shown = listing.rows.into_iter().map(|row| {
        let own = held.iter().filter(|role| role.member_id == row.id.as_str());
        let roles = own.map(|role| RoleReference { id: role.id.clone(), name: role.name.clone() });
        let organization_roles = roles.collect();
        WithRoles { inner: ApplicationView::new(tenant, row), organization_roles }
    });
    Ok(page.answer(&shown.collect::<Vec<_>>(), listing.total))
}

/// `POST /organizations/{id}/applications`: 201.
pub(super) async fn add(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationId>,
    Json(body): Json<ApplicationsBody>,
) -> Result<StatusCode, ApiError> {
    members::add(&admin, &id, &members_of(&body.application_ids, 1)?).await?;
    Ok(StatusCode::CREATED)
}

/// `PUT /organizations/{id}/applications`: 204.
pub(super) async fn replace(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationId>,
    Json(body): Json<ApplicationsBody>,
) -> Result<StatusCode, ApiError> {
    let wished = members_of(&body.application_ids, 0)?;
    let site = &admin.call.site;
    let former = site.app().views.reader::<Organizations>().applications(site.tenant(), &id)?;
    let former = former.into_iter().map(Member::Application).collect();
    members::replace(&admin, &id, &wished, former).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /organizations/{id}/applications/{applicationId}`: 204.
pub(super) async fn remove(
    admin: Administrator,
    Path((id, application)): Path<(OrganizationId, ApplicationId)>,
) -> Result<StatusCode, ApiError> {
    members::remove(&admin, id, Member::Application(application)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /organizations/{id}/applications/roles`: 201.
pub(super) async fn assign_all(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationId>,
    Json(body): Json<ApplicationsAndRolesBody>,
) -> Result<StatusCode, ApiError> {
    let wished = roles_of(&body.organization_role_ids)?;
    roles::assign_all(&admin, &id, &members_of(&body.application_ids, 1)?, &wished).await?;
    Ok(StatusCode::CREATED)
}

/// `GET /organizations/{id}/applications/{applicationId}/roles`: 200 with the roles.
pub(super) async fn list_roles(
    admin: Administrator,
    Path((id, application)): Path<(OrganizationId, ApplicationId)>,
    page: OptionalPageQuery,
) -> Result<Response, ApiError> {
    roles::list(&admin, &id, &Member::Application(application), &page)
}

/// `POST /organizations/{id}/applications/{applicationId}/roles`: 201.
pub(super) async fn assign(
    admin: Administrator,
    Path((id, application)): Path<(OrganizationId, ApplicationId)>,
    Json(body): Json<RolesBody>,
) -> Result<StatusCode, ApiError> {
    let id = MembershipId::of_application(&id, &application);
    let id = roles::require_membership(&admin, id)?;
    let wished = WishedRoles { ids: roles_of(&body.organization_role_ids)?, names: Vec::new() };
    let command = |roles| MembershipCommand::AssignMemberRoles { roles };
    roles::change(&admin, &id, &wished, command).await?;
    Ok(StatusCode::CREATED)
}

/// `PUT /organizations/{id}/applications/{applicationId}/roles`: 204.
pub(super) async fn replace_roles(
    admin: Administrator,
    Path((id, application)): Path<(OrganizationId, ApplicationId)>,
    Json(body): Json<RolesBody>,
) -> Result<StatusCode, ApiError> {
    let id = MembershipId::of_application(&id, &application);
    let id = roles::require_membership(&admin, id)?;
    let wished = WishedRoles { ids: roles_of(&body.organization_role_ids)?, names: Vec::new() };
    let command = |roles| MembershipCommand::ReplaceMemberRoles { roles };
    roles::change(&admin, &id, &wished, command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /organizations/{id}/applications/{applicationId}/roles/{organizationRoleId}`: 204.
pub(super) async fn unassign(
    admin: Administrator,
    Path((id, application, role)): Path<(OrganizationId, ApplicationId, OrganizationRoleId)>,
) -> Result<StatusCode, ApiError> {
    roles::unassign(&admin, &MembershipId::of_application(&id, &application), &role).await?;
    Ok(StatusCode::NO_CONTENT)
}
