//! The users who hold a role (contract: management-30-authz §4).

use axum::{http::StatusCode, response::Response};
use domain::{User, UserCommand};
use events::{RoleId, RoleType, UserId};
use projections::UserFilter;
use serde::Deserialize;
use store::Work;

use crate::{
    http::{
        administrator::Administrator,
        body::ids,
        error::ApiError,
        json::Json,
        page::PageQuery,
        path::{EntityPath, Path},
        query::Query,
        search,
    },
    management::{
        roles::{require_role, view},
        users::{read, roles::unassign_role, view::Extras},
    },
};

/// `{"userIds": […]}`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsersBody {
    user_ids: Vec<String>,
}

/// `GET /api/roles/{id}/users`: 200 with a page of users.
///
/// # Errors
/// 400 `request.invalid_input`, 404 `entity.not_exists_with_id`
pub(crate) async fn list(
    administrator: Administrator,
    EntityPath(id): EntityPath<RoleId>,
    query: Query,
    page: PageQuery,
) -> Result<Response, ApiError> {
    let text = search::filter(&query)?;
    view::find(&administrator.call, &id)?;
    let filter = UserFilter { text, role: Some(id), ..UserFilter::default() };
    read::answer(&administrator, filter, &page, Extras::default()).await
}

/// `POST /api/roles/{id}/users`: 201. All of them get the role, or none.
///
/// # Errors
/// 400 `guard.invalid_input`, 403 `role.internal_role_violation`, 404 `entity.not_exists_with_id`
/// (role), `entity.not_found` (user), 422 `role.user_exists`, `entity.db_constraint_violated`
pub(crate) async fn assign(
    administrator: Administrator,
    EntityPath(id): EntityPath<RoleId>,
    Json(body): Json<UsersBody>,
) -> Result<StatusCode, ApiError> {
    let users: Vec<UserId> = ids("userIds", &body.user_ids, 1, ApiError::not_found)?;
    let context = administrator.context();
    let log = &administrator.call.site.app().log;
    let transacted = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        require_role(&work, &id, RoleType::User, "entity.db_constraint_violated").await?;
        for user in &users {
            let state = work.load::<User>(user).await?.state;
            let account = state.account().ok_or_else(ApiError::not_found)?;
            if account.roles().contains(&id) {
                let message = "A user holds this role already.";
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return Err(ApiError::new(status, "role.user_exists", message));
            }
        }
        for user in &users {
            let command = UserCommand::AssignRoles { roles: vec![id.clone()] };
            work.decide::<User>(user, command).await?;
        }
        Ok(())
    });
    let ((), position) = transacted.await?;
    administrator.settle(position).await?;
    Ok(StatusCode::CREATED)
}

/// `DELETE /api/roles/{id}/users/{userId}`: 204.
///
/// # Errors
/// 404 `entity.not_found`
pub(crate) async fn unassign(
    administrator: Administrator,
    Path((role, id)): Path<(RoleId, UserId)>,
) -> Result<StatusCode, ApiError> {
    unassign_role(&administrator, &id, &role).await
}
