//! Management tokens whose signature has been verified, so that a client that uses one token for
//! many calls pays for the elliptic curve once. Bounded; an entry dies with the key set it was
//! verified against and is worth nothing after its `exp`, which is checked on every use.

use std::sync::Arc;

use crypto::{digest::sha256, jwt::JwtError};
use moka::sync::Cache;
use protocol::{jwt_claims::JwtClaims, token::ACCESS_TOKEN_TYP};

use crate::{keys::KeysError, site::Site};

/// Most tokens remembered.
const TOKENS_MAX: u64 = 10_000;

/// The claims of a token and the position of the key set that it was verified against.
#[derive(Clone)]
struct Entry {
    keys_changed_at: u64,
    claims: Arc<JwtClaims>,
}

/// A bounded memory of verified tokens, by digest.
pub struct VerifiedTokens(Cache<[u8; 32], Entry>);

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self(Cache::new(TOKENS_MAX))
    }
}

/// Why a token does not verify.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The keys cannot be read.
    #[error("the signing keys cannot be read")]
    Keys(#[from] KeysError),
    /// The token is none of ours.
    #[error("the token does not verify")]
    Token(#[from] JwtError),
    /// It is no access token (RFC 9068 4).
    #[error("the token is no access token")]
    Type,
    /// Its claims are not what claims are.
    #[error("the token's claims cannot be read")]
    Claims(#[from] serde_json::Error),
}

impl VerifiedTokens {
    /// The claims of a token that one of the site's published keys signed.
    ///
    /// # Errors
    /// [`TokenError`]
    pub fn claims(&self, site: &Site, token: &str) -> Result<Arc<JwtClaims>, TokenError> {
        let (keys, keys_changed_at) = site.key_set()?;
        let digest = sha256(token.as_bytes());
        let held = self.0.get(&digest);
        if let Some(entry) = held.filter(|entry| entry.keys_changed_at == keys_changed_at) {
            return Ok(entry.claims);
        }
        let verified = keys.verify(token)?;
        if verified.header.typ.as_deref() != Some(ACCESS_TOKEN_TYP) {
            return Err(TokenError::Type);
        }
        let claims = Arc::new(serde_json::from_value::<JwtClaims>(verified.claims)?);
        self.0.insert(digest, Entry { keys_changed_at, claims: claims.clone() });
        Ok(claims)
    }
}
