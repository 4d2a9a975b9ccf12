//! Personal access tokens as administrators see them: with the token itself, each time.

use axum::Json as Answer;
use events::{TenantId, UserId};
use projections::{PersonalAccessTokenRow, PersonalAccessTokens};
use serde::Serialize;

use crate::{
    http::{administrator::Administrator, error::ApiError, path::Path},
    management::users::view::find,
};

/// Most tokens in one answer.
const TOKENS_MAX: u32 = 1_000;

/// A personal access token.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenView {
    tenant_id: TenantId,
    user_id: UserId,
    name: String,
    value: Option<String>,
    created_at: i64,
    expires_at: Option<i64>,
}

impl TokenView {
    pub(super) fn new(tenant: &TenantId, user: &UserId, row: PersonalAccessTokenRow) -> Self {
        let PersonalAccessTokenRow { id: _, name, value, created_at, expires_at } = row;
        let (tenant_id, user_id) = (tenant.clone(), user.clone());
        Self { tenant_id, user_id, name, value, created_at, expires_at }
    }

    /// The token of this name, as it is now.
    ///
    /// # Errors
    /// 404 `entity.not_found` if somebody deleted it meanwhile.
    pub(super) fn named(
        admin: &Administrator,
        user: &UserId,
        name: &str,
    ) -> Result<Answer<Self>, ApiError> {
        let site = &admin.call.site;
        let tokens = site.app().views.reader::<PersonalAccessTokens>();
        let row = tokens.by_name(site.tenant(), user, name)?.ok_or_else(ApiError::not_found)?;
        Ok(Answer(Self::new(site.tenant(), user, row)))
    }
}

/// `GET /api/users/{userId}/personal-access-tokens`: 200 with all of them.
///
/// # Errors
/// 404 `entity.not_found`
pub(super) async fn list(
    admin: Administrator,
    Path(user): Path<UserId>,
) -> Result<Answer<Vec<TokenView>>, ApiError> {
    find(&admin.call, &user)?;
    let site = &admin.call.site;
    let tokens = site.app().views.reader::<PersonalAccessTokens>();
    let rows = tokens.of_user(site.tenant(), &user, TOKENS_MAX)?;
    let view = |row| TokenView::new(site.tenant(), &user, row);
    Ok(Answer(rows.into_iter().map(view).collect()))
}
