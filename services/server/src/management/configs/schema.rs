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
            "rotationGracePeriod": {"type": "integer", "minimum": 0, "maximum": 0},
        },
    })
}
