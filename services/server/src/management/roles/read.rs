//! Roles as they are read.

use axum::{Json, response::Response};
use events::{RoleId, RoleType};
use projections::{QueryError, RoleFilter, Roles};

use crate::{
    http::{
        administrator::Administrator, error::ApiError, page::PageQuery, path::EntityPath,
        query::Query, search,
    },
    management::roles::{
        INTERNAL_PREFIX,
        view::{self, ListedRoleView, RoleView},
    },
};

/// `GET /api/roles`: 200 with a page of roles, newest first; internal ones are hidden.
///
/// # Errors
/// 400 `request.invalid_input` for a bad search, `guard.invalid_input` for an unknown type
pub(crate) async fn list(
    administrator: Administrator,
    query: Query,
    page: PageQuery,
) -> Result<Response, ApiError> {
    let filter = RoleFilter {
        text: search::filter(&query)?,
        role_type: role_type(&query)?,
        // What is no id names nobody, who holds nothing.
        exclude_user: query.text("excludeUserId").and_then(|id| id.parse().ok()),
        exclude_application: query.text("excludeApplicationId").and_then(|id| id.parse().ok()),
        exclude_prefix: Some(INTERNAL_PREFIX.into()),
        ..RoleFilter::default()
    };
    let site = &administrator.call.site;
    let listing = site.app().views.reader::<Roles>().page(site.tenant(), &filter, page.rows())?;
    let roles = listing.rows.iter().map(|row| ListedRoleView::load(site, row));
    Ok(page.answer(&roles.collect::<Result<Vec<_>, QueryError>>()?, listing.total))
}

fn role_type(query: &Query) -> Result<Option<RoleType>, ApiError> {
    match query.text("type") {
        None => Ok(None),
        Some("User") => Ok(Some(RoleType::User)),
        Some("MachineToMachine") => Ok(Some(RoleType::MachineToMachine)),
        Some(_) => {
            let message = "A role is of type User or MachineToMachine.";
            Err(ApiError::invalid_input("query", &["type"], message))
        }
    }
}

/// `GET /api/roles/{id}`: 200 with the role.
///
/// # Errors
/// 404 `entity.not_exists_with_id`
pub(crate) async fn read(
    administrator: Administrator,
    EntityPath(id): EntityPath<RoleId>,
) -> Result<Json<RoleView>, ApiError> {
    view::show(&administrator.call, &id)
}
