//! How long sessions live (contract: management-60-system §2).

use axum::Json as Answer;
use domain::{OidcSettings, OidcSettingsCommand};
use serde::{Deserialize, Serialize};

use crate::{
    http::{administrator::Administrator, body::solid, error::ApiError, json::Json},
    site::Site,
};

/// Longest life of a session, in seconds: one year.
const TTL_SECONDS_MAX: u32 = 31_536_000;

/// The settings.
#[derive(Debug, Serialize)]
pub(super) struct SessionView {
    ttl: i64,
}

/// Body of `PATCH /configs/oidc/session`.
#[derive(Debug, Deserialize)]
pub(super) struct SessionBody {
    #[serde(default, deserialize_with = "solid")]
    ttl: Option<u32>,
}

/// The settings, with the default where nothing was set.
pub(super) async fn read(admin: Administrator) -> Result<Answer<SessionView>, ApiError> {
    view(&admin.call.site)
}

/// Changes the settings; sessions that have started keep their lifetime.
pub(super) async fn change(
    admin: Administrator,
    Json(body): Json<SessionBody>,
) -> Result<Answer<SessionView>, ApiError> {
    if let Some(seconds) = body.ttl {
        if !(1..=TTL_SECONDS_MAX).contains(&seconds) {
            let message = format!("Expected a number from 1 to {TTL_SECONDS_MAX}.");
            return Err(ApiError::invalid_input("body", &["ttl"], &message));
        }
        let command = OidcSettingsCommand::SetSessionLifetime { seconds };
        let log = &admin.call.site.app().log;
        let done = log.execute::<OidcSettings>(&admin.context(), &(), command).await?;
        admin.settle(done.position).await?;
    }
    view(&admin.call.site)
}

fn view(site: &Site) -> Result<Answer<SessionView>, ApiError> {
    Ok(Answer(SessionView { ttl: site.oidc_settings()?.session_ttl_seconds }))
}
