//! Compact JWS tokens of others: clients' assertions, request objects and proofs of possession.
//!
//! Such a token is read first and believed only after [`ForeignToken::verify_by_key`] or
//! [`ForeignToken::verify_by_secret`]. Which of the two, and which algorithms count, is the caller's
//! to say: a key verifies only algorithms of its own type, and a secret only `HS256`, so no token
//! can have a public key taken for a secret.

use std::fmt;

use aws_lc_rs::hmac;
use serde::{Deserialize, Deserializer, de::IgnoredAny};
use serde_json::{Map, Value};

use crate::{
    encoding::from_base64url,
    jwt::{JwtError, TOKEN_BYTES_MAX},
    key::{ForeignKey, ForeignKeys},
};

/// Most keys that are tried for a token that names none.
const TRIES_MAX: usize = 5;

/// An algorithm in which others may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JwsAlgorithm {
    /// HMAC with SHA-256: only by a shared secret.
    HS256,
    /// RSA PKCS #1 v1.5 with SHA-256.
    RS256,
    /// RSA PSS with SHA-256.
    PS256,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// ECDSA on P-384 with SHA-384.
    ES384,
    /// The name of RFC 9864 for Ed25519.
    Ed25519,
    /// The name of RFC 8037; only on Ed25519 here.
    EdDSA,
}

impl JwsAlgorithm {
    /// Those with a public key, in the order of discovery.
    pub const ASYMMETRIC: [Self; 6] =
        [Self::RS256, Self::PS256, Self::ES256, Self::ES384, Self::Ed25519, Self::EdDSA];

    /// The name in JOSE headers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::RS256 => "RS256",
            Self::PS256 => "PS256",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::Ed25519 => "Ed25519",
            Self::EdDSA => "EdDSA",
        }
    }

    /// Reads a name; `none` is no algorithm.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ASYMMETRIC
            .into_iter()
            .chain([Self::HS256])
            .find(|algorithm| algorithm.as_str() == name)
    }
}

/// A token of somebody else, read but not believed yet.
pub struct ForeignToken {
    algorithm: JwsAlgorithm,
    kid: Option<String>,
    typ: Option<String>,
    jwk: Option<Map<String, Value>>,
    message: String,
    signature: Vec<u8>,
    claims: Map<String, Value>,
}

impl ForeignToken {
    /// Reads a compact token.
    ///
    /// # Errors
    /// [`JwtError::TooLong`], [`JwtError::Malformed`], [`JwtError::Algorithm`] for `none` or an
    /// unknown one, [`JwtError::Critical`].
    pub fn parse(token: &str) -> Result<Self, JwtError> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(JwtError::TooLong);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(JwtError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(JwtError::Malformed)?;
        let header: RawHeader = read_json(header)?;
        if header.crit {
            return Err(JwtError::Critical);
        }
        Ok(Self {
            algorithm: JwsAlgorithm::parse(&header.alg).ok_or(JwtError::Algorithm)?,
            kid: header.kid,
            typ: header.typ,
            jwk: header.jwk,
            message: message.to_owned(),
            signature: from_base64url(signature).ok_or(JwtError::Malformed)?,
            claims: read_json(claims)?,
        })
    }

    /// In which algorithm it claims to be signed.
    pub fn algorithm(&self) -> JwsAlgorithm {
        self.algorithm
    }

    /// The key that it names.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The type, as written.
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// The key that it carries.
    pub fn jwk(&self) -> Option<&Map<String, Value>> {
        self.jwk.as_ref()
    }

    /// What it claims, for finding out who may have signed it. Believe nothing of it.
    pub fn unverified_claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// The claims, if this key signed them.
    ///
    /// # Errors
    /// [`JwtError::Signature`], also for an algorithm that the key does not fit.
    pub fn verify_by_key(&self, key: &ForeignKey) -> Result<&Map<String, Value>, JwtError> {
        if key.verify(self.algorithm, self.message.as_bytes(), &self.signature) {
            Ok(&self.claims)
        } else {
            Err(JwtError::Signature)
        }
    }

    /// The claims, if one of these keys signed them.
    ///
    /// # Errors
    /// [`JwtError::KeyUnknown`] if none has the id that the header names; [`JwtError::Signature`].
    pub fn verify_by_keys(&self, keys: &ForeignKeys) -> Result<&Map<String, Value>, JwtError> {
        let mut candidates = keys.candidates(self.kid()).take(TRIES_MAX).peekable();
        if candidates.peek().is_none() {
            return Err(JwtError::KeyUnknown);
        }
        candidates.find_map(|key| self.verify_by_key(key).ok()).ok_or(JwtError::Signature)
    }

    /// The claims, if they were signed with this secret by `HS256`.
    ///
    /// # Errors
    /// [`JwtError::Algorithm`] for any other algorithm, [`JwtError::Signature`].
    pub fn verify_by_secret(&self, secret: &[u8]) -> Result<&Map<String, Value>, JwtError> {
        if self.algorithm != JwsAlgorithm::HS256 {
            return Err(JwtError::Algorithm);
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        hmac::verify(&key, self.message.as_bytes(), &self.signature)
            .map(|()| &self.claims)
            .map_err(|_| JwtError::Signature)
    }
}

impl fmt::Debug for ForeignToken {
    /// Without what would let somebody present it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ForeignToken")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .field("typ", &self.typ)
            .finish_non_exhaustive()
    }
}

/// Header members that are looked at; keys by reference (`jku`, `x5u`) are not among them.
#[derive(Deserialize)]
struct RawHeader {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    jwk: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "is_present")]
    crit: bool,
}

/// True for a member of any value, `null` included.
fn is_present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

fn read_json<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, JwtError> {
    let json = from_base64url(part).ok_or(JwtError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| JwtError::Malformed)
}

/// Signs claims as others do, for tests of what verifies them.
pub mod signing {
    use aws_lc_rs::hmac;
    use serde_json::{Value, json};

    use crate::{
        encoding::base64url,
        key::{KeyError, Signer},
    };

    /// A token whose header is `header` and the `alg` of the key.
    ///
    /// # Errors
    /// [`KeyError::Signing`]
    pub fn by_key(signer: &Signer, header: &Value, claims: &Value) -> Result<String, KeyError> {
        let message = message(signer.algorithm().as_str(), header, claims);
        let signature = signer.sign(message.as_bytes())?;
        Ok(format!("{message}.{}", base64url(&signature)))
    }

    /// A token signed by `HS256`.
    pub fn by_secret(secret: &[u8], header: &Value, claims: &Value) -> String {
        let message = message("HS256", header, claims);
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let signature = hmac::sign(&key, message.as_bytes());
        format!("{message}.{}", base64url(signature.as_ref()))
    }

    /// A token that nobody signed.
    pub fn unsigned(header: &Value, claims: &Value) -> String {
        format!("{}.", message("none", header, claims))
    }

    fn message(alg: &str, header: &Value, claims: &Value) -> String {
        let mut header = header.clone();
        if let Some(members) = header.as_object_mut() {
            members.entry("alg").or_insert_with(|| json!(alg));
        }
        let part = |json: &Value| base64url(json.to_string().as_bytes());
        format!("{}.{}", part(&header), part(claims))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::key::{Algorithm, PrivateKey, Signer};

    fn signer(algorithm: Algorithm) -> Signer {
        Signer::new(PrivateKey::generate(algorithm).unwrap())
    }

    fn keys(signer: &Signer) -> ForeignKeys {
        ForeignKeys::try_new(&json!({"keys": [signer.public_jwk()]})).unwrap()
    }

    #[test]
    fn token_of_each_kind_of_key_is_verified() {
        for algorithm in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384] {
            let signer = signer(algorithm);
            let token = signing::by_key(&signer, &json!({}), &json!({"sub": "a"})).unwrap();
            let token = ForeignToken::parse(&token).unwrap();
            assert_eq!(token.verify_by_keys(&keys(&signer)).unwrap()["sub"], "a");
            assert!(token.verify_by_keys(&keys(&self::signer(algorithm))).is_err());
        }
    }

    #[test]
    fn rsa_key_verifies_both_paddings_each_under_its_own_name() {
        use aws_lc_rs::{rand::SystemRandom, rsa, signature};
        let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
        let public = signature::KeyPair::public_key(&pair);
        let number = |bytes: &[u8]| crate::encoding::base64url(bytes);
        let jwk = json!({
            "kty": "RSA",
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
        });
        let keys = ForeignKeys::try_new(&json!({"keys": [jwk]})).unwrap();
        let sign = |padding: &'static dyn signature::RsaEncoding, alg: &str| {
            let part = |json: Value| number(json.to_string().as_bytes());
            let message = format!("{}.{}", part(json!({"alg": alg})), part(json!({})));
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(padding, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
            ForeignToken::parse(&format!("{message}.{}", number(&signature))).unwrap()
        };
        assert!(sign(&signature::RSA_PSS_SHA256, "PS256").verify_by_keys(&keys).is_ok());
        assert!(sign(&signature::RSA_PKCS1_SHA256, "RS256").verify_by_keys(&keys).is_ok());
        assert!(sign(&signature::RSA_PSS_SHA256, "RS256").verify_by_keys(&keys).is_err());
        assert!(sign(&signature::RSA_PKCS1_SHA256, "PS256").verify_by_keys(&keys).is_err());
    }

    #[test]
    fn public_key_is_never_taken_for_a_secret() {
        let signer = signer(Algorithm::ES256);
        let jwk = serde_json::to_string(signer.public_jwk()).unwrap();
        let header = json!({"kid": signer.kid()});
        let forged = signing::by_secret(jwk.as_bytes(), &header, &json!({"sub": "a"}));
        let forged = ForeignToken::parse(&forged).unwrap();
        assert!(matches!(forged.verify_by_keys(&keys(&signer)), Err(JwtError::Signature)));
    }

    #[test]
    fn secret_verifies_no_algorithm_but_its_own() {
        let token = signing::by_secret(b"secret", &json!({}), &json!({}));
        let token = ForeignToken::parse(&token).unwrap();
        assert!(token.verify_by_secret(b"secret").is_ok());
        assert!(matches!(token.verify_by_secret(b"other"), Err(JwtError::Signature)));
        let named = signing::by_secret(b"secret", &json!({"alg": "ES256"}), &json!({}));
        let named = ForeignToken::parse(&named).unwrap();
        assert!(matches!(named.verify_by_secret(b"secret"), Err(JwtError::Algorithm)));
    }

    #[test]
    fn unsigned_and_malformed_tokens_are_not_even_read() {
        let unsigned = signing::unsigned(&json!({}), &json!({}));
        assert!(matches!(ForeignToken::parse(&unsigned), Err(JwtError::Algorithm)));
        for name in ["None", "NONE", "nOnE", "", "HS384", "RS1"] {
            let token = signing::by_secret(b"s", &json!({"alg": name}), &json!({}));
            assert!(matches!(ForeignToken::parse(&token), Err(JwtError::Algorithm)), "{name}");
        }
        let critical = signing::by_secret(b"s", &json!({"crit": ["b64"]}), &json!({}));
        assert!(matches!(ForeignToken::parse(&critical), Err(JwtError::Critical)));
        for text in ["", "a", "a.b", "a.b.c", "e30.e30.", "e30.e30.e30.e30"] {
            assert!(ForeignToken::parse(text).is_err(), "{text}");
        }
        let long = format!("{}.e30.", "e".repeat(TOKEN_BYTES_MAX));
        assert!(matches!(ForeignToken::parse(&long), Err(JwtError::TooLong)));
    }

    #[test]
    fn token_that_names_a_key_is_verified_by_no_other() {
        let signer = signer(Algorithm::EdDSA);
        let token = signing::by_key(&signer, &json!({"kid": "other"}), &json!({})).unwrap();
        let token = ForeignToken::parse(&token).unwrap();
        assert!(matches!(token.verify_by_keys(&keys(&signer)), Err(JwtError::KeyUnknown)));
    }
}
