//! Personal access tokens get another name, or go. Which one is meant is found through the
//! reservation of its name, in the log itself.

use axum::{Json as Answer, http::StatusCode};
use domain::{PersonalAccessToken, PersonalAccessTokenCommand, Reservation, ReservationCommand};
use events::{PersonalAccessTokenId, StreamName, UserId};
use serde::Deserialize;
use store::Work;

use super::{
    NAME_CHARACTERS_MAX,
    create::{reservation, reserve},
    view::TokenView,
};
use crate::{
    http::{
        administrator::Administrator, body::check_length, error::ApiError, json::Json, path::Path,
    },
    site::Site,
};

/// `{"currentName"?, "name"}`; without the first the token keeps its name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RenameBody {
    current_name: Option<String>,
    name: String,
}

/// `{"name"}`
#[derive(Debug, Deserialize)]
pub(super) struct NameBody {
    name: String,
}

/// `PATCH /api/users/{userId}/personal-access-tokens`: 200 with the token.
///
/// # Errors
/// 400 `guard.invalid_input`, 404 `entity.not_exists`, 422
/// `user.personal_access_token_name_exists`
pub(super) async fn rename(
    admin: Administrator,
    Path(user): Path<UserId>,
    Json(body): Json<RenameBody>,
) -> Result<Answer<TokenView>, ApiError> {
    let RenameBody { current_name, name } = body;
    let current = current_name.unwrap_or_else(|| name.clone());
    renamed(&admin, &user, (&current, &name)).await
}

/// `PATCH /api/users/{userId}/personal-access-tokens/{name}`: 200 with the token.
///
/// # Errors
/// As [`rename`].
pub(super) async fn rename_named(
    admin: Administrator,
    Path((user, current)): Path<(UserId, String)>,
    Json(body): Json<NameBody>,
) -> Result<Answer<TokenView>, ApiError> {
    renamed(&admin, &user, (&current, &body.name)).await
}

/// `POST /api/users/{userId}/personal-access-tokens/delete`: 204.
///
/// # Errors
/// 400 `guard.invalid_input`, 404 `entity.not_found`
pub(super) async fn delete(
    admin: Administrator,
    Path(user): Path<UserId>,
    Json(body): Json<NameBody>,
) -> Result<StatusCode, ApiError> {
    deleted(&admin, &user, &body.name).await
}

/// `DELETE /api/users/{userId}/personal-access-tokens/{name}`: 204.
///
/// # Errors
/// 404 `entity.not_found`
pub(super) async fn delete_named(
    admin: Administrator,
    Path((user, name)): Path<(UserId, String)>,
) -> Result<StatusCode, ApiError> {
    deleted(&admin, &user, &name).await
}

async fn renamed(
    admin: &Administrator,
    user: &UserId,
    (current, name): (&str, &str),
) -> Result<Answer<TokenView>, ApiError> {
    check_length("name", name, 1..=NAME_CHARACTERS_MAX)?;
    let site = &admin.call.site;
    let context = admin.context();
    let transacted =
        site.app().log.transact(&context, async |work: Work| -> Result<(), ApiError> {
            let id = find(site, &work, (user, current)).await?.ok_or_else(not_exists)?;
            if name == current {
                return Ok(());
            }
            reserve(site, &work, (user, name), &id).await?;
            release(site, &work, (user, current), &id).await?;
            let command =
                PersonalAccessTokenCommand::RenamePersonalAccessToken { name: name.to_owned() };
            work.decide::<PersonalAccessToken>(&id, command).await?;
            Ok(())
        });
    let ((), position) = transacted.await?;
    admin.settle(position).await?;
    TokenView::named(admin, user, name)
}

async fn deleted(admin: &Administrator, user: &UserId, name: &str) -> Result<StatusCode, ApiError> {
    let site = &admin.call.site;
    let context = admin.context();
    let transacted =
        site.app().log.transact(&context, async |work: Work| -> Result<(), ApiError> {
            let found = find(site, &work, (user, name)).await?;
            let id = found.ok_or_else(ApiError::not_found)?;
            release(site, &work, (user, name), &id).await?;
            let command = PersonalAccessTokenCommand::DeletePersonalAccessToken;
            work.decide::<PersonalAccessToken>(&id, command).await?;
            Ok(())
        });
    let ((), position) = transacted.await?;
    admin.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The token of a user that has a name.
async fn find(
    site: &Site,
    work: &Work,
    name: (&UserId, &str),
) -> Result<Option<PersonalAccessTokenId>, ApiError> {
    let held = work.load::<Reservation>(&reservation(site, name)?).await?.state;
    let Some(id) = held.owner().and_then(|owner| owner.id().parse().ok()) else {
        return Ok(None);
    };
    let token = work.load::<PersonalAccessToken>(&id).await?.state;
    let is_of_the_user = token.held().is_some_and(|token| token.user == *name.0);
    Ok(is_of_the_user.then_some(id))
}

async fn release(
    site: &Site,
    work: &Work,
    name: (&UserId, &str),
    id: &PersonalAccessTokenId,
) -> Result<(), ApiError> {
    let owner = StreamName::personal_access_token(site.tenant(), id);
    let command = ReservationCommand::Release { owner };
    work.decide::<Reservation>(&reservation(site, name)?, command).await?;
    Ok(())
}

fn not_exists() -> ApiError {
    let message = "The user has no token of this name.";
    ApiError::new(StatusCode::NOT_FOUND, "entity.not_exists", message)
}
