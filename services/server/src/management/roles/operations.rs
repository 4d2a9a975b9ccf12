//! The operations on roles.

use axum::routing::{delete, get, patch, post};
use serde_json::{Value, json};

use super::{applications, change, create, read, scopes, users};
use crate::http::operation::{Operation, Parameter};

const TAG: &str = "Roles";

/// Every operation on roles.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/roles",
        tag: TAG,
        summary: "Lists roles with how many hold them",
        request: None,
        query: &[
            Parameter::Page,
            Parameter::Search,
            Parameter::Choice("type", &["User", "MachineToMachine"]),
            Parameter::Text("excludeUserId"),
            Parameter::Text("excludeApplicationId"),
        ],
        responses: &[(200, "roles"), (400, "guard.invalid_input"), (400, "request.invalid_input")],
        handler: || get(read::list),
    },
    Operation {
        method: "POST",
        path: "/roles",
        tag: TAG,
        summary: "Creates a role",
        request: Some(create_schema),
        query: &[],
        responses: &[
            (200, "role"),
            (400, "guard.invalid_input"),
            (400, "role.management_api_scopes_not_assignable_to_user_role"),
            (403, "role.internal_role_violation"),
            (404, "entity.not_exists_with_id"),
            (422, "role.name_in_use"),
        ],
        handler: || post(create::create),
    },
    Operation {
        method: "GET",
        path: "/roles/{id}",
        tag: TAG,
        summary: "Reads a role",
        request: None,
        query: &[],
        responses: &[(200, "role"), (404, "entity.not_exists_with_id")],
        handler: || get(read::read),
    },
    Operation {
        method: "PATCH",
        path: "/roles/{id}",
        tag: TAG,
        summary: "Changes a role",
        request: Some(change_schema),
        query: &[],
        responses: &[
            (200, "role"),
            (400, "guard.invalid_input"),
            (403, "role.internal_role_violation"),
            (404, "entity.not_exists_with_id"),
            (422, "entity.invalid_input"),
            (422, "role.name_in_use"),
        ],
        handler: || patch(change::change),
    },
    Operation {
        method: "DELETE",
        path: "/roles/{id}",
        tag: TAG,
        summary: "Deletes a role",
        request: None,
        query: &[],
        responses: &[(204, ""), (403, "role.internal_role_violation"), (404, "entity.not_found")],
        handler: || delete(change::delete),
    },
    Operation {
        method: "GET",
        path: "/roles/{id}/users",
        tag: TAG,
        summary: "Lists the users who hold a role",
        request: None,
        query: &[Parameter::Page, Parameter::Search],
        responses: &[
            (200, "users"),
            (400, "request.invalid_input"),
            (404, "entity.not_exists_with_id"),
        ],
        handler: || get(users::list),
    },
    Operation {
        method: "POST",
        path: "/roles/{id}/users",
        tag: TAG,
        summary: "Gives a role to users",
        request: Some(users_schema),
        query: &[],
        responses: &[
            (201, ""),
            (400, "guard.invalid_input"),
            (403, "role.internal_role_violation"),
            (404, "entity.not_exists_with_id"),
            (404, "entity.not_found"),
            (422, "entity.db_constraint_violated"),
            (422, "role.user_exists"),
        ],
        handler: || post(users::assign),
    },
    Operation {
        method: "DELETE",
        path: "/roles/{id}/users/{userId}",
        tag: TAG,
        summary: "Takes a role from a user",
        request: None,
        query: &[],
        responses: &[(204, ""), (404, "entity.not_found")],
        handler: || delete(users::unassign),
    },
    Operation {
        method: "GET",
        path: "/roles/{id}/applications",
        tag: TAG,
        summary: "Lists the applications that hold a role",
        request: None,
        query: &[Parameter::Page, Parameter::Search],
        responses: &[
            (200, "applications"),
            (400, "request.invalid_input"),
            (404, "entity.not_exists_with_id"),
        ],
        handler: || get(applications::list),
    },
    Operation {
        method: "POST",
        path: "/roles/{id}/applications",
        tag: TAG,
        summary: "Gives a role to applications",
        request: Some(applications_schema),
        query: &[],
        responses: &[
            (201, ""),
            (400, "guard.invalid_input"),
            (403, "role.internal_role_violation"),
            (404, "entity.not_exists_with_id"),
            (422, "application.invalid_type"),
            (422, "entity.db_constraint_violated"),
            (422, "role.application_exists"),
        ],
        handler: || post(applications::assign),
    },
    Operation {
        method: "DELETE",
        path: "/roles/{id}/applications/{applicationId}",
        tag: TAG,
        summary: "Takes a role from an application",
        request: None,
        query: &[],
        responses: &[(204, ""), (404, "entity.not_found")],
        handler: || delete(applications::unassign),
    },
    Operation {
        method: "GET",
        path: "/roles/{id}/scopes",
        tag: TAG,
        summary: "Lists the scopes of a role",
        request: None,
        query: &[Parameter::Page, Parameter::Search],
        responses: &[
            (200, "scopes with their resources"),
            (400, "request.invalid_input"),
            (404, "entity.not_exists_with_id"),
        ],
        handler: || get(scopes::list),
    },
    Operation {
        method: "POST",
        path: "/roles/{id}/scopes",
        tag: TAG,
        summary: "Gives scopes to a role",
        request: Some(scopes_schema),
        query: &[],
        responses: &[
            (201, "scopes of the role"),
            (400, "guard.invalid_input"),
            (400, "role.management_api_scopes_not_assignable_to_user_role"),
            (403, "role.internal_role_violation"),
            (404, "entity.not_exists_with_id"),
            (422, "role.scope_exists"),
        ],
        handler: || post(scopes::grant),
    },
    Operation {
        method: "DELETE",
        path: "/roles/{id}/scopes/{scopeId}",
        tag: TAG,
        summary: "Takes a scope from a role",
        request: None,
        query: &[],
        responses: &[(204, ""), (403, "role.internal_role_violation"), (404, "entity.not_found")],
        handler: || delete(scopes::revoke),
    },
];

fn text() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 128})
}

fn ids(min: usize) -> Value {
    json!({"type": "array", "minItems": min, "items": {"type": "string", "minLength": 1}})
}

fn create_schema() -> Value {
    json!({"type": "object", "required": ["name", "description"], "properties": {
        "name": text(),
        "description": text(),
        "type": {"type": "string", "enum": ["User", "MachineToMachine"], "default": "User"},
        "isDefault": {"type": "boolean", "default": false},
        "scopeIds": ids(0),
    }})
}

fn change_schema() -> Value {
    json!({"type": "object", "minProperties": 1, "properties": {
        "name": text(),
        "description": text(),
        "isDefault": {"type": "boolean"},
    }})
}

fn of(member: &str) -> Value {
    json!({"type": "object", "required": [member], "properties": {member: ids(1)}})
}

fn users_schema() -> Value {
    of("userIds")
}

fn applications_schema() -> Value {
    of("applicationIds")
}

fn scopes_schema() -> Value {
    of("scopeIds")
}
