//! Which of the product's own claims ID tokens carry (contract: management-60-system §4).

use axum::Json as Answer;
use domain::{OidcSettings, OidcSettingsCommand};
use events::IdTokenClaim;
use projections::OidcSettings as OidcSettingsView;
use serde::{Deserialize, Serialize};

use crate::http::{administrator::Administrator, body::solid, error::ApiError, json::Json};

/// Body of `PUT /configs/id-token`, and what it answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct IdTokenBody {
    #[serde(default, deserialize_with = "solid", skip_serializing_if = "Option::is_none")]
    enabled_extended_claims: Option<Vec<IdTokenClaim>>,
}

/// What was set: 404 if nothing ever was.
pub(super) async fn read(admin: Administrator) -> Result<Answer<IdTokenBody>, ApiError> {
    let site = &admin.call.site;
    let view = site.app().views.reader::<OidcSettingsView>();
    let set = view.id_token_claims(site.tenant())?.ok_or_else(ApiError::not_found)?;
    Ok(Answer(IdTokenBody { enabled_extended_claims: set }))
}

/// Sets the list; without one the default holds.
pub(super) async fn replace(
    admin: Administrator,
    Json(body): Json<IdTokenBody>,
) -> Result<Answer<IdTokenBody>, ApiError> {
    let mut enabled = body.enabled_extended_claims;
    if let Some(claims) = &mut enabled {
        let mut seen = Vec::new();
        claims.retain(|claim| {
            let is_new = !seen.contains(claim);
            seen.push(*claim);
            is_new
        });
    }
    let command = OidcSettingsCommand::SetIdTokenClaims { enabled: enabled.clone() };
    let log = &admin.call.site.app().log;
    let done = log.execute::<OidcSettings>(&admin.context(), &(), command).await?;
    admin.settle(done.position).await?;
    Ok(Answer(IdTokenBody { enabled_extended_claims: enabled }))
}
