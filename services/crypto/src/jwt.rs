//! Compact JWS tokens: minted by a [`Signer`], verified against a [`KeySet`].
//!
//! Verification proves that a key of the set signed exactly this header and these claims, and nothing
//! more: issuer, audience, type and times are the protocol's to check. The key is found by `kid` and
//! fixes the algorithm, so a token cannot choose how it is verified.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};
use serde_json::{Map, Value};

use crate::{
    encoding::{from_base64url, push_base64url},
    key::{Algorithm, KeyError, PublicJwk, PublicKey, Signer},
};

/// Longest token that is looked at, in bytes.
pub const TOKEN_BYTES_MAX: usize = 16 * 1024;

/// Why a token cannot be minted or is not to be trusted.
#[derive(Debug, thiserror::Error)]
pub enum JwtError {
    /// The claims do not serialize.
    #[error("the claims cannot be written as JSON")]
    Claims(#[source] serde_json::Error),
    /// The key did not sign.
    #[error("the token cannot be signed")]
    Signing(#[source] KeyError),
    /// Longer than [`TOKEN_BYTES_MAX`].
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url with a JSON header and JSON claims.
    #[error("the token is malformed")]
    Malformed,
    /// The algorithm is unknown, symmetric, `none`, or not that of the key.
    #[error("the algorithm of the token is not accepted")]
    Algorithm,
    /// The header demands extensions (`crit`, RFC 7515 4.1.11), of which none are known.
    #[error("the token demands an unknown extension")]
    Critical,
    /// The header names no key.
    #[error("the token names no key")]
    KeyMissing,
    /// No key of the set has this id.
    #[error("the key of the token is unknown")]
    KeyUnknown,
    /// The signature is not that of the key.
    #[error("the signature is wrong")]
    Signature,
}

/// What a token's header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The algorithm, equal to that of the key.
    pub alg: Algorithm,
    /// The id of the key.
    pub kid: String,
    /// The type, as written.
    pub typ: Option<String>,
}

/// A token whose signature is right.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// Its header.
    pub header: Header,
    /// Its claims, always an object.
    pub claims: Value,
}

/// Signs `claims` into a compact token with header `alg`, `kid` and, if given, `typ`.
///
/// # Errors
/// [`JwtError::Claims`] if they do not serialize, [`JwtError::Signing`] if the key fails.
pub fn mint(
    signer: &Signer,
    typ: Option<&str>,
    claims: &impl Serialize,
) -> Result<String, JwtError> {
    let claims = serde_json::to_vec(claims).map_err(JwtError::Claims)?;
    let header = signer.header(typ);
    // Room for the longest signature, of RSA with 4096 bits.
    let mut token = String::with_capacity(header.len() + claims.len() * 4 / 3 + 700);
    token.push_str(&header);
    token.push('.');
    push_base64url(&mut token, &claims);
    let signature = signer.sign(token.as_bytes()).map_err(JwtError::Signing)?;
    token.push('.');
    push_base64url(&mut token, &signature);
    Ok(token)
}

/// Public keys by id, parsed once.
#[derive(Debug, Default)]
pub struct KeySet(HashMap<String, Entry>);

#[derive(Debug)]
struct Entry {
    algorithm: Algorithm,
    key: PublicKey,
}

impl KeySet {
    /// From the keys of a JWKS; of two with one id the later counts.
    ///
    /// # Errors
    /// As [`PublicKey::try_new`].
    pub fn try_new(jwks: Vec<PublicJwk>) -> Result<Self, KeyError> {
        let entry = |jwk: PublicJwk| {
            let (algorithm, key) = (jwk.algorithm(), PublicKey::try_new(&jwk)?);
            Ok((jwk.kid().to_owned(), Entry { algorithm, key }))
        };
        jwks.into_iter().map(entry).collect::<Result<_, _>>().map(Self)
    }

    /// Proves that a key of this set signed `token`, and reads it.
    ///
    /// # Errors
    /// Each variant of [`JwtError`] but the two of minting.
    pub fn verify(&self, token: &str) -> Result<Verified, JwtError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(JwtError::TooLong);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(JwtError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(JwtError::Malformed)?;
        let header = read_header(header)?;
        let entry = self.0.get(&header.kid).ok_or(JwtError::KeyUnknown)?;
        if entry.algorithm != header.alg {
            return Err(JwtError::Algorithm);
        }
        let signature = from_base64url(signature).ok_or(JwtError::Malformed)?;
        if !entry.key.verify(message.as_bytes(), &signature) {
            return Err(JwtError::Signature);
        }
        let claims = from_base64url(claims).ok_or(JwtError::Malformed)?;
        let claims = serde_json::from_slice::<Map<_, _>>(&claims);
        let claims = claims.map(Value::Object).map_err(|_| JwtError::Malformed)?;
        Ok(Verified { header, claims })
    }
}

/// Header members that are looked at; others are ignored, as RFC 7515 4 asks.
#[derive(Deserialize)]
struct RawHeader {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default, deserialize_with = "is_present")]
    crit: bool,
}

/// True for a member of any value, `null` included.
fn is_present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

fn read_header(text: &str) -> Result<Header, JwtError> {
    let json = from_base64url(text).ok_or(JwtError::Malformed)?;
    let raw = serde_json::from_slice::<RawHeader>(&json).map_err(|_| JwtError::Malformed)?;
    if raw.crit {
        return Err(JwtError::Critical);
    }
    let alg = raw.alg.parse().map_err(|_| JwtError::Algorithm)?;
    let kid = raw.kid.ok_or(JwtError::KeyMissing)?;
    Ok(Header { alg, kid, typ: raw.typ })
}

#[cfg(test)]
mod tests;
