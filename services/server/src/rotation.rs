//! Keys are made, and take the place of those before them: at once, or after a time in which others
//! can learn them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use crypto::key::PrivateKey;
use domain::{
    CookieKey, CookieKeyCommand, NewSigningKey, SigningKey, SigningKeyCommand, SigningKeyRefusal,
};
use events::SigningAlgorithm;
use store::Context;

use crate::{
    call::Call,
    http::error::ApiError,
    ids::{ID_CHARS, parse},
    keys::algorithm,
};

/// What a new signing key shall be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rotation {
    /// What it signs with; that of the current key if none is named.
    pub algorithm: Option<SigningAlgorithm>,
    /// How long it is published before it signs; 0 = it signs at once.
    pub grace_seconds: u32,
}

/// Makes a signing key and publishes it; without a grace period it signs at once, and the current
/// one only verifies. Waits until all of that shows.
///
/// # Errors
/// 422 `oidc.invalid_request` for a rotation at once while a key waits.
pub(crate) async fn rotate_signing_key(
    call: &Call,
    context: &Context,
    rotation: Rotation,
) -> Result<(), ApiError> {
    let app = call.site.app();
    let ring = app.log.load::<SigningKey>(call.site.tenant(), &()).await?.state;
    if rotation.grace_seconds == 0 && ring.next().is_some() {
        // Told before a key is made: that can take seconds.
        return Err(ApiError::refused(&SigningKeyRefusal::NextIsWaiting));
    }
    let current = || ring.current().map_or(SigningAlgorithm::EdDSA, |key| key.algorithm);
    let new = make(call, rotation.algorithm.unwrap_or_else(current)).await?;
    let command = if rotation.grace_seconds == 0 {
        SigningKeyCommand::RotateSigningKey(new)
    } else {
        let effective_at = call.now.plus_seconds(i64::from(rotation.grace_seconds));
        SigningKeyCommand::StageSigningKey { new, effective_at }
    };
    let done = app.log.execute::<SigningKey>(context, &(), command).await?;
    Ok(call.settle(done.position).await?)
}

async fn make(call: &Call, recorded: SigningAlgorithm) -> Result<NewSigningKey, ApiError> {
    let wanted = algorithm(recorded);
    // An RSA key takes seconds: not on a thread that serves requests.
    let made = tokio::task::spawn_blocking(move || {
        let key = PrivateKey::generate(wanted)?;
        let pkcs8 = URL_SAFE_NO_PAD.encode(&*key.to_pkcs8()?);
        Ok::<_, crypto::key::KeyError>((key, pkcs8))
    });
    let made = made.await.map_err(ApiError::internal)?;
    let (key, pkcs8) = made.map_err(ApiError::internal)?;
    Ok(NewSigningKey {
        key: parse(&call.site.app().random.id(ID_CHARS))?,
        algorithm: recorded,
        public_jwk: serde_json::to_value(key.public_jwk()).map_err(ApiError::internal)?,
        pkcs8,
    })
}

/// Signs cookies with a new key; the one before still verifies, an older one no more.
///
/// # Errors
/// Only failures of the machinery.
pub(crate) async fn rotate_cookie_key(call: &Call, context: &Context) -> Result<(), ApiError> {
    let app = call.site.app();
    let command = CookieKeyCommand::RotateCookieKey {
        key: parse(&app.random.id(ID_CHARS))?,
        secret: URL_SAFE_NO_PAD.encode(app.random.bytes::<32>()),
    };
    let done = app.log.execute::<CookieKey>(context, &(), command).await?;
    Ok(call.settle(done.position).await?)
}
