//! A private key made ready to sign many tokens.

use std::{borrow::Cow, fmt, sync::Arc};

use serde_json::Value;

use super::{Algorithm, KeyError, PrivateKey, PublicJwk};
use crate::encoding::base64url;

/// Type of a JWT access token (RFC 9068 2.1), whose header is kept ready.
const ACCESS_TOKEN: &str = "at+jwt";

/// Signs with one key; clones share it.
#[derive(Clone)]
pub struct Signer(Arc<Ready>);

struct Ready {
    key: PrivateKey,
    /// Encoded JOSE headers without `typ` and of an access token.
    header_plain: String,
    header_access_token: String,
}

impl Signer {
    /// From a private key, whose headers are encoded once.
    pub fn new(key: PrivateKey) -> Self {
        let header_plain = encode_header(key.public_jwk(), None);
        let header_access_token = encode_header(key.public_jwk(), Some(ACCESS_TOKEN));
        Self(Arc::new(Ready { key, header_plain, header_access_token }))
    }

    /// The key id.
    pub fn kid(&self) -> &str {
        self.public_jwk().kid()
    }

    /// What it signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.0.key.algorithm()
    }

    /// The public half.
    pub fn public_jwk(&self) -> &PublicJwk {
        self.0.key.public_jwk()
    }

    /// A signature in JOSE form: `r || s` in fixed width for ECDSA.
    ///
    /// # Errors
    /// [`KeyError::Signing`] if the key gives no signature.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.0.key.sign(message)
    }

    /// The JOSE header, as base64url.
    pub(crate) fn header(&self, typ: Option<&str>) -> Cow<'_, str> {
        match typ {
            None => Cow::Borrowed(&self.0.header_plain),
            Some(ACCESS_TOKEN) => Cow::Borrowed(&self.0.header_access_token),
            other => Cow::Owned(encode_header(self.public_jwk(), other)),
        }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Signer")
            .field("kid", &self.kid())
            .field("algorithm", &self.algorithm())
            .finish_non_exhaustive()
    }
}

fn encode_header(jwk: &PublicJwk, typ: Option<&str>) -> String {
    // Key ids made here are base64url, so only the type can need escaping.
    let typ = typ.map_or_else(String::new, |typ| format!(r#","typ":{}"#, Value::from(typ)));
    let (alg, kid) = (jwk.algorithm(), jwk.kid());
    base64url(format!(r#"{{"alg":"{alg}","kid":"{kid}"{typ}}}"#).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared<T: Clone + Send + Sync>(_: &T) {}

    #[test]
    fn signer_can_be_shared_between_threads() {
        let signer = Signer::new(PrivateKey::generate(Algorithm::EdDSA).unwrap());
        shared(&signer);
        assert_eq!(signer.clone().kid(), signer.kid());
    }

    #[test]
    fn header_is_the_same_whether_it_was_kept_ready_or_not() {
        let signer = Signer::new(PrivateKey::generate(Algorithm::ES256).unwrap());
        for typ in [None, Some("at+jwt"), Some("logout+jwt"), Some("\"quoted\"")] {
            let header = crate::encoding::from_base64url(&signer.header(typ)).unwrap();
            let header: Value = serde_json::from_slice(&header).unwrap();
            assert_eq!(header["alg"], "ES256");
            assert_eq!(header["kid"], signer.kid());
            assert_eq!(header.get("typ").and_then(Value::as_str), typ);
        }
    }
}
