//! The Management API: what administrators do over HTTP (contract: management-*).

pub(crate) mod applications;
pub(crate) mod configs;
pub(crate) mod events;
pub(crate) mod logs;
pub(crate) mod organization_roles;
pub(crate) mod organization_scopes;
pub(crate) mod organization_template;
pub(crate) mod organizations;
pub(crate) mod personal_access_tokens;
pub(crate) mod resources;
pub(crate) mod roles;
pub(crate) mod sign_in_experience;
pub(crate) mod subject_tokens;
pub(crate) mod swagger;
pub(crate) mod users;

use axum::Router;

use crate::site::Site;

/// Every route below `/api` that is for administrators.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .merge(users::routes())
        .merge(personal_access_tokens::routes())
        .merge(subject_tokens::routes())
        .merge(roles::routes())
        .merge(applications::routes())
        .merge(resources::routes())
        .merge(organizations::routes())
        .merge(organization_scopes::routes())
        .merge(organization_roles::routes())
        .merge(configs::routes())
        .merge(logs::routes())
        .merge(events::routes())
        .merge(sign_in_experience::routes())
        .merge(swagger::routes())
}
