//! The applications that hold a role (contract: management-30-authz §5).

use axum::{http::StatusCode, response::Response};
use domain::{Application, ApplicationCommand, Role};
use events::{ApplicationId, RoleId, RoleType};
use projections::{ApplicationFilter, Applications};
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
        applications::view::ApplicationView,
        roles::{require_role, view},
    },
};

/// `{"applicationIds": […]}`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApplicationsBody {
    application_ids: Vec<String>,
}

/// `GET /api/roles/{id}/applications`: 200 with a page of machine-to-machine applications.
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
    let filter = ApplicationFilter { text, role: Some(id), ..ApplicationFilter::default() };
    let site = &administrator.call.site;
    let listing =
        site.app().views.reader::<Applications>().page(site.tenant(), &filter, page.rows())?;
    let views = listing.rows.into_iter().map(|row| ApplicationView::new(site.tenant(), row));
    Ok(page.answer(&views.collect::<Vec<_>>(), listing.total))
}

/// `POST /api/roles/{id}/applications`: 201. All of them get the role, or none.
///
/// # Errors
/// 400 `guard.invalid_input`, 403 `role.internal_role_violation`, 404 `entity.not_exists_with_id`,
/// 422 `role.application_exists`, `application.invalid_type`, `entity.db_constraint_violated`
pub(crate) async fn assign(
    administrator: Administrator,
    EntityPath(id): EntityPath<RoleId>,
    Json(body): Json<ApplicationsBody>,
) -> Result<StatusCode, ApiError> {
    let absent = ApiError::not_exists_with_id;
    let applications: Vec<ApplicationId> = ids("applicationIds", &body.application_ids, 1, absent)?;
    let context = administrator.context();
    let log = &administrator.call.site.app().log;
    let transacted = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        let wrong_type = "entity.db_constraint_violated";
        require_role(&work, &id, RoleType::MachineToMachine, wrong_type).await?;
        for application in &applications {
            let state = work.load::<Application>(application).await?.state;
            let client = state.client().ok_or_else(absent)?;
            if client.roles().contains(&id) {
                let message = "An application holds this role already.";
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return Err(ApiError::new(status, "role.application_exists", message));
            }
        }
        for application in &applications {
            let command = ApplicationCommand::AssignRoles { roles: vec![id.clone()] };
            work.decide::<Application>(application, command).await?;
        }
        Ok(())
    });
    let ((), position) = transacted.await?;
    administrator.settle(position).await?;
    Ok(StatusCode::CREATED)
}

/// `DELETE /api/roles/{id}/applications/{applicationId}`: 204.
///
/// # Errors
/// 404 `entity.not_found`
pub(crate) async fn unassign(
    administrator: Administrator,
    Path((role, id)): Path<(RoleId, ApplicationId)>,
) -> Result<StatusCode, ApiError> {
    let log = &administrator.call.site.app().log;
    let context = administrator.context();
    let transacted = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        let state = work.load::<Application>(&id).await?.state;
        state.client().ok_or_else(ApiError::not_found)?;
        let state = work.load::<Role>(&role).await?.state;
        state.terms().ok_or_else(ApiError::not_found)?;
        let command = ApplicationCommand::UnassignRole { role: role.clone() };
        work.decide::<Application>(&id, command).await?;
        Ok(())
    });
    let ((), position) = transacted.await?;
    administrator.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}
