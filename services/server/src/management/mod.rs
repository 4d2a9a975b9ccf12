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

use crate::{
    http::operation::{Operation, router},
    site::Site,
};

/// Every route below `/api` that is for administrators.
pub(crate) fn routes() -> Router<Site> {
    router(&operations())
}

/// Every operation: what is served is what the OpenAPI document tells.
fn operations() -> Vec<Operation> {
    [
        users::OPERATIONS,
        personal_access_tokens::OPERATIONS,
        subject_tokens::OPERATIONS,
        roles::OPERATIONS,
        applications::OPERATIONS,
        applications::CONSENT,
        resources::OPERATIONS,
        organizations::OPERATIONS,
        organizations::USERS,
        organizations::APPLICATIONS,
        organization_scopes::OPERATIONS,
        organization_roles::OPERATIONS,
        configs::OPERATIONS,
        configs::jwt_customizer::OPERATIONS,
        logs::OPERATIONS,
        events::OPERATIONS,
        sign_in_experience::OPERATIONS,
        swagger::OPERATIONS,
    ]
    .concat()
}
