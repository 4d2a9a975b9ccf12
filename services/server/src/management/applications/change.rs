//! Reading, changing and deleting one application.

use axum::{Json as Answer, http::StatusCode};
use crypto::key::Algorithm;
use domain::{Application, ApplicationCommand, ApplicationRefusal};
use events::{ApplicationChange, ApplicationId};
use serde_json::{Map, Value};
use store::{ExecuteError, Work};

use super::{
    body::ChangeApplicationBody,
    create::algorithms,
    find,
    security::{self, Registration},
    view::ApplicationView,
};
use crate::http::{administrator::Administrator, error::ApiError, json::Json, path::EntityPath};

/// An application, registered or built in.
pub(super) async fn read(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
) -> Result<Answer<ApplicationView>, ApiError> {
    let site = &admin.call.site;
    let built_in = ApplicationView::built_in(site.tenant(), id.as_str(), site.endpoint());
    let view = match built_in {
        Some(view) => view,
        None => ApplicationView::new(site.tenant(), find::application(site, &id)?),
    };
    Ok(Answer(view.with_is_admin()))
}

/// Changes an application; members that are objects are replaced whole.
pub(super) async fn change(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
    Json(body): Json<ChangeApplicationBody>,
) -> Result<Answer<ApplicationView>, ApiError> {
    let site = &admin.call.site;
    find::application(site, &id)?;
    let enabled = body.app_level_access_control_enabled;
    let change = body.try_into_change()?;
    let context = admin.context();
    let algorithms = algorithms(site)?;
    let changed = site.app().log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        let command = ApplicationCommand::ChangeApplication { change: change.clone() };
        work.decide::<Application>(&id, command).await?;
        check_security(&work, (&id, &change), &algorithms).await?;
        if let Some(enabled) = enabled {
            let command = ApplicationCommand::EnableAccessControl { enabled };
            work.decide::<Application>(&id, command).await?;
        }
        Ok(())
    });
    let ((), position) = changed.await?;
    admin.settle(position).await?;
    Ok(Answer(ApplicationView::new(site.tenant(), find::application(site, &id)?)))
}

/// Whether what the application has become is no contradiction; asked only if its metadata changed.
async fn check_security(
    work: &Work,
    (id, change): (&ApplicationId, &ApplicationChange),
    algorithms: &[Algorithm],
) -> Result<(), ApiError> {
    if change.oidc_client_metadata.is_none() && change.custom_client_metadata.is_none() {
        return Ok(());
    }
    let loaded = work.load::<Application>(id).await?;
    let client = loaded.state.client().ok_or_else(not_exists)?;
    let settings = client.settings();
    let registration = Registration {
        application_type: client.application_type(),
        oidc: &settings.oidc_client_metadata,
        custom: &settings.custom_client_metadata,
    };
    security::check(&registration, algorithms)
}

/// Merges top-level members into the custom data: 200 with the whole.
pub(super) async fn merge_custom_data(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
    Json(members): Json<Map<String, Value>>,
) -> Result<Answer<Map<String, Value>>, ApiError> {
    let log = &admin.call.site.app().log;
    let context = admin.context();
    let merged = log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let loaded = work.load::<Application>(&id).await?;
        let client = loaded.state.client().ok_or_else(not_exists)?;
        let mut data = client.settings().custom_data.clone();
        data.extend(members.clone());
        let change =
            ApplicationChange { custom_data: Some(data.clone()), ..ApplicationChange::default() };
        let command = ApplicationCommand::ChangeApplication { change };
        work.decide::<Application>(&id, command).await?;
        Ok(data)
    });
    let (data, position) = merged.await?;
    admin.settle(position).await?;
    Ok(Answer(data))
}

/// Deletes an application: 204.
pub(super) async fn delete(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
) -> Result<StatusCode, ApiError> {
    let log = &admin.call.site.app().log;
    let command = ApplicationCommand::DeleteApplication;
    match log.execute::<Application>(&admin.context(), &id, command).await {
        Ok(done) => admin.settle(done.position).await?,
        Err(ExecuteError::Refused(ApplicationRefusal::Absent)) => return Err(ApiError::not_found()),
        Err(error) => return Err(error.into()),
    }
    Ok(StatusCode::NO_CONTENT)
}

fn not_exists() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "entity.not_exists", "No such entity exists.")
}
