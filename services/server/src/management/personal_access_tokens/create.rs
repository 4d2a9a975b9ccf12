//! A new personal access token, and the reservation that keeps its name unique among those of its
//! user.

use axum::{Json as Answer, http::StatusCode};
use domain::{
    PersonalAccessToken, PersonalAccessTokenCommand, Reservation, ReservationCommand,
    ReservationRefusal, User,
};
use events::{PersonalAccessTokenId, ReservationId, StreamName, UnixMillis, UserId};
use protocol::token::{OpaqueToken, TokenKind};
use serde::Deserialize;
use store::{ExecuteError, Work};

use super::{NAME_CHARACTERS_MAX, TAKEN, view::TokenView};
use crate::{
    http::{
        administrator::Administrator, body::check_length, error::ApiError, json::Json, path::Path,
    },
    ids::{NotAnId, TOKEN_ID_CHARS, parse},
    site::Site,
};

/// Kind of the reservations of names.
const RESERVATION_KIND: &str = "pat";

/// Body of a new token.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateBody {
    name: String,
    expires_at: Option<i64>,
}

/// `POST /api/users/{userId}/personal-access-tokens`: 201 with the token.
///
/// # Errors
/// 400 `guard.invalid_input`, 400 `request.invalid_input`, 404
/// `entity.relation_foreign_key_not_found`, 422 `user.personal_access_token_name_exists`
pub(super) async fn create(
    admin: Administrator,
    Path(user): Path<String>,
    Json(body): Json<CreateBody>,
) -> Result<(StatusCode, Answer<TokenView>), ApiError> {
    check_length("name", &body.name, 1..=NAME_CHARACTERS_MAX)?;
    let expires_at = body.expires_at.map(UnixMillis);
    if expires_at.is_some_and(|moment| moment <= admin.call.now) {
        return Err(ApiError::invalid_request("The token must expire in the future."));
    }
    let user: UserId = user.parse().map_err(|_| unknown_user())?;
    let site = &admin.call.site;
    let random = &site.app().random;
    let id: PersonalAccessTokenId = parse(&random.id(TOKEN_ID_CHARS))?;
    let token = OpaqueToken::try_new(TokenKind::PersonalAccessToken, id.as_str(), &random.token());
    let text = token.map_err(ApiError::internal)?.to_text();
    let command = PersonalAccessTokenCommand::CreatePersonalAccessToken {
        user: user.clone(),
        name: body.name.clone(),
        sha256: crypto::digest::sha256_base64url(text.expose()),
        created_at: admin.call.now,
        expires_at,
        value: text.expose().to_owned(),
    };
    let context = admin.context();
    let transacted =
        site.app().log.transact(&context, async |work: Work| -> Result<(), ApiError> {
            work.require::<User>(&user).await?.state.account().ok_or_else(unknown_user)?;
            reserve(site, &work, (&user, &body.name), &id).await?;
            work.begin::<PersonalAccessToken>(&id, command.clone()).await?;
            Ok(())
        });
    let ((), position) = transacted.await?;
    admin.settle(position).await?;
    Ok((StatusCode::CREATED, TokenView::named(&admin, &user, &body.name)?))
}

/// Names the one token of a user that may have a name.
///
/// # Errors
/// [`NotAnId`] is a bug.
pub(super) fn reservation(
    site: &Site,
    (user, name): (&UserId, &str),
) -> Result<ReservationId, NotAnId> {
    let digest =
        site.identifier_key().text(format!("{RESERVATION_KIND}\n{user}\n{name}").as_bytes());
    parse(&format!("{RESERVATION_KIND}:{digest}"))
}

/// The part of a commit that takes a name.
///
/// # Errors
/// 422 `user.personal_access_token_name_exists`
pub(super) async fn reserve(
    site: &Site,
    work: &Work,
    name: (&UserId, &str),
    id: &PersonalAccessTokenId,
) -> Result<(), ApiError> {
    let owner = StreamName::personal_access_token(site.tenant(), id);
    let command = ReservationCommand::Reserve { owner, confirmed: true };
    match work.decide::<Reservation>(&reservation(site, name)?, command).await {
        Ok(_) => Ok(()),
        Err(ExecuteError::Refused(ReservationRefusal::Taken)) => {
            let message = "The user has a token of this name already.";
            Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, TAKEN.1, message))
        }
        Err(error) => Err(error.into()),
    }
}

fn unknown_user() -> ApiError {
    let message = "The user does not exist.";
    ApiError::new(StatusCode::NOT_FOUND, "entity.relation_foreign_key_not_found", message)
}
