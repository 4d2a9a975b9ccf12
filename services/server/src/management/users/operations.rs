//! The operations on users.

use axum::routing::{delete, get, patch, post, put};
use serde_json::{Value, json};

use super::{change, create, grants, password, read, roles, sessions};
use crate::http::operation::{Operation, Parameter};

const TAG: &str = "Users";

/// Every operation on users.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/users",
        tag: TAG,
        summary: "Lists users, newest first",
        request: None,
        query: &[
            Parameter::Page,
            Parameter::Search,
            Parameter::Text("excludeRoleId"),
            Parameter::Text("excludeOrganizationId"),
        ],
        responses: &[
            (200, "users"),
            (400, "guard.invalid_pagination"),
            (400, "request.invalid_input"),
        ],
        handler: || get(read::list),
    },
    Operation {
        method: "POST",
        path: "/users",
        tag: TAG,
        summary: "Creates a user, with a password or the digest of an older system",
        request: Some(create_schema),
        query: &[],
        responses: &[
            (200, "user"),
            (400, "guard.invalid_input"),
            (400, "user.password_and_digest"),
            (400, "user.password_algorithm_required"),
            (400, "password.invalid_legacy_password_format"),
            (400, "password.unsupported_legacy_hash_algorithm"),
            (400, "password.unsupported_encryption_method"),
            (422, "user.username_already_in_use"),
            (422, "user.email_already_in_use"),
            (422, "user.phone_already_in_use"),
            (422, "user.invalid_phone"),
        ],
        handler: || post(create::create),
    },
    Operation {
        method: "GET",
        path: "/users/{userId}",
        tag: TAG,
        summary: "Reads a user",
        request: None,
        query: &[],
        responses: &[(200, "user"), (404, "entity.not_found")],
        handler: || get(read::read),
    },
    Operation {
        method: "PATCH",
        path: "/users/{userId}",
        tag: TAG,
        summary: "Changes a user; customData and profile are replaced",
        request: Some(change_schema),
        query: &[],
        responses: &[
            (200, "user"),
            (400, "guard.invalid_input"),
            (404, "entity.not_found"),
            (422, "entity.invalid_input"),
            (422, "user.username_already_in_use"),
            (422, "user.email_already_in_use"),
            (422, "user.phone_already_in_use"),
            (422, "user.invalid_phone"),
        ],
        handler: || patch(change::change),
    },
    Operation {
        method: "DELETE",
        path: "/users/{userId}",
        tag: TAG,
        summary: "Deletes a user and forgets the person",
        request: None,
        query: &[],
        responses: &[(204, ""), (400, "user.cannot_delete_self"), (404, "entity.not_found")],
        handler: || delete(change::delete),
    },
    Operation {
        method: "GET",
        path: "/users/{userId}/custom-data",
        tag: TAG,
        summary: "Reads the custom data of a user",
        request: None,
        query: &[],
        responses: &[(200, "custom data"), (404, "entity.not_found")],
        handler: || get(read::custom_data),
    },
    Operation {
        method: "PATCH",
        path: "/users/{userId}/custom-data",
        tag: TAG,
        summary: "Puts members over the custom data of a user",
        request: Some(custom_data_schema),
        query: &[],
        responses: &[
            (200, "custom data"),
            (400, "guard.invalid_input"),
            (404, "entity.not_found"),
            (422, "entity.value_too_long"),
        ],
        handler: || patch(change::merge_custom_data),
    },
    Operation {
        method: "PATCH",
        path: "/users/{userId}/profile",
        tag: TAG,
        summary: "Puts members over the profile of a user",
        request: Some(profile_schema),
        query: &[],
        responses: &[(200, "profile"), (400, "guard.invalid_input"), (404, "entity.not_found")],
        handler: || patch(change::merge_profile),
    },
    Operation {
        method: "PATCH",
        path: "/users/{userId}/password",
        tag: TAG,
        summary: "Sets the password of a user",
        request: Some(password_schema),
        query: &[],
        responses: &[(200, "user"), (400, "guard.invalid_input"), (404, "entity.not_found")],
        handler: || patch(password::set),
    },
    Operation {
        method: "POST",
        path: "/users/{userId}/password/verify",
        tag: TAG,
        summary: "Verifies the password of a user",
        request: Some(password_schema),
        query: &[],
        responses: &[
            (204, ""),
            (400, "guard.invalid_input"),
            (404, "entity.not_found"),
            (422, "session.invalid_credentials"),
        ],
        handler: || post(password::verify),
    },
    Operation {
        method: "GET",
        path: "/users/{userId}/has-password",
        tag: TAG,
        summary: "Says whether a user has a password",
        request: None,
        query: &[],
        responses: &[(200, "whether there is a password"), (404, "entity.not_found")],
        handler: || get(read::has_password),
    },
    Operation {
        method: "PATCH",
        path: "/users/{userId}/is-suspended",
        tag: TAG,
        summary: "Suspends a user or lets them act again",
        request: Some(suspension_schema),
        query: &[],
        responses: &[(200, "user"), (400, "guard.invalid_input"), (404, "entity.not_found")],
        handler: || patch(change::suspend),
    },
    Operation {
        method: "GET",
        path: "/users/{userId}/roles",
        tag: TAG,
        summary: "Lists the roles of a user",
        request: None,
        query: &[Parameter::Page, Parameter::Search],
        responses: &[(200, "roles"), (400, "request.invalid_input"), (404, "entity.not_found")],
        handler: || get(roles::list),
    },
    Operation {
        method: "POST",
        path: "/users/{userId}/roles",
        tag: TAG,
        summary: "Gives roles to a user",
        request: Some(roles_schema),
        query: &[],
        responses: &[
            (201, "role ids"),
            (400, "guard.invalid_input"),
            (403, "role.internal_role_violation"),
            (404, "entity.not_found"),
            (404, "entity.not_exists_with_id"),
            (422, "user.invalid_role_type"),
        ],
        handler: || post(roles::assign),
    },
    Operation {
        method: "PUT",
        path: "/users/{userId}/roles",
        tag: TAG,
        summary: "Replaces the roles of a user",
        request: Some(roles_schema),
        query: &[],
        responses: &[
            (200, "role ids"),
            (400, "guard.invalid_input"),
            (403, "role.internal_role_violation"),
            (404, "entity.not_found"),
            (404, "entity.not_exists_with_id"),
            (422, "entity.db_constraint_violated"),
        ],
        handler: || put(roles::replace),
    },
    Operation {
        method: "DELETE",
        path: "/users/{userId}/roles/{roleId}",
        tag: TAG,
        summary: "Takes a role from a user",
        request: None,
        query: &[],
        responses: &[(204, ""), (404, "entity.not_found")],
        handler: || delete(roles::unassign),
    },
    Operation {
        method: "GET",
        path: "/users/{userId}/sessions",
        tag: TAG,
        summary: "Lists the sessions of a user that stand",
        request: None,
        query: &[],
        responses: &[(200, "sessions")],
        handler: || get(sessions::list),
    },
    Operation {
        method: "GET",
        path: "/users/{userId}/sessions/{sessionId}",
        tag: TAG,
        summary: "Reads a session",
        request: None,
        query: &[],
        responses: &[(200, "session"), (404, "oidc.session_not_found")],
        handler: || get(sessions::read),
    },
    Operation {
        method: "DELETE",
        path: "/users/{userId}/sessions/{sessionId}",
        tag: TAG,
        summary: "Ends a session, and its grants if revokeGrantsTarget says so",
        request: None,
        query: &[],
        responses: &[
            (204, "nothing"),
            (400, "guard.invalid_input"),
            (404, "oidc.session_not_found"),
            (404, "oidc.invalid_session_account_id"),
        ],
        handler: || delete(sessions::end),
    },
    Operation {
        method: "GET",
        path: "/users/{userId}/grants",
        tag: TAG,
        summary: "Lists what a user granted to applications",
        request: None,
        query: &[],
        responses: &[(200, "grants"), (400, "guard.invalid_input")],
        handler: || get(grants::list),
    },
    Operation {
        method: "DELETE",
        path: "/users/{userId}/grants/{grantId}",
        tag: TAG,
        summary: "Revokes a grant with all its tokens",
        request: None,
        query: &[],
        responses: &[(204, "nothing"), (404, "oidc.invalid_grant")],
        handler: || delete(grants::revoke),
    },
];

fn create_schema() -> Value {
    json!({"type": "object", "properties": {
        "username": {"type": "string", "maxLength": 128, "pattern": "^[A-Z_a-z]\\w*$"},
        "primaryEmail": {"type": "string", "maxLength": 128, "format": "email"},
        "primaryPhone": {"type": "string", "maxLength": 128, "pattern": "^\\d+$"},
        "name": {"type": "string", "maxLength": 128},
        "avatar": {"type": ["string", "null"], "maxLength": 2048},
        "customData": {"type": "object"},
        "profile": profile(),
        "password": {"type": "string", "minLength": 1},
        "passwordDigest": {"type": "string", "maxLength": 256},
        "passwordAlgorithm": {"type": "string", "enum": [
            "Argon2i", "Argon2id", "Argon2d", "SHA1", "SHA256", "MD5", "Bcrypt", "Legacy",
        ]},
    }})
}

fn change_schema() -> Value {
    json!({"type": "object", "minProperties": 1, "properties": {
        "username": {"type": ["string", "null"], "maxLength": 128},
        "primaryEmail": {"type": ["string", "null"], "maxLength": 128},
        "primaryPhone": {"type": ["string", "null"], "maxLength": 128},
        "name": {"type": ["string", "null"], "maxLength": 128},
        "avatar": {"type": ["string", "null"], "maxLength": 2048},
        "customData": {"type": "object"},
        "profile": profile(),
    }})
}

fn profile() -> Value {
    let texts = |names: &[&str]| {
        let members = names.iter().map(|name| ((*name).to_owned(), json!({"type": "string"})));
        members.collect::<serde_json::Map<_, _>>()
    };
    let mut members = texts(&[
        "familyName",
        "givenName",
        "middleName",
        "nickname",
        "preferredUsername",
        "profile",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
    ]);
    let address =
        texts(&["formatted", "streetAddress", "locality", "region", "postalCode", "country"]);
    members.insert("address".into(), json!({"type": "object", "properties": address}));
    json!({"type": "object", "properties": members})
}

fn of(member: &str, schema: Value) -> Value {
    json!({"type": "object", "required": [member], "properties": {member: schema}})
}

fn custom_data_schema() -> Value {
    of("customData", json!({"type": "object"}))
}

fn profile_schema() -> Value {
    of("profile", profile())
}

fn password_schema() -> Value {
    of("password", json!({"type": "string", "minLength": 1}))
}

fn suspension_schema() -> Value {
    of("isSuspended", json!({"type": "boolean"}))
}

fn roles_schema() -> Value {
    of("roleIds", json!({"type": "array", "items": {"type": "string", "minLength": 1}}))
}
