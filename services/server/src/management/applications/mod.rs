//! Applications: clients of the provider with their secrets and machine roles
//! (contract: management-20-applications §1 to §6). Protected and SAML applications are not here.

mod access_control;
mod body;
mod change;
mod consent_organizations;
mod consent_scopes;
#[cfg(test)]
mod consent_tests;
mod create;
mod find;
mod list;
mod metadata;
mod roles;
mod schema;
mod secrets;
mod security;
#[cfg(test)]
mod tests;
pub(crate) mod view;

use axum::routing::{delete, get, patch, post, put};

use crate::http::operation::{Operation, Parameter};

const TAG: &str = "Applications";
const ABSENT: (u16, &str) = (404, "entity.not_exists_with_id");
const INVALID: (u16, &str) = (400, "guard.invalid_input");

/// Every operation on applications.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/applications",
        tag: TAG,
        summary: "List applications, newest first",
        request: None,
        query: &[
            Parameter::Page,
            Parameter::Search,
            Parameter::Text("types"),
            Parameter::Boolean("isThirdParty"),
            Parameter::Text("excludeRoleId"),
            Parameter::Text("excludeOrganizationId"),
        ],
        responses: &[(200, "Applications"), (400, "request.invalid_input")],
        handler: || get(list::list),
    },
    Operation {
        method: "POST",
        path: "/applications",
        tag: TAG,
        summary: "Create an application; types with secrets get one",
        request: Some(schema::create),
        query: &[],
        responses: &[
            (200, "Application"),
            INVALID,
            (400, "application.saml.use_saml_app_api"),
            (400, "application.protected_app_metadata_is_required"),
            (400, "application.invalid_third_party_application_type"),
            (422, "application.device_flow_native_only"),
            (422, "application.third_party_application_cannot_enable_token_exchange"),
            (501, "application.protected_app_not_configured"),
        ],
        handler: || post(create::create),
    },
    Operation {
        method: "GET",
        path: "/applications/{id}",
        tag: TAG,
        summary: "Read an application, registered or built in",
        request: None,
        query: &[],
        responses: &[(200, "Application"), ABSENT],
        handler: || get(change::read),
    },
    Operation {
        method: "PATCH",
        path: "/applications/{id}",
        tag: TAG,
        summary: "Change an application; members that are objects are replaced whole",
        request: Some(schema::change),
        query: &[],
        responses: &[
            (200, "Application"),
            INVALID,
            (400, "application.protected_application_only"),
            ABSENT,
            (422, "application.device_flow_not_changeable"),
            (422, "application.third_party_application_cannot_enable_token_exchange"),
            (422, "request.invalid_input"),
            (422, "entity.invalid_input"),
            (500, "entity.not_exists"),
        ],
        handler: || patch(change::change),
    },
    Operation {
        method: "DELETE",
        path: "/applications/{id}",
        tag: TAG,
        summary: "Delete an application",
        request: None,
        query: &[],
        responses: &[(204, "Nothing"), (404, "entity.not_found")],
        handler: || delete(change::delete),
    },
    Operation {
        method: "PATCH",
        path: "/applications/{id}/custom-data",
        tag: TAG,
        summary: "Merge members into the custom data of an application",
        request: Some(schema::object),
        query: &[],
        responses: &[(200, "Custom data"), INVALID, (404, "entity.not_exists")],
        handler: || patch(change::merge_custom_data),
    },
    Operation {
        method: "GET",
        path: "/applications/{id}/secrets",
        tag: TAG,
        summary: "List the secrets of an application, oldest first",
        request: None,
        query: &[],
        responses: &[(200, "Secrets"), ABSENT],
        handler: || get(secrets::list),
    },
    Operation {
        method: "POST",
        path: "/applications/{id}/secrets",
        tag: TAG,
        summary: "Create a secret",
        request: Some(schema::create_secret),
        query: &[],
        responses: &[
            (201, "Secret"),
            INVALID,
            (400, "request.invalid_input"),
            ABSENT,
            (422, "application.secret_name_exists"),
            (422, "entity.db_constraint_violated"),
        ],
        handler: || post(secrets::create),
    },
    Operation {
        method: "PATCH",
        path: "/applications/{id}/secrets/{name}",
        tag: TAG,
        summary: "Rename a secret",
        request: Some(schema::rename_secret),
        query: &[],
        responses: &[
            (200, "Secret"),
            INVALID,
            (404, "entity.not_exists"),
            (422, "application.secret_name_exists"),
        ],
        handler: || patch(secrets::rename),
    },
    Operation {
        method: "DELETE",
        path: "/applications/{id}/secrets/{name}",
        tag: TAG,
        summary: "Delete a secret",
        request: None,
        query: &[],
        responses: &[(204, "Nothing"), (404, "entity.not_found")],
        handler: || delete(secrets::delete),
    },
    Operation {
        method: "DELETE",
        path: "/applications/{id}/legacy-secret",
        tag: TAG,
        summary: "Delete a secret from the time before names; there is none",
        request: None,
        query: &[],
        responses: &[(400, "application.no_legacy_secret_found"), ABSENT],
        handler: || delete(secrets::delete_legacy),
    },
    Operation {
        method: "GET",
        path: "/applications/{id}/roles",
        tag: TAG,
        summary: "List the machine roles of an application, newest first",
        request: None,
        query: &[Parameter::Page, Parameter::Search],
        responses: &[(200, "Roles"), ABSENT, (422, "application.invalid_type")],
        handler: || get(roles::list),
    },
    Operation {
        method: "POST",
        path: "/applications/{id}/roles",
        tag: TAG,
        summary: "Give machine roles to an application",
        request: Some(schema::roles),
        query: &[],
        responses: &[
            (201, "Given roles"),
            INVALID,
            ABSENT,
            (422, "application.invalid_type"),
            (422, "application.invalid_role_type"),
        ],
        handler: || post(roles::assign),
    },
    Operation {
        method: "PUT",
        path: "/applications/{id}/roles",
        tag: TAG,
        summary: "Give exactly these machine roles to an application",
        request: Some(schema::roles),
        query: &[],
        responses: &[
            (200, "Nothing"),
            INVALID,
            ABSENT,
            (422, "application.invalid_type"),
            (422, "entity.db_constraint_violated"),
        ],
        handler: || put(roles::replace),
    },
    Operation {
        method: "DELETE",
        path: "/applications/{id}/roles/{roleId}",
        tag: TAG,
        summary: "Take a machine role away from an application",
        request: None,
        query: &[],
        responses: &[
            (204, "Nothing"),
            (404, "entity.not_found"),
            (422, "application.invalid_type"),
        ],
        handler: || delete(roles::unassign),
    },
];

/// Every operation on what applications of third parties may have, and on who may use applications.
pub(crate) const CONSENT: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/applications/{id}/user-consent-scopes",
        tag: TAG,
        summary: "List what a third-party application may ask users for",
        request: None,
        query: &[],
        responses: &[(200, "Scopes"), ABSENT],
        handler: || get(consent_scopes::list),
    },
    Operation {
        method: "POST",
        path: "/applications/{id}/user-consent-scopes",
        tag: TAG,
        summary: "Let a third-party application ask users for more",
        request: Some(consent_scopes::schema),
        query: &[],
        responses: &[
            (201, "Nothing"),
            INVALID,
            ABSENT,
            (422, "application.third_party_application_only"),
            (422, "application.user_consent_scopes_not_found"),
            (422, "application.consent_management_api_scopes_not_allowed"),
        ],
        handler: || post(consent_scopes::add),
    },
    Operation {
        method: "DELETE",
        path: "/applications/{id}/user-consent-scopes/{scopeType}/{scopeId}",
        tag: TAG,
        summary: "Let a third-party application ask users for one thing less",
        request: None,
        query: &[],
        responses: &[(204, "Nothing"), INVALID, (404, "entity.not_found")],
        handler: || delete(consent_scopes::remove),
    },
    Operation {
        method: "GET",
        path: "/applications/{id}/users/{userId}/consent-organizations",
        tag: TAG,
        summary: "List the organizations that a user lets the application into",
        request: None,
        query: &[Parameter::Page],
        responses: &[
            (200, "Organizations"),
            ABSENT,
            (404, "entity.not_found"),
            (422, "application.third_party_application_only"),
        ],
        handler: || get(consent_organizations::list),
    },
    Operation {
        method: "PUT",
        path: "/applications/{id}/users/{userId}/consent-organizations",
        tag: TAG,
        summary: "Let the application into exactly these organizations of a user",
        request: Some(consent_organizations::schema),
        query: &[],
        responses: &[
            (204, "Nothing"),
            INVALID,
            ABSENT,
            (422, "application.third_party_application_only"),
            (422, "organization.require_membership"),
        ],
        handler: || put(consent_organizations::replace),
    },
    Operation {
        method: "POST",
        path: "/applications/{id}/users/{userId}/consent-organizations",
        tag: TAG,
        summary: "Let the application into more organizations of a user",
        request: Some(consent_organizations::schema),
        query: &[],
        responses: &[
            (201, "Nothing"),
            INVALID,
            ABSENT,
            (422, "application.third_party_application_only"),
            (422, "organization.require_membership"),
        ],
        handler: || post(consent_organizations::add),
    },
    Operation {
        method: "DELETE",
        path: "/applications/{id}/users/{userId}/consent-organizations/{organizationId}",
        tag: TAG,
        summary: "Let the application into one organization of a user no more",
        request: None,
        query: &[],
        responses: &[(204, "Nothing"), (404, "entity.not_found")],
        handler: || delete(consent_organizations::remove),
    },
    Operation {
        method: "GET",
        path: "/applications/{id}/access-control",
        tag: TAG,
        summary: "Read who may use an application",
        request: None,
        query: &[],
        responses: &[(200, "Lists"), ABSENT],
        handler: || get(access_control::read),
    },
    Operation {
        method: "PUT",
        path: "/applications/{id}/access-control",
        tag: TAG,
        summary: "Let exactly these use an application",
        request: Some(access_control::schema),
        query: &[],
        responses: &[
            (200, "Lists"),
            INVALID,
            ABSENT,
            (404, "entity.relation_foreign_key_not_found"),
            (422, "request.invalid_input"),
            (422, "entity.db_constraint_violated"),
        ],
        handler: || put(access_control::replace),
    },
];
