//! `POST /applications`, and the making of secrets.

use axum::Json as Answer;
use crypto::key::{Algorithm, PublicJwk};
use domain::{Application, ApplicationCommand, NewSecret};
use events::ApplicationId;

use super::{
    body::CreateApplicationBody,
    find,
    security::{self, Registration},
    view::ApplicationView,
};
use crate::{
    call::Call,
    http::{administrator::Administrator, error::ApiError, json::Json},
    ids::{ID_CHARS, parse},
    site::Site,
};

/// Characters of a secret.
const SECRET_CHARS: usize = 32;
/// Name of the secret that comes with a new application.
const DEFAULT_SECRET: &str = "Default secret";

/// Creates an application: 200 with it.
pub(super) async fn create(
    admin: Administrator,
    Json(body): Json<CreateApplicationBody>,
) -> Result<Answer<ApplicationView>, ApiError> {
    let new = body.try_into_application()?;
    let site = &admin.call.site;
    let registration = Registration {
        application_type: new.application_type,
        oidc: &new.settings.oidc_client_metadata,
        custom: &new.settings.custom_client_metadata,
    };
    security::check(&registration, &algorithms(site)?)?;
    let id: ApplicationId = parse(&site.app().random.id(ID_CHARS))?;
    let has_secret = new.application_type.has_secrets();
    let command = ApplicationCommand::CreateApplication {
        application_type: new.application_type,
        is_third_party: new.is_third_party,
        settings: new.settings,
        secret: has_secret.then(|| new_secret(&admin.call, DEFAULT_SECRET)),
    };
    let done = site.app().log.execute::<Application>(&admin.context(), &id, command).await?;
    admin.settle(done.position).await?;
    Ok(Answer(ApplicationView::new(site.tenant(), find::application(site, &id)?)))
}

/// Algorithms that the tenant has keys for.
///
/// # Errors
/// 500 if the keys cannot be read.
pub(super) fn algorithms(site: &Site) -> Result<Vec<Algorithm>, ApiError> {
    let keys = site.published_keys().map_err(ApiError::internal)?;
    Ok(keys.iter().map(PublicJwk::algorithm).collect())
}

/// A secret that nobody knows yet.
pub(super) fn new_secret(call: &Call, name: &str) -> NewSecret {
    let value = call.site.app().random.secret(SECRET_CHARS);
    let sha256 = crypto::digest::sha256_base64url(&value);
    NewSecret { name: name.to_owned(), sha256, value }
}
