//! A signing key is made and takes the place of the current one.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use crypto::key::PrivateKey;
use domain::{SigningKey, SigningKeyCommand};
use events::SigningAlgorithm;
use store::Context;

use crate::{
    call::Call,
    http::error::ApiError,
    ids::{ID_CHARS, parse},
    keys::algorithm,
};

/// Makes a key, promotes it, retires the current one and drops the one before; waits until tokens
/// are signed with it.
///
/// # Errors
/// As the decider says.
pub(crate) async fn rotate_signing_key(
    call: &Call,
    context: &Context,
    recorded: SigningAlgorithm,
) -> Result<(), ApiError> {
    let wanted = algorithm(recorded);
    // An RSA key takes seconds: not on a thread that serves requests.
    let made = tokio::task::spawn_blocking(move || {
        let key = PrivateKey::generate(wanted)?;
        let pkcs8 = URL_SAFE_NO_PAD.encode(&*key.to_pkcs8()?);
        Ok::<_, crypto::key::KeyError>((key, pkcs8))
    });
    let made = made.await.map_err(ApiError::internal)?;
    let (key, pkcs8) = made.map_err(ApiError::internal)?;
    let command = SigningKeyCommand::RotateSigningKey {
        key: parse(&call.site.app().random.id(ID_CHARS))?,
        algorithm: recorded,
        public_jwk: serde_json::to_value(key.public_jwk()).map_err(ApiError::internal)?,
        pkcs8,
    };
    let done = call.site.app().log.execute::<SigningKey>(context, &(), command).await?;
    Ok(call.settle(done.position).await?)
}
