//! Users (contract: management-10-users).

pub mod body;
pub mod change;
pub mod create;
pub mod operations;
pub mod password;
pub mod read;
pub mod roles;
#[cfg(test)]
mod tests;
pub mod view;

use axum::Router;

pub use self::operations::OPERATIONS;
use crate::{http::operation, site::Site};

/// The routes of users.
pub fn routes() -> Router<Site> {
    operation::router(OPERATIONS)
}
