//! Organizations and their members (contract: management-40-organizations §1, §3 and §4).

mod applications;
mod body;
mod members;
mod of_member;
mod operations;
mod organization;
mod roles;
mod schema;
#[cfg(test)]
mod tests;
mod users;
mod view;

use axum::Router;

pub(crate) use self::operations::{APPLICATIONS, OPERATIONS, USERS};
pub(crate) use self::view::OrganizationView;
use crate::{http::operation::router, site::Site};

/// Routes below `/api`.
pub(crate) fn routes() -> Router<Site> {
    router(OPERATIONS).merge(router(USERS)).merge(router(APPLICATIONS))
}
