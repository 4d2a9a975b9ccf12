//! JSON schemas of the bodies of resources and scopes, for the documentation.

use serde_json::{Value, json};

fn resource() -> Value {
    json!({
        "name": {"type": "string", "minLength": 1},
        "accessTokenTtl": {"type": "integer", "minimum": 1, "default": 3600},
    })
}

fn scope() -> Value {
    json!({
        "name": {"type": "string", "minLength": 1, "maxLength": 256, "pattern": "^\\S+$"},
        "description": {"type": ["string", "null"]},
    })
}

/// Body of `POST /resources`.
pub(super) fn create() -> Value {
    let indicator = json!({"type": "string", "format": "uri", "maxLength": 2048});
    json!({
        "type": "object",
        "required": ["name", "indicator"],
        "allOf": [{"properties": resource()}, {"properties": {"indicator": indicator}}],
    })
}

/// Body of `PATCH /resources/{id}`.
pub(super) fn change() -> Value {
    json!({"type": "object", "minProperties": 1, "properties": resource()})
}

/// Body of `PATCH /resources/{id}/is-default`.
pub(super) fn is_default() -> Value {
    let properties = json!({"isDefault": {"type": "boolean"}});
    json!({"type": "object", "required": ["isDefault"], "properties": properties})
}

/// Body of `POST /resources/{id}/scopes`.
pub(super) fn create_scope() -> Value {
    json!({"type": "object", "required": ["name"], "properties": scope()})
}

/// Body of `PATCH /resources/{id}/scopes/{scopeId}`.
pub(super) fn change_scope() -> Value {
    json!({"type": "object", "minProperties": 1, "properties": scope()})
}
