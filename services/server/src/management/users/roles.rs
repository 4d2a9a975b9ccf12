//! The roles of a user (contract: management-10-users §7). A role counts as it stands in the log, so
//! it cannot vanish between the check and the record.

use axum::{Json as JsonAnswer, http::StatusCode, response::Response};
use domain::{Role, User, UserCommand};
use events::{RoleId, RoleType, UserEvent, UserId};
use projections::{RoleFilter, Roles};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Work;

use crate::{
    http::{
        administrator::Administrator, body::ids, error::ApiError, json::Json, page::PageQuery,
        path::Path, query::Query, search,
    },
    management::{
        roles::{INTERNAL_PREFIX, require_role, view::RoleView},
        users::view,
    },
};

/// `{"roleIds": […]}`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RolesBody {
    role_ids: Vec<String>,
}

impl RolesBody {
    fn ids(&self) -> Result<Vec<RoleId>, ApiError> {
        ids("roleIds", &self.role_ids, 0, ApiError::not_exists_with_id)
    }
}

/// `GET /api/users/{userId}/roles`: 200 with a page of roles.
///
/// # Errors
/// 400 `request.invalid_input`, 404 `entity.not_found`
pub(crate) async fn list(
    administrator: Administrator,
    Path(id): Path<UserId>,
    query: Query,
    page: PageQuery,
) -> Result<Response, ApiError> {
    let text = search::filter(&query)?;
    view::find(&administrator.call, &id)?;
    let filter = RoleFilter {
        text,
        user: Some(id),
        role_type: Some(RoleType::User),
        exclude_prefix: Some(INTERNAL_PREFIX.into()),
        ..RoleFilter::default()
    };
    let site = &administrator.call.site;
    let listing = site.app().views.reader::<Roles>().page(site.tenant(), &filter, page.rows())?;
    let roles = listing.rows.iter().map(|row| RoleView::new(site.tenant(), row));
    Ok(page.answer(&roles.collect::<Vec<_>>(), listing.total))
}

/// `POST /api/users/{userId}/roles`: 201 with the ids as sent and those newly given.
///
/// # Errors
/// 403 `role.internal_role_violation`, 404 `entity.not_found` (user), `entity.not_exists_with_id`
/// (role), 422 `user.invalid_role_type`
pub(crate) async fn assign(
    administrator: Administrator,
    Path(id): Path<UserId>,
    Json(body): Json<RolesBody>,
) -> Result<(StatusCode, JsonAnswer<Value>), ApiError> {
    let roles = body.ids()?;
    let log = &administrator.call.site.app().log;
    let context = administrator.context();
    let transacted = log.transact(&context, async |work: Work| -> Result<Vec<RoleId>, ApiError> {
        check(&work, &id, &roles, "user.invalid_role_type").await?;
        let command = UserCommand::AssignRoles { roles: roles.clone() };
        Ok(added(&work.decide::<User>(&id, command).await?))
    });
    let (added, position) = transacted.await?;
    administrator.settle(position).await?;
    let answer = json!({"roleIds": body.role_ids, "addedRoleIds": added});
    Ok((StatusCode::CREATED, JsonAnswer(answer)))
}

fn added(events: &[UserEvent]) -> Vec<RoleId> {
    let assigned = events.iter().filter_map(|event| {
        if let UserEvent::RolesAssigned { roles } = event { Some(roles) } else { None }
    });
    assigned.flatten().cloned().collect()
}

/// `PUT /api/users/{userId}/roles`: 200 with the ids, each once; these and no others are held now.
///
/// # Errors
/// 403 `role.internal_role_violation`, 404 `entity.not_found` (user), `entity.not_exists_with_id`
/// (role), 422 `entity.db_constraint_violated` for a machine role
pub(crate) async fn replace(
    administrator: Administrator,
    Path(id): Path<UserId>,
    Json(body): Json<RolesBody>,
) -> Result<JsonAnswer<Value>, ApiError> {
    let mut roles = Vec::new();
    for role in body.ids()? {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    let log = &administrator.call.site.app().log;
    let context = administrator.context();
    let transacted = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        check(&work, &id, &roles, "entity.db_constraint_violated").await?;
        work.decide::<User>(&id, UserCommand::ReplaceRoles { roles: roles.clone() }).await?;
        Ok(())
    });
    let ((), position) = transacted.await?;
    administrator.settle(position).await?;
    Ok(JsonAnswer(json!({ "roleIds": roles })))
}

/// The user is there, and each role is there, is for people and is not our own.
async fn check(
    work: &Work,
    id: &UserId,
    roles: &[RoleId],
    wrong_type: &'static str,
) -> Result<(), ApiError> {
    let user = work.load::<User>(id).await?;
    user.state.account().ok_or_else(ApiError::not_found)?;
    for role in roles {
        require_role(work, role, RoleType::User, wrong_type).await?;
    }
    Ok(())
}

/// `DELETE /api/users/{userId}/roles/{roleId}`: 204.
///
/// # Errors
/// 404 `entity.not_found` if there is no such user or the role is not held
pub(crate) async fn unassign(
    administrator: Administrator,
    Path((id, role)): Path<(UserId, RoleId)>,
) -> Result<StatusCode, ApiError> {
    unassign_role(&administrator, &id, &role).await
}

/// Takes a role that is there from a user who holds it: 204.
///
/// # Errors
/// 404 `entity.not_found`
pub(crate) async fn unassign_role(
    administrator: &Administrator,
    id: &UserId,
    role: &RoleId,
) -> Result<StatusCode, ApiError> {
    let log = &administrator.call.site.app().log;
    let context = administrator.context();
    let transacted = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        let state = work.load::<Role>(role).await?.state;
        state.terms().ok_or_else(ApiError::not_found)?;
        work.decide::<User>(id, UserCommand::UnassignRole { role: role.clone() }).await?;
        Ok(())
    });
    let ((), position) = transacted.await?;
    administrator.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}
