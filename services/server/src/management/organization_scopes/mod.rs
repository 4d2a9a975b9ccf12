//! Organization scopes: what roles inside organizations permit
//! (contract: management-40-organizations §2).

mod scope;
#[cfg(test)]
mod tests;

use axum::routing::{delete, get, patch, post};
use events::TenantId;
use projections::OrganizationScopeRow;
use serde::Serialize;
use serde_json::{Value, json};

use crate::http::operation::{Operation, Parameter};

const TAG: &str = "Organization scopes";
const INVALID: (u16, &str) = (400, "guard.invalid_input");
const TAKEN: (u16, &str) = (422, "entity.unique_integrity_violation");

/// Every operation on organization scopes.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/organization-scopes",
        tag: TAG,
        summary: "List organization scopes, newest first; `q` searches the name",
        request: None,
        query: &[Parameter::Page, Parameter::Text("q")],
        responses: &[(200, "Organization scopes")],
        handler: || get(scope::list),
    },
    Operation {
        method: "POST",
        path: "/organization-scopes",
        tag: TAG,
        summary: "Create an organization scope",
        request: Some(create_schema),
        query: &[],
        responses: &[(201, "Organization scope"), INVALID, TAKEN],
        handler: || post(scope::create),
    },
    Operation {
        method: "GET",
        path: "/organization-scopes/{id}",
        tag: TAG,
        summary: "Read an organization scope",
        request: None,
        query: &[],
        responses: &[(200, "Organization scope"), (404, "entity.not_exists_with_id")],
        handler: || get(scope::read),
    },
    Operation {
        method: "PATCH",
        path: "/organization-scopes/{id}",
        tag: TAG,
        summary: "Change an organization scope",
        request: Some(change_schema),
        query: &[],
        responses: &[
            (200, "Organization scope"),
            INVALID,
            (404, "entity.not_exists"),
            TAKEN,
            (422, "entity.invalid_input"),
        ],
        handler: || patch(scope::change),
    },
    Operation {
        method: "DELETE",
        path: "/organization-scopes/{id}",
        tag: TAG,
        summary: "Delete an organization scope",
        request: None,
        query: &[],
        responses: &[(204, "Nothing"), (404, "entity.not_found")],
        handler: || delete(scope::delete),
    },
];

/// An organization scope as the Management API shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganizationScopeView {
    tenant_id: String,
    id: String,
    name: String,
    description: Option<String>,
}

impl OrganizationScopeView {
    /// A row as it is shown.
    pub(crate) fn new(tenant: &TenantId, row: OrganizationScopeRow) -> Self {
        Self {
            tenant_id: tenant.to_string(),
            id: row.id.into(),
            name: row.name,
            description: row.description,
        }
    }
}

fn scope_schema() -> Value {
    json!({
        "name": {"type": "string", "minLength": 1, "maxLength": 128},
        "description": {"type": ["string", "null"], "maxLength": 256},
    })
}

fn create_schema() -> Value {
    json!({"type": "object", "required": ["name"], "properties": scope_schema()})
}

fn change_schema() -> Value {
    json!({"type": "object", "minProperties": 1, "properties": scope_schema()})
}
