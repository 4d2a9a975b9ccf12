//! The Management API: what administrators do over HTTP (contract: management-*).

pub mod applications;
pub mod configs;
pub mod events;
pub mod logs;
pub mod organization_roles;
pub mod resources;
pub mod roles;
pub mod sign_in_experience;
pub mod swagger;
pub mod users;

use axum::Router;

use crate::site::Site;

/// Every route below `/api` that is for administrators.
pub fn routes() -> Router<Site> {
    Router::new()
        .merge(users::routes())
        .merge(roles::routes())
        .merge(applications::routes())
        .merge(resources::routes())
        .merge(organization_roles::routes())
        .merge(configs::routes())
        .merge(logs::routes())
        .merge(events::routes())
        .merge(sign_in_experience::routes())
        .merge(swagger::routes())
}
