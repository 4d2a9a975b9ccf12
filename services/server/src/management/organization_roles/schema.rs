//! JSON schemas of the bodies of organization roles, for the documentation.

use serde_json::{Value, json};

fn role() -> Value {
    json!({
        "name": {"type": "string", "minLength": 1, "maxLength": 128},
        "description": {"type": ["string", "null"], "maxLength": 256},
        "type": {"enum": ["User", "MachineToMachine"], "default": "User"},
    })
}

fn ids() -> Value {
    json!({"type": "array", "items": {"type": "string"}})
}

/// Body of `POST /organization-roles`.
pub(super) fn create() -> Value {
    let links = json!({
        "organizationScopeIds": ids(),
        "resourceScopeIds": ids(),
    });
    json!({
        "type": "object",
        "required": ["name"],
        "allOf": [{"properties": role()}, {"properties": links}],
    })
}

/// Body of `PATCH /organization-roles/{id}`.
pub(super) fn change() -> Value {
    json!({"type": "object", "minProperties": 1, "properties": role()})
}

/// Body of `POST` and `PUT /organization-roles/{id}/scopes`.
pub(super) fn organization_scopes() -> Value {
    json!({
        "type": "object",
        "required": ["organizationScopeIds"],
        "properties": {"organizationScopeIds": ids()},
    })
}

/// Body of `POST` and `PUT /organization-roles/{id}/resource-scopes`.
pub(super) fn scopes() -> Value {
    json!({"type": "object", "required": ["scopeIds"], "properties": {"scopeIds": ids()}})
}
