//! API resources and their scopes (contract: management-30-authz §1 and §2).

mod resource;
mod schema;
mod scope;
#[cfg(test)]
mod tests;
pub(crate) mod view;

use axum::routing::{delete, get, patch, post};

pub(crate) use self::view::ScopeView;
use crate::http::operation::{Operation, Parameter};

const TAG: &str = "Resources";
const ABSENT: (u16, &str) = (404, "entity.not_exists_with_id");
const INVALID: (u16, &str) = (400, "guard.invalid_input");
const PROTECTED: (u16, &str) = (400, "resource.cannot_modify_management_api");

/// Every operation on resources and their scopes.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/resources",
        tag: TAG,
        summary: "List API resources, newest first; `includeScopes` adds their scopes",
        request: None,
        query: &[Parameter::Page, Parameter::Boolean("includeScopes")],
        responses: &[(200, "Resources")],
        handler: || get(resource::list),
    },
    Operation {
        method: "POST",
        path: "/resources",
        tag: TAG,
        summary: "Create an API resource; the indicator is an absolute URI",
        request: Some(schema::create),
        query: &[],
        responses: &[(201, "Resource"), INVALID, (422, "resource.resource_identifier_in_use")],
        handler: || post(resource::create),
    },
    Operation {
        method: "GET",
        path: "/resources/{id}",
        tag: TAG,
        summary: "Read an API resource",
        request: None,
        query: &[],
        responses: &[(200, "Resource"), ABSENT],
        handler: || get(resource::read),
    },
    Operation {
        method: "PATCH",
        path: "/resources/{id}",
        tag: TAG,
        summary: "Change name or token lifetime of an API resource",
        request: Some(schema::change),
        query: &[],
        responses: &[(200, "Resource"), INVALID, PROTECTED, ABSENT, (422, "entity.invalid_input")],
        handler: || patch(resource::change),
    },
    Operation {
        method: "PATCH",
        path: "/resources/{id}/is-default",
        tag: TAG,
        summary: "Say whether token requests that name no resource mean this one",
        request: Some(schema::is_default),
        query: &[],
        responses: &[(200, "Resource"), INVALID, ABSENT],
        handler: || patch(resource::choose_default),
    },
    Operation {
        method: "DELETE",
        path: "/resources/{id}",
        tag: TAG,
        summary: "Delete an API resource with its scopes",
        request: None,
        query: &[],
        responses: &[
            (204, "Nothing"),
            (400, "resource.cannot_delete_management_api"),
            (404, "entity.not_found"),
        ],
        handler: || delete(resource::delete),
    },
    Operation {
        method: "GET",
        path: "/resources/{id}/scopes",
        tag: TAG,
        summary: "List the scopes of an API resource, newest first",
        request: None,
        query: &[Parameter::Page, Parameter::Search],
        responses: &[(200, "Scopes"), (400, "request.invalid_input")],
        handler: || get(scope::list),
    },
    Operation {
        method: "POST",
        path: "/resources/{id}/scopes",
        tag: TAG,
        summary: "Create a scope",
        request: Some(schema::create_scope),
        query: &[],
        responses: &[
            (201, "Scope"),
            INVALID,
            PROTECTED,
            (400, "scope.name_with_space"),
            ABSENT,
            (422, "scope.name_exists"),
        ],
        handler: || post(scope::create),
    },
    Operation {
        method: "PATCH",
        path: "/resources/{id}/scopes/{scopeId}",
        tag: TAG,
        summary: "Change a scope",
        request: Some(schema::change_scope),
        query: &[],
        responses: &[
            (200, "Scope"),
            INVALID,
            PROTECTED,
            (400, "scope.name_with_space"),
            (404, "entity.not_exists"),
            (422, "scope.name_exists"),
            (422, "entity.invalid_input"),
        ],
        handler: || patch(scope::change),
    },
    Operation {
        method: "DELETE",
        path: "/resources/{id}/scopes/{scopeId}",
        tag: TAG,
        summary: "Delete a scope",
        request: None,
        query: &[],
        responses: &[(204, "Nothing"), PROTECTED, (404, "entity.not_found")],
        handler: || delete(scope::delete),
    },
];
