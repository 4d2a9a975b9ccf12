//! Roles change and go, and so do the holds on their names.

use axum::{Json as JsonAnswer, http::StatusCode};
use domain::{Role, RoleCommand};
use events::RoleId;
use serde::Deserialize;
use store::Work;

use crate::{
    http::{
        administrator::Administrator,
        body::{check_length, solid},
        error::ApiError,
        json::Json,
        path::{EntityPath, Path},
    },
    management::{
        roles::{
            create::TEXT_CHARACTERS_MAX,
            require::{release_name, reserve_name},
            view::{self, RoleView},
        },
        users::change::nothing_to_set,
    },
};

/// What changes of a role; an absent member is left alone.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ChangeRoleBody {
    #[serde(deserialize_with = "solid")]
    name: Option<String>,
    #[serde(deserialize_with = "solid")]
    description: Option<String>,
    #[serde(deserialize_with = "solid")]
    is_default: Option<bool>,
}

/// `PATCH /api/roles/{id}`: 200 with the role.
///
/// # Errors
/// 400 `guard.invalid_input`, 403 `role.internal_role_violation`, 404 `entity.not_exists_with_id`,
/// 422 `role.name_in_use`, `entity.invalid_input` if there is nothing to set
pub(crate) async fn change(
    administrator: Administrator,
    EntityPath(id): EntityPath<RoleId>,
    Json(body): Json<ChangeRoleBody>,
) -> Result<JsonAnswer<RoleView>, ApiError> {
    for (member, text) in [("name", &body.name), ("description", &body.description)] {
        if let Some(text) = text {
            check_length(member, text, 1..=TEXT_CHARACTERS_MAX)?;
        }
    }
    let call = &administrator.call;
    if body.name.is_none() && body.description.is_none() && body.is_default.is_none() {
        view::find(call, &id)?;
        return Err(nothing_to_set());
    }
    let context = administrator.context();
    let transacted =
        call.site.app().log.transact(&context, async |work: Work| -> Result<(), ApiError> {
            let role = work.load::<Role>(&id).await?;
            let held = role.state.terms().ok_or_else(ApiError::not_exists_with_id)?;
            let command = RoleCommand::ChangeRole {
                name: body.name.clone(),
                description: body.description.clone(),
                is_default: body.is_default,
            };
            work.decide::<Role>(&id, command).await?;
            if let Some(name) = body.name.as_ref().filter(|name| **name != held.name) {
                reserve_name(&call.site, &work, &id, name).await?;
                release_name(&call.site, &work, &id, &held.name).await?;
            }
            Ok(())
        });
    let ((), position) = transacted.await?;
    administrator.settle(position).await?;
    view::show(call, &id)
}

/// `DELETE /api/roles/{id}`: 204. Nobody holds it from here on.
///
/// # Errors
/// 403 `role.internal_role_violation`, 404 `entity.not_found`
pub(crate) async fn delete(
    administrator: Administrator,
    Path(id): Path<RoleId>,
) -> Result<StatusCode, ApiError> {
    let site = &administrator.call.site;
    let context = administrator.context();
    let transacted =
        site.app().log.transact(&context, async |work: Work| -> Result<(), ApiError> {
            let role = work.load::<Role>(&id).await?;
            let held = role.state.terms().ok_or_else(ApiError::not_found)?;
            work.decide::<Role>(&id, RoleCommand::DeleteRole).await?;
            release_name(site, &work, &id, &held.name).await
        });
    let ((), position) = transacted.await?;
    administrator.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}
