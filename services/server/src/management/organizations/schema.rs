//! JSON schemas of the bodies of organizations, for the documentation.

use serde_json::{Map, Value, json};

fn organization() -> Value {
    let color = json!({"type": "string", "pattern": "^#([0-9a-fA-F]{3}){1,2}$"});
    let url = json!({"type": "string", "format": "uri"});
    json!({
        "name": {"type": "string", "minLength": 1, "maxLength": 128},
        "description": {"type": ["string", "null"], "maxLength": 256},
        "customData": {"type": "object"},
        "isMfaRequired": {"type": "boolean"},
        "color": {"type": "object", "properties": {
            "primaryColor": color,
            "isDarkModeEnabled": {"type": "boolean"},
            "darkPrimaryColor": color,
        }},
        "branding": {"type": "object", "properties": {
            "logoUrl": url,
            "darkLogoUrl": url,
            "favicon": url,
            "darkFavicon": url,
        }},
        "customCss": {"type": ["string", "null"]},
    })
}

/// Body of `POST /organizations`.
pub(super) fn create() -> Value {
    json!({"type": "object", "required": ["name"], "properties": organization()})
}

/// Body of `PATCH /organizations/{id}`.
pub(super) fn change() -> Value {
    json!({"type": "object", "minProperties": 1, "properties": organization()})
}

fn lists(required: &[&str], min: usize) -> Value {
    let ids = json!({"type": "array", "minItems": min, "items": {"type": "string"}});
    let members = required.iter().map(|name| ((*name).to_owned(), ids.clone()));
    json!({
        "type": "object",
        "required": required,
        "properties": members.collect::<Map<_, _>>(),
    })
}

/// `{"userIds": […]}` with at least one.
pub(super) fn users() -> Value {
    lists(&["userIds"], 1)
}

/// `{"userIds": […]}`
pub(super) fn all_users() -> Value {
    lists(&["userIds"], 0)
}

/// `{"userIds": […], "organizationRoleIds": […]}`
pub(super) fn users_and_roles() -> Value {
    lists(&["userIds", "organizationRoleIds"], 1)
}

/// `{"organizationRoleIds": […], "organizationRoleNames": […]}`
pub(super) fn roles_by_id_or_name() -> Value {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    json!({"type": "object", "properties": {
        "organizationRoleIds": texts,
        "organizationRoleNames": texts,
    }})
}

/// `{"applicationIds": […]}` with at least one.
pub(super) fn applications() -> Value {
    lists(&["applicationIds"], 1)
}

/// `{"applicationIds": […]}`
pub(super) fn all_applications() -> Value {
    lists(&["applicationIds"], 0)
}

/// `{"applicationIds": […], "organizationRoleIds": […]}`
pub(super) fn applications_and_roles() -> Value {
    lists(&["applicationIds", "organizationRoleIds"], 1)
}

/// `{"organizationRoleIds": […]}` with at least one.
pub(super) fn roles() -> Value {
    lists(&["organizationRoleIds"], 1)
}
