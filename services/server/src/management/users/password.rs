//! A user's password, set and verified by an administrator (contract: management-10-users §3,
//! lazy-password-migration §5). No policy applies: it binds people, not administrators.

use axum::{Json as JsonAnswer, http::StatusCode};
use domain::{User, UserCommand};
use events::{PasswordOrigin, UserId};
use serde::Deserialize;

use crate::{
    experience::password::{check_length, verify_password_of},
    http::{administrator::Administrator, error::ApiError, json::Json, path::Path},
    management::users::view::{self, UserView},
    passwords::recorded_scheme,
};

/// `{"password": …}`
#[derive(Deserialize)]
pub(crate) struct PasswordBody {
    password: String,
}

/// `PATCH /api/users/{userId}/password`: 200 with the user.
///
/// # Errors
/// 400 `guard.invalid_input`, 404 `entity.not_found`, 503 while too many passwords wait
pub(crate) async fn set(
    administrator: Administrator,
    Path(id): Path<UserId>,
    Json(body): Json<PasswordBody>,
) -> Result<JsonAnswer<UserView>, ApiError> {
    check_length(&body.password)?;
    let call = &administrator.call;
    // Hashing is dear: not for a user who is not there.
    view::find(call, &id)?;
    let digest = call.site.app().passwords.hash(body.password).await?;
    let command = UserCommand::SetPassword {
        origin: PasswordOrigin::Management,
        scheme: recorded_scheme(digest.scheme()),
        digest: digest.encoded().to_owned(),
    };
    let log = &call.site.app().log;
    let done = log.execute::<User>(&administrator.context(), &id, command).await?;
    administrator.settle(done.position).await?;
    view::show(call, &id)
}

/// `POST /api/users/{userId}/password/verify`: 204 if it is right.
///
/// # Errors
/// 400 `guard.invalid_input`, 404 `entity.not_found`, 422 `session.invalid_credentials`, 503 while
/// too many passwords wait
pub(crate) async fn verify(
    administrator: Administrator,
    Path(id): Path<UserId>,
    Json(body): Json<PasswordBody>,
) -> Result<StatusCode, ApiError> {
    check_length(&body.password)?;
    let context = administrator.context();
    verify_password_of(&administrator.call, &context, &id, body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
