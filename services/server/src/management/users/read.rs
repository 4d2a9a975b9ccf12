//! Users as they are read: one, some, and parts of one (contract: management-10-users §3).

use axum::{Json, response::Response};
use events::UserId;
use projections::{UserFilter, Users};
use serde_json::{Map, Value, json};

use crate::{
    http::{
        administrator::Administrator, error::ApiError, page::PageQuery, path::Path, query::Query,
        search,
    },
    management::users::view::{self, Extras, UserView},
};

/// `GET /api/users`: 200 with a page of users, newest first.
///
/// # Errors
/// 400 `request.invalid_input` for a bad search or two things to exclude
pub(crate) async fn list(
    administrator: Administrator,
    query: Query,
    page: PageQuery,
) -> Result<Response, ApiError> {
    let excluded = (query.text("excludeRoleId"), query.text("excludeOrganizationId"));
    if let (Some(_), Some(_)) = excluded {
        let reason = "Parameters `excludeRoleId` and `excludeOrganizationId` exclude each other.";
        return Err(ApiError::invalid_request(reason));
    }
    let filter = UserFilter {
        text: search::filter(&query)?,
        // What is no id names nothing, so nobody holds it or belongs to it.
        exclude_role: excluded.0.and_then(|id| id.parse().ok()),
        exclude_organization: excluded.1.and_then(|id| id.parse().ok()),
        ..UserFilter::default()
    };
    answer(&administrator, filter, &page, Extras::hash_only(&query)).await
}

/// A page of users that a filter lets through. A search may look at everybody, so it is made where
/// no other request waits behind it.
///
/// # Errors
/// Only failures of the machinery.
pub(crate) async fn answer(
    administrator: &Administrator,
    filter: UserFilter,
    page: &PageQuery,
    extras: Extras,
) -> Result<Response, ApiError> {
    let (site, rows) = (administrator.call.site.clone(), page.rows());
    let search = move || site.app().views.reader::<Users>().page(site.tenant(), &filter, rows);
    let listing = tokio::task::spawn_blocking(search).await.map_err(ApiError::internal)??;
    let users = listing.rows.into_iter().map(|row| UserView::new(row, extras));
    Ok(page.answer(&users.collect::<Vec<_>>(), listing.total))
}

/// `GET /api/users/{userId}`: 200 with the user.
///
/// # Errors
/// 404 `entity.not_found`
pub(crate) async fn read(
    administrator: Administrator,
    Path(id): Path<UserId>,
    query: Query,
) -> Result<Json<UserView>, ApiError> {
    let row = view::find(&administrator.call, &id)?;
    Ok(Json(UserView::new(row, Extras::of(&query))))
}

/// `GET /api/users/{userId}/custom-data`: 200 with the object.
///
/// # Errors
/// 404 `entity.not_found`
pub(crate) async fn custom_data(
    administrator: Administrator,
    Path(id): Path<UserId>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    view::find(&administrator.call, &id).map(|row| Json(row.custom_data))
}

/// `GET /api/users/{userId}/has-password`: 200 `{"hasPassword": …}`
///
/// # Errors
/// 404 `entity.not_found`
pub(crate) async fn has_password(
    administrator: Administrator,
    Path(id): Path<UserId>,
) -> Result<Json<Value>, ApiError> {
    let row = view::find(&administrator.call, &id)?;
    Ok(Json(json!({"hasPassword": row.password_digest.is_some()})))
}
