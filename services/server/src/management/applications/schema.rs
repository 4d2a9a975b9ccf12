//! JSON schemas of the bodies of applications, for the documentation.

use serde_json::{Value, json};

fn texts() -> Value {
    json!({"type": "array", "items": {"type": "string"}})
}

fn settings() -> Value {
    json!({
        "name": {"type": "string", "minLength": 1, "maxLength": 256},
        "description": {"type": ["string", "null"]},
        "oidcClientMetadata": {
            "type": "object",
            "properties": {
                "redirectUris": texts(),
                "postLogoutRedirectUris": texts(),
                "backchannelLogoutUri": {"type": "string", "format": "uri"},
                "backchannelLogoutSessionRequired": {"type": "boolean"},
                "logoUri": {"type": "string"},
                "tokenEndpointAuthMethod": {
                    "enum": protocol::client::ClientAuthMethod::NAMED
                        .map(protocol::client::ClientAuthMethod::as_str),
                },
                "jwks": {"type": "object", "description": "Public keys (RFC 7517)."},
                "jwksUri": {"type": "string", "format": "uri"},
                "idTokenSignedResponseAlg": {"type": "string"},
                "authorizationSignedResponseAlg": {"type": "string"},
                "dpopBoundAccessTokens": {"type": "boolean", "default": false},
                "requirePushedAuthorizationRequests": {"type": "boolean", "default": false},
                "requireSignedRequestObject": {"type": "boolean", "default": false},
            },
        },
        "customClientMetadata": {
            "type": "object",
            "properties": {
                "corsAllowedOrigins": texts(),
                "idTokenTtl": {"type": "integer", "minimum": 1, "default": 3600},
                "refreshTokenTtlInDays": {"type": "integer", "minimum": 1, "maximum": 180},
                "alwaysIssueRefreshToken": {"type": "boolean"},
                "rotateRefreshToken": {"type": "boolean", "default": true},
                "allowTokenExchange": {"type": "boolean", "default": false},
                "isDeviceFlow": {"type": "boolean"},
                "isPkceRequired": {"type": "boolean", "default": true},
                "maxAllowedGrants": {"type": "integer", "minimum": 1},
                "securityProfile": {"enum": ["fapi2"]},
            },
        },
        "customData": {"type": "object"},
    })
}

/// Body of `POST /applications`.
pub(super) fn create() -> Value {
    let fixed = json!({
        "type": {"enum": ["Native", "SPA", "Traditional", "MachineToMachine"]},
        "isThirdParty": {"type": "boolean", "default": false},
    });
    json!({
        "type": "object",
        "required": ["name", "type"],
        "allOf": [{"properties": settings()}, {"properties": fixed}],
    })
}

/// Body of `PATCH /applications/{id}`.
pub(super) fn change() -> Value {
    json!({"type": "object", "minProperties": 1, "properties": settings()})
}

/// Any object.
pub(super) fn object() -> Value {
    json!({"type": "object"})
}

/// Body of `POST /applications/{id}/secrets`.
pub(super) fn create_secret() -> Value {
    json!({
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 256},
            "expiresAt": {"type": ["integer", "null"], "description": "Milliseconds since 1970."},
        },
    })
}

/// Body of `PATCH /applications/{id}/secrets/{name}`.
pub(super) fn rename_secret() -> Value {
    json!({
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 256}},
    })
}

/// Body of `POST` and `PUT /applications/{id}/roles`.
pub(super) fn roles() -> Value {
    json!({"type": "object", "required": ["roleIds"], "properties": {"roleIds": texts()}})
}
