//! Checks of tokens the way an API does it: by the published keys, with a library that is not ours.

use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{
    DecodingKey, Validation, decode, decode_header,
    jwk::{Jwk, JwkSet},
};
use serde_json::Value;

use crate::http::Http;

/// Reads the published keys.
///
/// # Errors
/// If they cannot be read.
pub async fn published_keys(http: &Http) -> Result<JwkSet> {
    let body = http.get("/oidc/jwks").await?.expect(200)?;
    serde_json::from_value(body).context("reading the JWKS")
}

/// The claims of a token whose signature one of the keys verifies. Audience is the caller's.
///
/// # Errors
/// If no key of the set signed it, it has expired or is no JWT.
pub fn verified_claims(token: &str, keys: &JwkSet) -> Result<Value> {
    let header = decode_header(token).context("reading the token's header")?;
    let kid = header.kid.as_deref().context("the token names no key")?;
    let key: &Jwk = keys.find(kid).context("the token's key is not published")?;
    let mut validation = Validation::new(header.alg);
    validation.validate_aud = false;
    let token = decode::<Value>(token, &DecodingKey::from_jwk(key)?, &validation)?;
    Ok(token.claims)
}

/// The header of a token, unchecked.
///
/// # Errors
/// If it is no JWT.
pub fn header(token: &str) -> Result<Value> {
    let part = token.split('.').next().context("empty token")?;
    Ok(serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part)?)?)
}
