//! Personal access tokens: what scripts hold to speak for a user (contract: management-10-users §10).
//! They open no API by themselves; they are exchanged at the token endpoint.

mod change;
mod create;
#[cfg(test)]
mod tests;
mod view;

use axum::routing::{delete, get, patch, post};
use serde_json::{Value, json};

use crate::http::operation::Operation;

const TAG: &str = "Personal access tokens";
/// Most characters of a name.
const NAME_CHARACTERS_MAX: usize = 256;
const TAKEN: (u16, &str) = (422, "user.personal_access_token_name_exists");

/// Every operation on personal access tokens.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/users/{userId}/personal-access-tokens",
        tag: TAG,
        summary: "List the personal access tokens of a user, oldest first",
        request: None,
        query: &[],
        responses: &[(200, "Personal access tokens"), (404, "entity.not_found")],
        handler: || get(view::list),
    },
    Operation {
        method: "POST",
        path: "/users/{userId}/personal-access-tokens",
        tag: TAG,
        summary: "Create a personal access token",
        request: Some(create_schema),
        query: &[],
        responses: &[
            (201, "Personal access token"),
            (400, "guard.invalid_input"),
            (400, "request.invalid_input"),
            (404, "entity.relation_foreign_key_not_found"),
            TAKEN,
        ],
        handler: || post(create::create),
    },
    Operation {
        method: "PATCH",
        path: "/users/{userId}/personal-access-tokens",
        tag: TAG,
        summary: "Rename a personal access token",
        request: Some(rename_schema),
        query: &[],
        responses: &[
            (200, "Personal access token"),
            (400, "guard.invalid_input"),
            (404, "entity.not_exists"),
            TAKEN,
        ],
        handler: || patch(change::rename),
    },
    Operation {
        method: "POST",
        path: "/users/{userId}/personal-access-tokens/delete",
        tag: TAG,
        summary: "Delete a personal access token",
        request: Some(name_schema),
        query: &[],
        responses: &[(204, ""), (400, "guard.invalid_input"), (404, "entity.not_found")],
        handler: || post(change::delete),
    },
    Operation {
        method: "PATCH",
        path: "/users/{userId}/personal-access-tokens/{name}",
        tag: TAG,
        summary: "Rename a personal access token that the path names",
        request: Some(name_schema),
        query: &[],
        responses: &[
            (200, "Personal access token"),
            (400, "guard.invalid_input"),
            (404, "entity.not_exists"),
            TAKEN,
        ],
        handler: || patch(change::rename_named),
    },
    Operation {
        method: "DELETE",
        path: "/users/{userId}/personal-access-tokens/{name}",
        tag: TAG,
        summary: "Delete a personal access token that the path names",
        request: None,
        query: &[],
        responses: &[(204, ""), (404, "entity.not_found")],
        handler: || delete(change::delete_named),
    },
];

fn name() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": NAME_CHARACTERS_MAX})
}

fn create_schema() -> Value {
    json!({"type": "object", "required": ["name"], "properties": {
        "name": name(), "expiresAt": {"type": ["integer", "null"]},
    }})
}

fn rename_schema() -> Value {
    json!({"type": "object", "required": ["name"], "properties": {
        "currentName": {"type": "string"}, "name": name(),
    }})
}

fn name_schema() -> Value {
    json!({"type": "object", "required": ["name"], "properties": {"name": name()}})
}
