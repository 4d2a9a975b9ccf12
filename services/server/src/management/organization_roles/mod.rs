//! Organization roles, and the scopes of organizations and API resources that they permit
//! (contract: management-40-organizations §2).

mod resource_scopes;
mod role;
mod schema;
mod scopes;
#[cfg(test)]
mod tests;
pub(crate) mod view;

use axum::routing::{delete, get, patch, post, put};

use crate::http::operation::{Operation, Parameter};

const TAG: &str = "Organization roles";
const ABSENT: (u16, &str) = (404, "entity.not_exists_with_id");
const INVALID: (u16, &str) = (400, "guard.invalid_input");
const TAKEN: (u16, &str) = (422, "entity.unique_integrity_violation");
const UNKNOWN: (u16, &str) = (422, "entity.relation_foreign_key_not_found");

/// Every operation on organization roles.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/organization-roles",
        tag: TAG,
        summary: "List organization roles, newest first; `q` searches id, name and description",
        request: None,
        query: &[Parameter::Page, Parameter::Text("q")],
        responses: &[(200, "Organization roles")],
        handler: || get(role::list),
    },
    Operation {
        method: "POST",
        path: "/organization-roles",
        tag: TAG,
        summary: "Create an organization role",
        request: Some(schema::create),
        query: &[],
        responses: &[(201, "Organization role"), INVALID, TAKEN, UNKNOWN],
        handler: || post(role::create),
    },
    Operation {
        method: "GET",
        path: "/organization-roles/{id}",
        tag: TAG,
        summary: "Read an organization role",
        request: None,
        query: &[],
        responses: &[(200, "Organization role"), ABSENT],
        handler: || get(role::read),
    },
    Operation {
        method: "PATCH",
        path: "/organization-roles/{id}",
        tag: TAG,
        summary: "Change an organization role",
        request: Some(schema::change),
        query: &[],
        responses: &[
            (200, "Organization role"),
            INVALID,
            ABSENT,
            (404, "entity.not_exists"),
            TAKEN,
            (422, "entity.invalid_input"),
        ],
        handler: || patch(role::change),
    },
    Operation {
        method: "DELETE",
        path: "/organization-roles/{id}",
        tag: TAG,
        summary: "Delete an organization role",
        request: None,
        query: &[],
        responses: &[(204, "Nothing"), (404, "entity.not_found")],
        handler: || delete(role::delete),
    },
    Operation {
        method: "GET",
        path: "/organization-roles/{id}/scopes",
        tag: TAG,
        summary: "List the organization scopes that an organization role permits",
        request: None,
        query: &[Parameter::Page],
        responses: &[(200, "Organization scopes"), ABSENT],
        handler: || get(scopes::list),
    },
    Operation {
        method: "POST",
        path: "/organization-roles/{id}/scopes",
        tag: TAG,
        summary: "Let an organization role permit more organization scopes",
        request: Some(schema::organization_scopes),
        query: &[],
        responses: &[(201, "Nothing"), INVALID, ABSENT, UNKNOWN],
        handler: || post(scopes::add),
    },
    Operation {
        method: "PUT",
        path: "/organization-roles/{id}/scopes",
        tag: TAG,
        summary: "Let an organization role permit exactly these organization scopes",
        request: Some(schema::organization_scopes),
        query: &[],
        responses: &[(204, "Nothing"), INVALID, ABSENT, UNKNOWN],
        handler: || put(scopes::replace),
    },
    Operation {
        method: "DELETE",
        path: "/organization-roles/{id}/scopes/{organizationScopeId}",
        tag: TAG,
        summary: "Let an organization role permit an organization scope no longer",
        request: None,
        query: &[],
        responses: &[(204, "Nothing"), ABSENT, (404, "entity.not_found")],
        handler: || delete(scopes::remove),
    },
    Operation {
        method: "GET",
        path: "/organization-roles/{id}/resource-scopes",
        tag: TAG,
        summary: "List the scopes of API resources that an organization role permits",
        request: None,
        query: &[Parameter::Page],
        responses: &[(200, "Scopes"), ABSENT],
        handler: || get(resource_scopes::list),
    },
    Operation {
        method: "POST",
        path: "/organization-roles/{id}/resource-scopes",
        tag: TAG,
        summary: "Let an organization role permit more scopes of API resources",
        request: Some(schema::scopes),
        query: &[],
        responses: &[(201, "Nothing"), INVALID, ABSENT, UNKNOWN],
        handler: || post(resource_scopes::add),
    },
    Operation {
        method: "PUT",
        path: "/organization-roles/{id}/resource-scopes",
        tag: TAG,
        summary: "Let an organization role permit exactly these scopes of API resources",
        request: Some(schema::scopes),
        query: &[],
        responses: &[(204, "Nothing"), INVALID, ABSENT, UNKNOWN],
        handler: || put(resource_scopes::replace),
    },
    Operation {
        method: "DELETE",
        path: "/organization-roles/{id}/resource-scopes/{scopeId}",
        tag: TAG,
        summary: "Let an organization role permit a scope no longer",
        request: None,
        query: &[],
        responses: &[(204, "Nothing"), ABSENT, (404, "entity.not_found")],
        handler: || delete(resource_scopes::remove),
    },
];
