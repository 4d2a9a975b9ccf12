//! Tokens that we are said to have signed: none verifies but those that we signed.

use std::sync::LazyLock;

use crypto::jwt::{self, KeySet};
use protocol::jwt_claims::JwtClaims;
use serde_json::{Value, json};

use crate::holder::SIGNER;

static KEYS: LazyLock<KeySet> =
    LazyLock::new(|| KeySet::try_new(vec![SIGNER.public_jwk().clone()]).unwrap());

/// The claims of the only token that was ever signed.
fn claims() -> Value {
    json!({"iss": crate::ISSUER, "sub": "u", "aud": "app", "exp": 2, "iat": 1})
}

/// Verifies the input as it is, and signed by us as claims.
pub fn run(input: &[u8]) {
    let keys = &*KEYS;
    if let Ok(verified) = keys.verify(&crate::text(input)) {
        assert_eq!(verified.claims, claims(), "a token was forged");
    }
    // Claims of any shape: what we would read after a right signature.
    if let Ok(value) = serde_json::from_slice::<Value>(input) {
        let token = jwt::mint(&SIGNER, None, &value).unwrap();
        let is_short = token.len() <= jwt::TOKEN_BYTES_MAX;
        let read = keys.verify(&token);
        assert_eq!(read.is_ok(), is_short && value.is_object());
        if let Ok(read) = read {
            let _: Result<JwtClaims, _> = serde_json::from_value(read.claims);
        }
    }
}
