//! The users who belong to an organization (contract: management-40-organizations §3).

use axum::{Json as Answer, http::StatusCode, response::Response};
use events::{Member, MembershipId, OrganizationId, OrganizationRoleId, UserId};
use projections::{MemberFilter, OrganizationRoles, OrganizationScopes, Organizations, Users};
use serde::Deserialize;
use serde_json::{Value, json};

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
    management::{
        organization_scopes::OrganizationScopeView,
        organization_template::unknown,
        users::view::{Extras, UserView},
    },
};

/// `{"userIds": […]}`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UsersBody {
    user_ids: Vec<String>,
}

/// `{"userIds": […], "organizationRoleIds": […]}`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UsersAndRolesBody {
    user_ids: Vec<String>,
    organization_role_ids: Vec<String>,
}

/// `{"organizationRoleIds": […], "organizationRoleNames": […]}`
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RolesBody {
    organization_role_ids: Vec<String>,
    organization_role_names: Vec<String>,
}

/// Most role names in one body.
const NAMES_MAX: usize = 500;

impl RolesBody {
    fn wished(self) -> Result<WishedRoles, ApiError> {
        let ids = ids("organizationRoleIds", &self.organization_role_ids, 0, unknown)?;
        if self.organization_role_names.len() > NAMES_MAX {
            let message = format!("This list must have at most {NAMES_MAX} names.");
            return Err(ApiError::invalid_input("body", &["organizationRoleNames"], &message));
        }
        Ok(WishedRoles { ids, names: self.organization_role_names })
    }
}

fn members_of(users: &[String], min: usize) -> Result<Vec<Member>, ApiError> {
    let users: Vec<UserId> = ids("userIds", users, min, unknown)?;
    Ok(users.into_iter().map(Member::User).collect())
}

/// `GET /organizations/{id}/users`: a page of the members, newest membership first. A search may look
/// at every member, so it is made where no other request waits behind it.
pub(super) async fn list(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationId>,
    query: Query,
    page: PageQuery,
) -> Result<Response, ApiError> {
    let site = admin.call.site.clone();
    find(&site, &id)?;
    // What is no id names no role, so nobody holds it.
    let role = match query.text("organizationRoleId").map(str::parse::<OrganizationRoleId>) {
        None => None,
        Some(Ok(role)) => Some(role),
        Some(Err(_)) => return Ok(page.answer(&[] as &[Value], 0)),
    };
    let q = query.q().unwrap_or_default().to_owned();
    let filter = MemberFilter { organization: id.clone(), q, role };
    let rows = page.rows();
    let search = {
        let site = site.clone();
        move || site.app().views.reader::<Users>().members(site.tenant(), &filter, rows)
    };
    let listing = tokio::task::spawn_blocking(search).await.map_err(ApiError::internal)??;
    let members: Vec<Member> =
        listing.rows.iter().map(|row| Member::User(row.id.clone())).collect();
    let view = site.app().views.reader::<OrganizationRoles>();
    let held = view.of_members(site.tenant(), &id, &members)?;
    let shown = listing.rows.into_iter().map(|row| {
        let of_user = held.iter().filter(|role| role.member_id == row.id.as_str());
        let roles =
            of_user.map(|role| RoleReference { id: role.id.clone(), name: role.name.clone() });
        let organization_roles = roles.collect();
        WithRoles { inner: UserView::new(row, Extras::default()), organization_roles }
    });
    Ok(page.answer(&shown.collect::<Vec<_>>(), listing.total))
}

/// `POST /organizations/{id}/users`: 201 with the ids as sent.
pub(super) async fn add(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationId>,
    Json(body): Json<UsersBody>,
) -> Result<(StatusCode, Answer<Value>), ApiError> {
    members::add(&admin, &id, &members_of(&body.user_ids, 1)?).await?;
    Ok((StatusCode::CREATED, Answer(json!({"userIds": body.user_ids}))))
}

/// `PUT /organizations/{id}/users`: 204.
pub(super) async fn replace(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationId>,
    Json(body): Json<UsersBody>,
) -> Result<StatusCode, ApiError> {
    let wished = members_of(&body.user_ids, 0)?;
    let site = &admin.call.site;
    let former = site.app().views.reader::<Organizations>().users(site.tenant(), &id)?;
    let former = former.into_iter().map(Member::User).collect();
    members::replace(&admin, &id, &wished, former).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /organizations/{id}/users/{userId}`: 204.
pub(super) async fn remove(
    admin: Administrator,
    Path((id, user)): Path<(OrganizationId, UserId)>,
) -> Result<StatusCode, ApiError> {
    members::remove(&admin, id, Member::User(user)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /organizations/{id}/users/roles`: 201.
pub(super) async fn assign_all(
    admin: Administrator,
    EntityPath(id): EntityPath<OrganizationId>,
    Json(body): Json<UsersAndRolesBody>,
) -> Result<StatusCode, ApiError> {
    let wished = ids("organizationRoleIds", &body.organization_role_ids, 1, unknown)?;
    roles::assign_all(&admin, &id, &members_of(&body.user_ids, 1)?, &wished).await?;
    Ok(StatusCode::CREATED)
}

/// `GET /organizations/{id}/users/{userId}/roles`: 200 with the roles.
pub(super) async fn list_roles(
    admin: Administrator,
    Path((id, user)): Path<(OrganizationId, UserId)>,
    page: OptionalPageQuery,
) -> Result<Response, ApiError> {
    roles::list(&admin, &id, &Member::User(user), &page)
}

/// `POST /organizations/{id}/users/{userId}/roles`: 201 with the ids.
pub(super) async fn assign(
    admin: Administrator,
    Path((id, user)): Path<(OrganizationId, UserId)>,
    Json(body): Json<RolesBody>,
) -> Result<(StatusCode, Answer<Value>), ApiError> {
    let id = roles::require_membership(&admin, MembershipId::of_user(&id, &user))?;
    let command = |roles| domain::MembershipCommand::AssignMemberRoles { roles };
    let given = roles::change(&admin, &id, &body.wished()?, command).await?;
    Ok((StatusCode::CREATED, Answer(json!({ "organizationRoleIds": given }))))
}

/// `PUT /organizations/{id}/users/{userId}/roles`: 204.
pub(super) async fn replace_roles(
    admin: Administrator,
    Path((id, user)): Path<(OrganizationId, UserId)>,
    Json(body): Json<RolesBody>,
) -> Result<StatusCode, ApiError> {
    let id = roles::require_membership(&admin, MembershipId::of_user(&id, &user))?;
    let command = |roles| domain::MembershipCommand::ReplaceMemberRoles { roles };
    roles::change(&admin, &id, &body.wished()?, command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /organizations/{id}/users/{userId}/roles/{organizationRoleId}`: 204.
pub(super) async fn unassign(
    admin: Administrator,
    Path((id, user, role)): Path<(OrganizationId, UserId, OrganizationRoleId)>,
) -> Result<StatusCode, ApiError> {
    roles::unassign(&admin, &MembershipId::of_user(&id, &user), &role).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /organizations/{id}/users/{userId}/scopes`: 200 with the organization scopes that the user's
/// roles permit there.
pub(super) async fn scopes(
    admin: Administrator,
    Path((id, user)): Path<(OrganizationId, UserId)>,
) -> Result<Answer<Vec<OrganizationScopeView>>, ApiError> {
    let site = &admin.call.site;
    let (tenant, views, member) = (site.tenant(), &site.app().views, Member::User(user));
    roles::check_membership(site, &id, &member)?;
    let ids = views.reader::<OrganizationRoles>().scope_ids_of(tenant, &id, &member)?;
    let scopes = views.reader::<OrganizationScopes>().by_ids(tenant, &ids)?;
    Ok(Answer(scopes.into_iter().map(|row| OrganizationScopeView::new(tenant, row)).collect()))
}
