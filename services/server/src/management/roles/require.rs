//! What a change relies on, as it stands in the log: roles and scopes that are there, and names that
//! nobody else has. The commit fails if any of it changes meanwhile.

use axum::http::StatusCode;
use domain::{Reservation, ReservationCommand, ReservationRefusal, Resource, Role};
use events::{ReservationId, RoleId, RoleType, ScopeId, StreamName};
use projections::Resources;
use store::{ExecuteError, Work};

use crate::{
    call::Call,
    http::error::ApiError,
    ids::{NotAnId, parse},
    site::Site,
};

/// Begins the names of our own roles, which nobody sees or gives.
pub(crate) const INTERNAL_PREFIX: &str = "#internal:";

/// A role that can be given to holders of a type.
///
/// # Errors
/// 404 `entity.not_exists_with_id`, 403 `role.internal_role_violation`, 422 with the code given for a
/// role of the other type
pub(crate) async fn require_role(
    work: &Work,
    role: &RoleId,
    role_type: RoleType,
    wrong_type: &'static str,
) -> Result<(), ApiError> {
    let role = work.require::<Role>(role).await?;
    let terms = role.state.terms().ok_or_else(ApiError::not_exists_with_id)?;
    if terms.name.starts_with(INTERNAL_PREFIX) {
        let message = "Internal roles cannot be given.";
        let code = "role.internal_role_violation";
        return Err(ApiError::new(StatusCode::FORBIDDEN, code, message));
    }
    if terms.role_type != role_type {
        let message = format!("This is a role of type {}.", terms.role_type.as_str());
        return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, wrong_type, message));
    }
    Ok(())
}

/// Scopes that a role of a type can permit.
///
/// # Errors
/// 404 `entity.not_exists_with_id`, 400 `role.management_api_scopes_not_assignable_to_user_role`
pub(crate) async fn require_scopes(
    call: &Call,
    work: &Work,
    role_type: RoleType,
    scopes: &[ScopeId],
) -> Result<(), ApiError> {
    let rows =
        call.site.app().views.reader::<Resources>().scopes_by_id(call.site.tenant(), scopes)?;
    for scope in scopes {
        let row = rows.iter().find(|row| row.id == *scope);
        let row = row.ok_or_else(ApiError::not_exists_with_id)?;
        let resource = work.require::<Resource>(&row.resource_id).await?;
        let resource = resource.state.resource().ok_or_else(ApiError::not_exists_with_id)?;
        if !resource.scopes().contains_key(scope) {
            return Err(ApiError::not_exists_with_id());
        }
        if role_type == RoleType::User && resource.is_management_api() {
            return Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "role.management_api_scopes_not_assignable_to_user_role",
                "Scopes of the Management API cannot be given to a role of users.",
            ));
        }
    }
    Ok(())
}

/// The reservation that keeps the name of a role unique.
///
/// # Errors
/// [`NotAnId`] is a bug.
pub(crate) fn name_reservation(site: &Site, name: &str) -> Result<ReservationId, NotAnId> {
    parse(&format!("role_name:{}", site.identifier_key().text(name.as_bytes())))
}

/// Takes a name for a role.
///
/// # Errors
/// 422 `role.name_in_use`
pub(crate) async fn reserve_name(
    site: &Site,
    work: &Work,
    role: &RoleId,
    name: &str,
) -> Result<(), ApiError> {
    let owner = StreamName::role(site.tenant(), role);
    let command = ReservationCommand::Reserve { owner, confirmed: true };
    match work.decide::<Reservation>(&name_reservation(site, name)?, command).await {
        Ok(_) => Ok(()),
        Err(ExecuteError::Refused(ReservationRefusal::Taken)) => Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "role.name_in_use",
            "This name is already in use.",
        )),
        Err(error) => Err(error.into()),
    }
}

/// Lets a name go, if the role holds it.
///
/// # Errors
/// Only failures of the machinery.
pub(crate) async fn release_name(
    site: &Site,
    work: &Work,
    role: &RoleId,
    name: &str,
) -> Result<(), ApiError> {
    let owner = StreamName::role(site.tenant(), role);
    let command = ReservationCommand::Release { owner };
    work.decide::<Reservation>(&name_reservation(site, name)?, command).await?;
    Ok(())
}
