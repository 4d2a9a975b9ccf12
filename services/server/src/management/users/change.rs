//! Users change and go (contract: management-10-users §3).

use axum::{Json as JsonAnswer, http::StatusCode};
use domain::{Account, User, UserCommand};
use events::{Actor, IdentifierKind, Profile, UserChange, UserId};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::Work;

use crate::{
    accounts,
    http::{
        administrator::Administrator,
        body::{check_length, clearable, solid},
        error::ApiError,
        json::{JSON_BYTES_MAX, Json},
        path::Path,
    },
    management::users::{
        body::{self, NAME_CHARACTERS_MAX, ProfileBody},
        view::{self, UserView},
    },
};

/// What changes of a user; an absent member is left alone.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ChangeUserBody {
    #[serde(deserialize_with = "clearable")]
    username: Option<Option<String>>,
    #[serde(deserialize_with = "clearable")]
    primary_email: Option<Option<String>>,
    #[serde(deserialize_with = "clearable")]
    primary_phone: Option<Option<String>>,
    #[serde(deserialize_with = "clearable")]
    name: Option<Option<String>>,
    #[serde(deserialize_with = "clearable")]
    avatar: Option<Option<String>>,
    #[serde(deserialize_with = "solid")]
    custom_data: Option<Map<String, Value>>,
    #[serde(deserialize_with = "solid")]
    profile: Option<ProfileBody>,
}

impl ChangeUserBody {
    fn into_change(self) -> Result<UserChange, ApiError> {
        if let Some(Some(name)) = &self.name {
            check_length("name", name, 1..=NAME_CHARACTERS_MAX)?;
        }
        if let Some(Some(avatar)) = &self.avatar {
            body::check_avatar(avatar)?;
        }
        let identifier = |kind, wish: Option<Option<String>>| {
            let Some(Some(text)) = wish else { return Ok(wish) };
            body::identifier(kind, &text).map(|text| Some(Some(text)))
        };
        Ok(UserChange {
            username: identifier(IdentifierKind::Username, self.username)?,
            primary_email: identifier(IdentifierKind::Email, self.primary_email)?,
            primary_phone: identifier(IdentifierKind::Phone, self.primary_phone)?,
            name: self.name,
            avatar: self.avatar,
            custom_data: self.custom_data,
            profile: self.profile.map(|profile| profile.over(Profile::default())),
        })
    }
}

/// `PATCH /api/users/{userId}`: 200 with the user; `customData` and `profile` are replaced.
///
/// # Errors
/// 400 `guard.invalid_input`, 404 `entity.not_found`, 422 `user.*_already_in_use`,
/// `user.invalid_phone`, `entity.invalid_input` if there is nothing to set
pub(crate) async fn change(
    administrator: Administrator,
    Path(id): Path<UserId>,
    Json(body): Json<ChangeUserBody>,
) -> Result<JsonAnswer<UserView>, ApiError> {
    let change = body.into_change()?;
    if change == UserChange::default() {
        view::find(&administrator.call, &id)?;
        return Err(nothing_to_set());
    }
    let call = &administrator.call;
    let position = accounts::change(call, &administrator.context(), &id, &change).await?;
    administrator.settle(position).await?;
    view::show(call, &id)
}

/// The answer to a change that sets nothing.
pub(crate) fn nothing_to_set() -> ApiError {
    let message = "There is nothing to set.";
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "entity.invalid_input", message)
}

/// `{"customData": {…}}`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomDataBody {
    custom_data: Map<String, Value>,
}

/// `PATCH /api/users/{userId}/custom-data`: 200 with the object; members are put over those held.
///
/// # Errors
/// 400 `guard.invalid_input`, 404 `entity.not_found`, 422 `entity.value_too_long`
pub(crate) async fn merge_custom_data(
    administrator: Administrator,
    Path(id): Path<UserId>,
    Json(body): Json<CustomDataBody>,
) -> Result<JsonAnswer<Map<String, Value>>, ApiError> {
    let merge = |held: &Account| {
        let mut merged = held.identity().custom_data.clone();
        merged.extend(body.custom_data.clone());
        check_size(&merged)?;
        let change = UserChange { custom_data: Some(merged.clone()), ..UserChange::default() };
        Ok((merged, change))
    };
    update(&administrator, &id, merge).await.map(JsonAnswer)
}

fn check_size(custom_data: &Map<String, Value>) -> Result<(), ApiError> {
    let bytes = serde_json::to_vec(custom_data).map_err(ApiError::internal)?.len();
    if bytes <= JSON_BYTES_MAX {
        return Ok(());
    }
    let message = format!("Custom data has at most {JSON_BYTES_MAX} bytes.");
    Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "entity.value_too_long", message))
}

/// `{"profile": {…}}`
#[derive(Deserialize)]
pub(crate) struct ChangeProfileBody {
    profile: ProfileBody,
}

/// `PATCH /api/users/{userId}/profile`: 200 with the profile; members are put over those held.
///
/// # Errors
/// 400 `guard.invalid_input`, 404 `entity.not_found`
pub(crate) async fn merge_profile(
    administrator: Administrator,
    Path(id): Path<UserId>,
    Json(body): Json<ChangeProfileBody>,
) -> Result<JsonAnswer<Profile>, ApiError> {
    let merge = |held: &Account| {
        let merged = body.profile.clone().over(held.identity().profile.clone());
        let change = UserChange { profile: Some(merged.clone()), ..UserChange::default() };
        Ok((merged, change))
    };
    update(&administrator, &id, merge).await.map(JsonAnswer)
}

/// A change that depends on what is held: decided on one state of the account.
async fn update<T: Send>(
    administrator: &Administrator,
    id: &UserId,
    change: impl Fn(&Account) -> Result<(T, UserChange), ApiError> + Sync,
) -> Result<T, ApiError> {
    let log = &administrator.call.site.app().log;
    let context = administrator.context();
    let transacted = log.transact(&context, async |work: Work| -> Result<T, ApiError> {
        let user = work.load::<User>(id).await?;
        let (value, change) = change(user.state.account().ok_or_else(ApiError::not_found)?)?;
        work.decide::<User>(id, UserCommand::ChangeUser { change }).await?;
        Ok(value)
    });
    let (value, position) = transacted.await?;
    administrator.settle(position).await?;
    Ok(value)
}

/// `{"isSuspended": …}`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuspensionBody {
    is_suspended: bool,
}

/// `PATCH /api/users/{userId}/is-suspended`: 200 with the user. A suspension ends all sessions and
/// tokens.
///
/// # Errors
/// 400 `guard.invalid_input`, 404 `entity.not_found`
pub(crate) async fn suspend(
    administrator: Administrator,
    Path(id): Path<UserId>,
    Json(body): Json<SuspensionBody>,
) -> Result<JsonAnswer<UserView>, ApiError> {
    let call = &administrator.call;
    let command = if body.is_suspended {
        UserCommand::SuspendUser { now: call.now }
    } else {
        UserCommand::ReactivateUser
    };
    let log = &call.site.app().log;
    let done = log.execute::<User>(&administrator.context(), &id, command).await?;
    administrator.settle(done.position).await?;
    view::show(call, &id)
}

/// `DELETE /api/users/{userId}`: 204. Ends all sessions and tokens; the person is forgotten.
///
/// # Errors
/// 400 `user.cannot_delete_self`, 404 `entity.not_found`
pub(crate) async fn delete(
    administrator: Administrator,
    Path(id): Path<UserId>,
) -> Result<StatusCode, ApiError> {
    if administrator.actor == Actor::User(id.clone()) {
        let message = "You cannot delete yourself.";
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "user.cannot_delete_self", message));
    }
    let position = accounts::delete(&administrator.call, &administrator.context(), &id).await?;
    administrator.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}
