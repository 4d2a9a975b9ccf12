//! The secrets of an application (contract: management-20-applications §5).

use axum::{Json as Answer, http::StatusCode};
use domain::{Application, ApplicationCommand};
use events::{ApplicationId, UnixMillis};
use serde::Deserialize;

use super::{body::NAME_CHARACTERS_MAX, create::new_secret, find, view::SecretView};
use crate::http::{
    administrator::Administrator,
    body::check_length,
    error::ApiError,
    json::Json,
    path::{EntityPath, Path},
};

/// Body of `POST /applications/{id}/secrets`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateSecretBody {
    name: String,
    expires_at: Option<i64>,
}

/// Body of `PATCH /applications/{id}/secrets/{name}`.
#[derive(Debug, Deserialize)]
pub(super) struct RenameSecretBody {
    name: String,
}

/// The secrets, oldest first; none for types that hold none.
pub(super) async fn list(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
) -> Result<Answer<Vec<SecretView>>, ApiError> {
    let site = &admin.call.site;
    let secrets = find::application(site, &id)?.secrets;
    let view = |row| SecretView::new(site.tenant(), id.as_str(), row);
    Ok(Answer(secrets.into_iter().map(view).collect()))
}

/// One more secret: 201 with it.
pub(super) async fn create(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
    Json(body): Json<CreateSecretBody>,
) -> Result<(StatusCode, Answer<SecretView>), ApiError> {
    check_length("name", &body.name, 1..=NAME_CHARACTERS_MAX)?;
    let expires_at = body.expires_at.map(UnixMillis);
    if expires_at.is_some_and(|moment| moment <= admin.call.now) {
        return Err(ApiError::invalid_request("The secret must expire in the future."));
    }
    let secret = new_secret(&admin.call, &body.name);
    let command = ApplicationCommand::CreateSecret {
        name: secret.name,
        sha256: secret.sha256,
        value: secret.value,
        expires_at,
    };
    execute(&admin, &id, command).await?;
    Ok((StatusCode::CREATED, Answer(named(&admin, &id, &body.name)?)))
}

/// Another name for a secret.
pub(super) async fn rename(
    admin: Administrator,
    Path((id, name)): Path<(ApplicationId, String)>,
    Json(body): Json<RenameSecretBody>,
) -> Result<Answer<SecretView>, ApiError> {
    check_length("name", &body.name, 1..=NAME_CHARACTERS_MAX)?;
    let command = ApplicationCommand::RenameSecret { from: name, to: body.name.clone() };
    execute(&admin, &id, command).await?;
    Ok(Answer(named(&admin, &id, &body.name)?))
}

/// Deletes a secret, even the last one: 204.
pub(super) async fn delete(
    admin: Administrator,
    Path((id, name)): Path<(ApplicationId, String)>,
) -> Result<StatusCode, ApiError> {
    execute(&admin, &id, ApplicationCommand::DeleteSecret { name }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The secret of the time before there were names: 400, there is none here.
pub(super) async fn delete_legacy(
    admin: Administrator,
    EntityPath(id): EntityPath<ApplicationId>,
) -> Result<StatusCode, ApiError> {
    find::application(&admin.call.site, &id)?;
    let message = "The application has no legacy secret.";
    Err(ApiError::new(StatusCode::BAD_REQUEST, "application.no_legacy_secret_found", message))
}

async fn execute(
    admin: &Administrator,
    id: &ApplicationId,
    command: ApplicationCommand,
) -> Result<(), ApiError> {
    let log = &admin.call.site.app().log;
    let done = log.execute::<Application>(&admin.context(), id, command).await?;
    Ok(admin.settle(done.position).await?)
}

fn named(admin: &Administrator, id: &ApplicationId, name: &str) -> Result<SecretView, ApiError> {
    let site = &admin.call.site;
    let secrets = find::application(site, id)?.secrets;
    let found = secrets.into_iter().find(|secret| secret.name == name);
    let found = found.ok_or_else(ApiError::not_found)?;
    Ok(SecretView::new(site.tenant(), id.as_str(), found))
}
