//! The ring of cookie keys: the newest signs, two verify.

use domain::{CookieKey, CookieKeyCommand};
use events::CookieKeyId;
use projections::Keys;
use serde::Serialize;

use super::key_not_found;
use crate::{
    http::{administrator::Administrator, error::ApiError},
    rotation::rotate_cookie_key,
};

/// A cookie key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CookieKeyView {
    id: CookieKeyId,
    created_at: i64,
}

/// The keys, newest first.
///
/// # Errors
/// Only failures of the machinery.
pub(super) fn list(admin: &Administrator) -> Result<Vec<CookieKeyView>, ApiError> {
    let site = &admin.call.site;
    let rows = site.app().views.reader::<Keys>().cookie(site.tenant())?;
    Ok(rows
        .into_iter()
        .map(|row| CookieKeyView { id: row.id, created_at: row.created_at })
        .collect())
}

/// Signs with a new key; the one before still verifies.
///
/// # Errors
/// Only failures of the machinery.
pub(super) async fn rotate(admin: &Administrator) -> Result<(), ApiError> {
    rotate_cookie_key(&admin.call, &admin.context()).await
}

/// Deletes any key but the last.
///
/// # Errors
/// 404 `oidc.key_not_found`, 422 `oidc.key_required`
pub(super) async fn delete(admin: &Administrator, key: &str) -> Result<Option<u64>, ApiError> {
    let key: CookieKeyId = key.parse().map_err(|_| key_not_found())?;
    let command = CookieKeyCommand::DeleteCookieKey { key };
    let log = &admin.call.site.app().log;
    Ok(log.execute::<CookieKey>(&admin.context(), &(), command).await?.position)
}
