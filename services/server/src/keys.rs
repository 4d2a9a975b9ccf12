//! The key rings of a tenant, parsed once from the view.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use crypto::{
    digest::KeyedDigest,
    jwt::KeySet,
    key::{Algorithm, PrivateKey, PublicJwk, Signer},
};
use events::{SigningAlgorithm, TenantId};
use projections::{Keys as KeysView, QueryError, Reader, SigningKeyStatus};

use crate::cookies::CookieKeys;

/// The keys of a tenant, ready to use.
pub(crate) struct Keys {
    /// Signs tokens: the current key.
    pub signer: Signer,
    /// Keys that signed before and are still published, newest first, for clients that fixed an
    /// algorithm. A key that waits for its moment is not among them: clients may not know it yet.
    pub previous: Vec<Signer>,
    /// Verifies tokens: every published key.
    pub verifying: Arc<KeySet>,
    /// What the JWKS shows, in its order.
    pub published: Arc<Vec<PublicJwk>>,
    /// Signs and verifies cookies.
    pub cookies: Arc<CookieKeys>,
}

/// Reads and parses the keys of a tenant.
///
/// # Errors
/// [`KeysError`] if the view cannot be read or holds what is no key.
pub(crate) fn load_keys(view: &Reader<KeysView>, tenant: &TenantId) -> Result<Keys, KeysError> {
    let mut published = Vec::new();
    let mut signer = None;
    let mut previous = Vec::new();
    for row in view.signing(tenant)? {
        let jwk: PublicJwk = serde_json::from_value(row.public_jwk).map_err(unusable)?;
        published.push(jwk);
        let is_current = match row.status {
            SigningKeyStatus::Current => true,
            SigningKeyStatus::Previous => false,
            SigningKeyStatus::Next => continue,
        };
        let Some(pkcs8) = row.pkcs8 else {
            if is_current {
                return Err(KeysError::NoKey);
            }
            continue;
        };
        let bytes = URL_SAFE_NO_PAD.decode(&pkcs8).map_err(unusable)?;
        let key = PrivateKey::try_from_pkcs8(algorithm(row.algorithm), &bytes);
        let key = Signer::new(key.map_err(unusable)?);
        if is_current {
            signer = Some(key);
        } else {
            previous.push(key);
        }
    }
    let mut cookies = Vec::new();
    for row in view.cookie(tenant)? {
        let secret = row.secret.unwrap_or_default();
        let bytes = URL_SAFE_NO_PAD.decode(&secret).map_err(unusable)?;
        cookies.extend(<[u8; 32]>::try_from(bytes).map(KeyedDigest::new));
    }
    Ok(Keys {
        signer: signer.ok_or(KeysError::NoKey)?,
        previous,
        verifying: Arc::new(KeySet::try_new(published.clone()).map_err(unusable)?),
        published: Arc::new(published),
        cookies: Arc::new(CookieKeys::new(cookies, tenant.as_str())),
    })
}

/// Why the keys of a tenant cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The view cannot be read.
    #[error("the keys cannot be read")]
    Query(#[from] QueryError),
    /// There is no current signing key, or its private part is gone.
    #[error("the tenant has no usable signing key")]
    NoKey,
    /// What the view holds is no key.
    #[error("a key of the tenant is unusable")]
    Unusable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

fn unusable(cause: impl std::error::Error + Send + Sync + 'static) -> KeysError {
    KeysError::Unusable(Box::new(cause))
}

/// The algorithm as the log names it, as the crypto crate names it.
pub(crate) fn algorithm(recorded: SigningAlgorithm) -> Algorithm {
    match recorded {
        SigningAlgorithm::EdDSA => Algorithm::EdDSA,
        SigningAlgorithm::ES256 => Algorithm::ES256,
        SigningAlgorithm::ES384 => Algorithm::ES384,
        SigningAlgorithm::RS256 => Algorithm::RS256,
    }
}
