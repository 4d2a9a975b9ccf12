//! What roles and scopes of organizations have in common: names that nobody else has, kept unique by
//! a reservation in the same commit, and the answers of their family.

use axum::http::StatusCode;
use domain::{OrganizationScope, Reservation, ReservationCommand};
use events::{OrganizationScopeId, ReservationId, StreamName};
use store::Work;

use crate::{
    http::{body::check_length, error::ApiError},
    ids::{NotAnId, parse},
    site::Site,
};

/// Most characters of a name.
const NAME_CHARACTERS_MAX: usize = 128;
/// Most characters of a description.
const DESCRIPTION_CHARACTERS_MAX: usize = 256;

/// Among what a name is unique.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Names {
    /// Organization roles.
    Roles,
    /// Organization scopes.
    Scopes,
}

impl Names {
    /// The reservation of a name.
    ///
    /// # Errors
    /// [`NotAnId`] is a bug.
    pub(crate) fn reservation(self, site: &Site, name: &str) -> Result<ReservationId, NotAnId> {
        let kind = match self {
            Self::Roles => "organization_role_name",
            Self::Scopes => "organization_scope_name",
        };
        parse(&format!("{kind}:{}", site.identifier_key().text(name.as_bytes())))
    }

    /// Takes a name.
    ///
    /// # Errors
    /// 422 `entity.unique_integrity_violation`
    pub(crate) async fn reserve(
        self,
        site: &Site,
        work: &Work,
        owner: &StreamName,
        name: &str,
    ) -> Result<(), ApiError> {
        let command = ReservationCommand::Reserve { owner: owner.clone(), confirmed: true };
        work.decide::<Reservation>(&self.reservation(site, name)?, command).await?;
        Ok(())
    }

    /// Lets a name go, if the owner holds it.
    ///
    /// # Errors
    /// Only failures of the machinery.
    pub(crate) async fn release(
        self,
        site: &Site,
        work: &Work,
        owner: &StreamName,
        name: &str,
    ) -> Result<(), ApiError> {
        let command = ReservationCommand::Release { owner: owner.clone() };
        work.decide::<Reservation>(&self.reservation(site, name)?, command).await?;
        Ok(())
    }
}

/// Name and description, if they are given, have the right length.
///
/// # Errors
/// 400 `guard.invalid_input`
pub(crate) fn check_texts(
    name: Option<&str>,
    description: Option<&Option<String>>,
) -> Result<(), ApiError> {
    if let Some(name) = name {
        check_length("name", name, 1..=NAME_CHARACTERS_MAX)?;
    }
    let text = description.and_then(Option::as_deref).unwrap_or_default();
    check_length("description", text, 0..=DESCRIPTION_CHARACTERS_MAX)
}

/// Organization scopes that are there; each must stay so until the commit.
///
/// # Errors
/// 422 `entity.relation_foreign_key_not_found`
pub(crate) async fn require_scopes(
    work: &Work,
    ids: &[OrganizationScopeId],
) -> Result<(), ApiError> {
    for id in ids {
        let scope = work.require::<OrganizationScope>(id).await?;
        scope.state.terms().ok_or_else(unknown)?;
    }
    Ok(())
}

/// 422: an id in the body names nothing.
pub(crate) fn unknown() -> ApiError {
    let message = "An id names nothing that exists.";
    unprocessable("entity.relation_foreign_key_not_found", message)
}

/// 422: there is nothing in the body that could be changed.
pub(crate) fn nothing_to_change() -> ApiError {
    unprocessable("entity.invalid_input", "There is nothing to change.")
}

/// 404 of a thing that should be changed.
pub(crate) fn not_exists() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "entity.not_exists", "No such entity exists.")
}

/// 422 with a code.
pub(crate) fn unprocessable(code: &'static str, message: &str) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
}
