//! The ring of signing keys: one signs, the one before it only verifies.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use crypto::key::{KeyError, PrivateKey};
use domain::{SigningKey, SigningKeyCommand};
use events::{SigningAlgorithm, SigningKeyId};
use projections::{Keys, SigningKeyRow, SigningKeyStatus};
use serde::{Deserialize, Serialize};

use super::key_not_found;
use crate::{
    http::{administrator::Administrator, error::ApiError},
    ids::{ID_CHARS, parse},
    keys::algorithm,
};

/// What a new key shall sign with, by the name of the contract or of JOSE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum WishedAlgorithm {
    /// RSA of 4096 bits.
    #[serde(rename = "RSA", alias = "RS256")]
    Rsa,
    /// ECDSA on P-384.
    #[serde(rename = "EC", alias = "ES384")]
    Ec,
    /// ECDSA on P-256.
    #[serde(rename = "ES256")]
    P256,
    /// Ed25519.
    #[serde(rename = "Ed25519", alias = "EdDSA", alias = "OKP")]
    Ed25519,
}

/// A signing key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningKeyView {
    id: SigningKeyId,
    created_at: i64,
    signing_key_algorithm: &'static str,
    status: &'static str,
}

/// The keys in the order next, current, previous.
///
/// # Errors
/// Only failures of the machinery.
pub fn list(admin: &Administrator) -> Result<Vec<SigningKeyView>, ApiError> {
    let site = &admin.call.site;
    let mut rows = site.app().views.reader::<Keys>().signing(site.tenant())?;
    rows.sort_by_key(|row| match row.status {
        SigningKeyStatus::Next => 0,
        SigningKeyStatus::Current => 1,
        SigningKeyStatus::Previous => 2,
    });
    Ok(rows.into_iter().map(view).collect())
}

/// Signs with a new key at once; its algorithm is that of the current key if none is wished for.
///
/// # Errors
/// 422 `oidc.invalid_request` while a key waits.
pub async fn rotate(
    admin: &Administrator,
    wished: Option<WishedAlgorithm>,
) -> Result<Option<u64>, ApiError> {
    let site = &admin.call.site;
    let log = &site.app().log;
    let chosen = match wished {
        Some(WishedAlgorithm::Rsa) => SigningAlgorithm::RS256,
        Some(WishedAlgorithm::Ec) => SigningAlgorithm::ES384,
        Some(WishedAlgorithm::P256) => SigningAlgorithm::ES256,
        Some(WishedAlgorithm::Ed25519) => SigningAlgorithm::EdDSA,
        None => {
            let ring = log.load::<SigningKey>(site.tenant(), &()).await?.state;
            ring.current().map_or(SigningAlgorithm::EdDSA, |key| key.algorithm)
        }
    };
    // An RSA key takes seconds of a core.
    let made = tokio::task::spawn_blocking(move || material(chosen)).await;
    let (public_jwk, pkcs8) = made.map_err(ApiError::internal)?.map_err(ApiError::internal)?;
    let command = SigningKeyCommand::RotateSigningKey {
        key: parse(&site.app().random.id(ID_CHARS))?,
        algorithm: chosen,
        public_jwk: serde_json::to_value(public_jwk).map_err(ApiError::internal)?,
        pkcs8,
    };
    Ok(log.execute::<SigningKey>(&admin.context(), &(), command).await?.position)
}

/// Deletes a previous key: what it signed no longer verifies.
///
/// # Errors
/// 404 `oidc.key_not_found`, 422 `oidc.key_required`, `oidc.only_previous_key_can_be_deleted`
pub async fn delete(admin: &Administrator, key: &str) -> Result<Option<u64>, ApiError> {
    let key: SigningKeyId = key.parse().map_err(|_| key_not_found())?;
    let command = SigningKeyCommand::DeleteSigningKey { key };
    let log = &admin.call.site.app().log;
    Ok(log.execute::<SigningKey>(&admin.context(), &(), command).await?.position)
}

fn material(chosen: SigningAlgorithm) -> Result<(crypto::key::PublicJwk, String), KeyError> {
    let key = PrivateKey::generate(algorithm(chosen))?;
    let pkcs8 = URL_SAFE_NO_PAD.encode(&*key.to_pkcs8()?);
    Ok((key.public_jwk().clone(), pkcs8))
}

fn view(row: SigningKeyRow) -> SigningKeyView {
    SigningKeyView {
        id: row.id,
        created_at: row.created_at,
        signing_key_algorithm: match row.algorithm {
            SigningAlgorithm::EdDSA => "OKP",
            SigningAlgorithm::ES256 | SigningAlgorithm::ES384 => "EC",
            SigningAlgorithm::RS256 => "RSA",
        },
        status: match row.status {
            SigningKeyStatus::Next => "Next",
            SigningKeyStatus::Current => "Current",
            SigningKeyStatus::Previous => "Previous",
        },
    }
}
