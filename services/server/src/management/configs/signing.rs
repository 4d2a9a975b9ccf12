//! The ring of signing keys: one signs, one may wait for its moment, the one before only verifies.

use domain::{SigningKey, SigningKeyCommand};
use events::{SigningAlgorithm, SigningKeyId};
use projections::{Keys, SigningKeyRow, SigningKeyStatus};
use serde::{Deserialize, Serialize};

use super::key_not_found;
use crate::{
    http::{administrator::Administrator, error::ApiError},
    rotation::{Rotation, rotate_signing_key},
};

/// What a new key shall sign with, by the name of the contract or of JOSE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum WishedAlgorithm {
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
pub(super) struct SigningKeyView {
    id: SigningKeyId,
    created_at: i64,
    signing_key_algorithm: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_at: Option<i64>,
}

/// The keys in the order next, current, previous.
///
/// # Errors
/// Only failures of the machinery.
pub(super) fn list(admin: &Administrator) -> Result<Vec<SigningKeyView>, ApiError> {
    let site = &admin.call.site;
    let mut rows = site.app().views.reader::<Keys>().signing(site.tenant())?;
    rows.sort_by_key(|row| match row.status {
        SigningKeyStatus::Next => 0,
        SigningKeyStatus::Current => 1,
        SigningKeyStatus::Previous => 2,
    });
    Ok(rows.into_iter().map(view).collect())
}

/// Signs with a new key, at once or after a grace period in which others can learn it; its algorithm
/// is that of the current key if none is wished for.
///
/// # Errors
/// 422 `oidc.invalid_request` for a rotation at once while a key waits.
pub(super) async fn rotate(
    admin: &Administrator,
    wished: Option<WishedAlgorithm>,
    grace_seconds: u32,
) -> Result<(), ApiError> {
    let algorithm = wished.map(|wished| match wished {
        WishedAlgorithm::Rsa => SigningAlgorithm::RS256,
        WishedAlgorithm::Ec => SigningAlgorithm::ES384,
        WishedAlgorithm::P256 => SigningAlgorithm::ES256,
        WishedAlgorithm::Ed25519 => SigningAlgorithm::EdDSA,
    });
    rotate_signing_key(&admin.call, &admin.context(), Rotation { algorithm, grace_seconds }).await
}

/// Deletes a previous key: what it signed no longer verifies.
///
/// # Errors
/// 404 `oidc.key_not_found`, 422 `oidc.key_required`, `oidc.only_previous_key_can_be_deleted`
pub(super) async fn delete(admin: &Administrator, key: &str) -> Result<Option<u64>, ApiError> {
    let key: SigningKeyId = key.parse().map_err(|_| key_not_found())?;
    let command = SigningKeyCommand::DeleteSigningKey { key };
    let log = &admin.call.site.app().log;
    Ok(log.execute::<SigningKey>(&admin.context(), &(), command).await?.position)
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
        effective_at: row.effective_at.filter(|_| row.status == SigningKeyStatus::Next),
        status: match row.status {
            SigningKeyStatus::Next => "Next",
            SigningKeyStatus::Current => "Current",
            SigningKeyStatus::Previous => "Previous",
        },
    }
}
