//! Roles, who holds them and what they permit (contract: management-30-authz §3 to §6).

pub mod applications;
pub mod change;
pub mod create;
pub mod operations;
pub mod read;
pub mod require;
pub mod scopes;
#[cfg(test)]
mod tests;
pub mod users;
pub mod view;

use axum::Router;

pub use self::{
    operations::OPERATIONS,
    require::{INTERNAL_PREFIX, require_role},
};
use crate::{http::operation, site::Site};

/// The routes of roles.
pub fn routes() -> Router<Site> {
    operation::router(OPERATIONS)
}
