//! The machine roles of an application (contract: management-20-applications §6). A role counts as
//! it stands in the log, so it cannot vanish between the check and the record.

use axum::{Json as Answer, http::StatusCode, response::Response};
use domain::{Application, ApplicationCommand, Role};
use events::{ApplicationId, ApplicationType, RoleId, RoleType};
use projections::{RoleFilter, Roles};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Work;

use super::find;
use crate::http::{
    administrator::Administrator,
    error::ApiError,
    json::Json,
    page::PageQuery,
    path::{EntityPath, Path},
    query::Query,
    search,
};

/// Most roles in one request.
const ROLES_MAX: usize = 500;

/// Body of `POST` and `PUT /applications/{id}/roles`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RolesBody {
    role_ids: Vec<RoleId>,
}

/// Answer of `POST /applications/{id}/roles`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AssignedView {
    role_ids: Vec<RoleId>,
    added_role_ids: Vec<RoleId>,
}

/// The roles that an application holds, newest first.
pub(super) async fn list(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
    query: Query,
    page: PageQuery,
) -> Result<Response, ApiError> {
    let site = &admin.call.site;
    check_type(find::application(site, &id)?.application_type)?;
    let filter = RoleFilter {
        text: search::filter(&query)?,
        application: Some(id),
        ..RoleFilter::default()
    };
    let listing = site.app().views.reader::<Roles>().page(site.tenant(), &filter, page.rows())?;
    let tenant = site.tenant().as_str();
    let roles: Vec<Value> = listing
        .rows
        .into_iter()
        .map(|role| {
            json!({
                "tenantId": tenant,
                "id": role.id,
                "name": role.name,
                "description": role.description,
                "type": role.role_type,
                "isDefault": role.is_default,
            })
        })
        .collect();
    Ok(page.answer(&roles, listing.total))
}

/// Gives roles; those already held are passed over: 201.
pub(super) async fn assign(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
    Json(body): Json<RolesBody>,
) -> Result<(StatusCode, Answer<AssignedView>), ApiError> {
    if body.role_ids.is_empty() || body.role_ids.len() > ROLES_MAX {
        return Err(wrong_number(1));
    }
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let given = log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let held = check_machine(&work, &id).await?;
        check_roles(&work, &body.role_ids, "application.invalid_role_type").await?;
        let command = ApplicationCommand::AssignRoles { roles: body.role_ids.clone() };
        work.decide::<Application>(&id, command).await?;
        let mut added: Vec<RoleId> = Vec::new();
        for role in &body.role_ids {
            if !held.contains(role) && !added.contains(role) {
                added.push(role.clone());
            }
        }
        Ok(added)
    });
    let (added_role_ids, position) = given.await?;
    admin.settle(position).await?;
    let view = AssignedView { role_ids: body.role_ids, added_role_ids };
    Ok((StatusCode::CREATED, Answer(view)))
}

/// Gives exactly these roles: 200 without a body.
pub(super) async fn replace(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
    Json(body): Json<RolesBody>,
) -> Result<StatusCode, ApiError> {
    if body.role_ids.len() > ROLES_MAX {
        return Err(wrong_number(0));
    }
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let replaced = log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        check_machine(&work, &id).await?;
        check_roles(&work, &body.role_ids, "entity.db_constraint_violated").await?;
        let command = ApplicationCommand::ReplaceRoles { roles: body.role_ids.clone() };
        work.decide::<Application>(&id, command).await?;
        Ok(())
    });
    let ((), position) = replaced.await?;
    admin.settle(position).await?;
    Ok(StatusCode::OK)
}

/// Takes a role away: 204.
pub(super) async fn unassign(
    admin: Administrator,
    Path((id, role)): Path<(ApplicationId, RoleId)>,
) -> Result<StatusCode, ApiError> {
    let log = &admin.call.site.app().log;
    let command = ApplicationCommand::UnassignRole { role };
    let done = log.execute::<Application>(&admin.context(), &id, command).await?;
    admin.settle(done.position).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The roles that a machine holds.
async fn check_machine(
    work: &Work,
    id: &ApplicationId,
) -> Result<std::collections::BTreeSet<RoleId>, ApiError> {
    let loaded = work.load::<Application>(id).await?;
    let client = loaded.state.client().ok_or_else(ApiError::not_exists_with_id)?;
    check_type(client.application_type())?;
    Ok(client.roles().clone())
}

fn check_type(application_type: ApplicationType) -> Result<(), ApiError> {
    match application_type {
        ApplicationType::MachineToMachine => Ok(()),
        ApplicationType::Native | ApplicationType::Spa | ApplicationType::Traditional => {
            let message = "Only machine-to-machine applications hold roles.";
            Err(unprocessable("application.invalid_type", message))
        }
    }
}

async fn check_roles(
    work: &Work,
    roles: &[RoleId],
    wrong_type: &'static str,
) -> Result<(), ApiError> {
    for role in roles {
        let loaded = work.require::<Role>(role).await?;
        let terms = loaded.state.terms().ok_or_else(ApiError::not_exists_with_id)?;
        if terms.role_type == RoleType::User {
            return Err(unprocessable(wrong_type, "Applications hold machine roles only."));
        }
    }
    Ok(())
}

fn unprocessable(code: &'static str, message: &str) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
}

fn wrong_number(min: usize) -> ApiError {
    let message = format!("Expected {min} to {ROLES_MAX} ids.");
    ApiError::invalid_input("body", &["roleIds"], &message)
}
