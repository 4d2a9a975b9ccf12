//! A new role, with its name and its scopes in one commit.

use axum::Json as JsonAnswer;
use domain::{Role, RoleCommand};
use events::{RoleId, RoleType, ScopeId};
use serde::Deserialize;
use store::Work;

use crate::{
    http::{
        administrator::Administrator,
        body::{check_length, ids},
        error::ApiError,
        json::Json,
    },
    ids::{ID_CHARS, parse},
    management::roles::{
        require::{require_scopes, reserve_name},
        view::{self, RoleView},
    },
};

/// Longest name or description, in characters.
pub(crate) const TEXT_CHARACTERS_MAX: usize = 128;

/// A role to create.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateRoleBody {
    name: String,
    description: String,
    #[serde(default, rename = "type")]
    role_type: RoleType,
    #[serde(default)]
    is_default: bool,
    #[serde(default)]
    scope_ids: Vec<String>,
}

/// `POST /api/roles`: 200 with the role.
///
/// # Errors
/// 400 `guard.invalid_input`, `role.management_api_scopes_not_assignable_to_user_role`,
/// 403 `role.internal_role_violation`, 404 `entity.not_exists_with_id` for an unknown scope,
/// 422 `role.name_in_use`
pub(crate) async fn create(
    administrator: Administrator,
    Json(body): Json<CreateRoleBody>,
) -> Result<JsonAnswer<RoleView>, ApiError> {
    check_length("name", &body.name, 1..=TEXT_CHARACTERS_MAX)?;
    check_length("description", &body.description, 1..=TEXT_CHARACTERS_MAX)?;
    let scopes: Vec<ScopeId> = ids("scopeIds", &body.scope_ids, 0, ApiError::not_exists_with_id)?;
    let call = &administrator.call;
    let id: RoleId = parse(&call.site.app().random.id(ID_CHARS))?;
    let context = administrator.context();
    let transacted =
        call.site.app().log.transact(&context, async |work: Work| -> Result<(), ApiError> {
            reserve_name(&call.site, &work, &id, &body.name).await?;
            require_scopes(call, &work, body.role_type, &scopes).await?;
            let command = RoleCommand::CreateRole {
                name: body.name.clone(),
                description: body.description.clone(),
                role_type: body.role_type,
                is_default: body.is_default,
                scopes: scopes.clone(),
            };
            work.decide::<Role>(&id, command).await?;
            Ok(())
        });
    let ((), position) = transacted.await?;
    administrator.settle(position).await?;
    view::show(call, &id)
}
