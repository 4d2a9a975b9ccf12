//! JSON schema of the body of a rotation, for the documentation.

use serde_json::{Value, json};

/// Body of `POST /configs/oidc/{keyType}/rotate`.
pub(super) fn rotate() -> Value {
    json!({
        "type": "object",
        "properties": {
            "signingKeyAlgorithm": {
                "enum": ["RSA", "EC", "Ed25519", "ES256", "ES384"],
                "description": "EC means ES384. The current key's algorithm if absent.",
            },
            "rotationGracePeriod": {"type": "integer", "minimum": 0, "maximum": 4_294_967_295_u32, "default": 0,
                "description": "Seconds in which the key is published before it signs; not for cookie keys."},
        },
    })
}

/// Body of `PATCH /configs/oidc/session`.
pub(super) fn session() -> Value {
    json!({
        "type": "object",
        "properties": {
            "ttl": {
                "type": "integer", "minimum": 1, "maximum": 31_536_000,
                "description": "Seconds.",
            },
        },
    })
}

/// Body of `PUT /configs/id-token`.
pub(super) fn id_token() -> Value {
    json!({
        "type": "object",
        "properties": {
            "enabledExtendedClaims": {
                "type": "array",
                "items": {
                    "enum": [
                        "roles", "organizations", "organization_data", "organization_roles",
                        "custom_data", "identities", "sso_identities",
                    ],
                },
            },
        },
    })
}

/// Body of `PUT` and `PATCH /configs/jwt-customizer/{tokenTypePath}`.
pub(super) fn script() -> Value {
    json!({
        "type": "object",
        "required": ["script"],
        "additionalProperties": false,
        "properties": {
            "script": {
                "type": "string",
                "description": "JavaScript that defines the function `getCustomJwtClaims`.",
            },
            "environmentVariables": {
                "type": "object", "additionalProperties": {"type": "string"},
            },
            "blockIssuanceOnError": {"type": "boolean", "default": false},
            "tokenSample": {"type": "object"},
            "contextSample": {"type": "object"},
        },
    })
}

/// Body of `POST /configs/jwt-customizer/test`.
pub(super) fn try_script() -> Value {
    json!({
        "type": "object",
        "required": ["tokenType", "script", "token"],
        "additionalProperties": false,
        "properties": {
            "tokenType": {"enum": ["access-token", "client-credentials"]},
            "script": {"type": "string"},
            "environmentVariables": {
                "type": "object", "additionalProperties": {"type": "string"},
            },
            "token": {"type": "object"},
            "context": {"type": "object"},
        },
    })
}
