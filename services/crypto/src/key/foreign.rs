//! Public keys of others: what a client registered, or what its proof carries.
//!
//! A foreign JWK need not say its `alg`: the key type decides which algorithms it can verify, and a
//! symmetric key is none. Members of a private key are refused, never passed over: whoever sends
//! them has lost the key already.

use serde_json::{Map, Value};

use super::{KeyError, PublicJwk, PublicKey};
use crate::jws::JwsAlgorithm;

/// Most keys of one set.
pub const FOREIGN_KEYS_MAX: usize = 20;
/// Longest key id, in bytes.
const KID_BYTES_MAX: usize = 256;
/// Members that only a private or a symmetric key has (RFC 7518 6).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Why a JWK or a set of them is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ForeignKeyError {
    /// No object, or no list of keys.
    #[error("the key set is not an object with a list of keys")]
    Shape,
    /// None, or too many.
    #[error("the key set must hold 1 to 20 keys")]
    Count,
    /// It holds what must stay with its owner.
    #[error("the key holds a private or symmetric part")]
    Private,
    /// Unknown type or curve, or an algorithm that does not fit it.
    #[error("the key is of an unsupported type")]
    Unsupported,
    /// The numbers are no key.
    #[error("the key is malformed")]
    Malformed,
}

/// A public key of somebody else.
#[derive(Debug)]
pub struct ForeignKey {
    kid: Option<String>,
    thumbprint: String,
    /// What it verifies, each with the key parsed for it.
    verifiers: Vec<(JwsAlgorithm, PublicKey)>,
}

impl ForeignKey {
    /// Reads a JWK.
    ///
    /// # Errors
    /// [`ForeignKeyError`], but for the two about sets.
    pub fn try_new(jwk: &Map<String, Value>) -> Result<Self, ForeignKeyError> {
        if PRIVATE_MEMBERS.iter().any(|name| jwk.contains_key(*name)) {
            return Err(ForeignKeyError::Private);
        }
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let (base, fitting): (&str, &[JwsAlgorithm]) = match (text("kty"), text("crv")) {
            (Some("OKP"), Some("Ed25519")) => {
                ("EdDSA", &[JwsAlgorithm::EdDSA, JwsAlgorithm::Ed25519])
            }
            (Some("EC"), Some("P-256")) => ("ES256", &[JwsAlgorithm::ES256]),
            (Some("EC"), Some("P-384")) => ("ES384", &[JwsAlgorithm::ES384]),
            (Some("RSA"), None) => ("RS256", &[JwsAlgorithm::RS256, JwsAlgorithm::PS256]),
            _ => return Err(ForeignKeyError::Unsupported),
        };
        let kid = optional_text(jwk, "kid")?;
        if kid.is_some_and(|kid| kid.len() > KID_BYTES_MAX) {
            return Err(ForeignKeyError::Malformed);
        }
        if optional_text(jwk, "use")?.is_some_and(|usage| usage != "sig") {
            return Err(ForeignKeyError::Unsupported);
        }
        let named = optional_text(jwk, "alg")?;
        let accepted: Vec<JwsAlgorithm> = fitting
            .iter()
            .copied()
            .filter(|algorithm| named.is_none_or(|named| named == algorithm.as_str()))
            .collect();
        if accepted.is_empty() {
            return Err(ForeignKeyError::Unsupported);
        }
        let mut members = jwk.clone();
        members.insert("alg".to_owned(), base.into());
        members.insert("kid".to_owned(), kid.unwrap_or_default().into());
        members.remove("use");
        let jwk: PublicJwk =
            serde_json::from_value(members.into()).map_err(|_| ForeignKeyError::Malformed)?;
        let parse = |algorithm: JwsAlgorithm| {
            let parsed = if algorithm == JwsAlgorithm::PS256 {
                PublicKey::try_new_pss(&jwk)
            } else {
                PublicKey::try_new(&jwk)
            };
            parsed.map(|key| (algorithm, key))
        };
        let verifiers = accepted.into_iter().map(parse).collect::<Result<Vec<_>, KeyError>>();
        Ok(Self {
            kid: kid.map(str::to_owned),
            thumbprint: jwk.thumbprint(),
            verifiers: verifiers.map_err(|_| ForeignKeyError::Malformed)?,
        })
    }

    /// The SHA-256 thumbprint of RFC 7638, base64url.
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// Whether `signature` signs `message` by `algorithm`; never by an algorithm that the key does
    /// not fit.
    pub(crate) fn verify(&self, algorithm: JwsAlgorithm, message: &[u8], signature: &[u8]) -> bool {
        let fitting = self.verifiers.iter().find(|(known, _)| *known == algorithm);
        fitting.is_some_and(|(_, key)| key.verify(message, signature))
    }
}

/// The public keys of one client.
#[derive(Debug, Default)]
pub struct ForeignKeys(Vec<ForeignKey>);

impl ForeignKeys {
    /// Reads a JWKS, every key of which must be usable: for what somebody registers.
    ///
    /// # Errors
    /// [`ForeignKeyError`]
    pub fn try_new(jwks: &Value) -> Result<Self, ForeignKeyError> {
        let keys = listed(jwks, 1)?;
        let keys = keys.iter().map(|key| match key {
            Value::Object(members) => ForeignKey::try_new(members),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Err(ForeignKeyError::Shape),
        });
        keys.collect::<Result<_, _>>().map(Self)
    }

    /// Reads a JWKS and passes over keys that are of no use here, such as those for encryption
    /// (RFC 7517 5): for what was fetched. One without keys counts: its owner took them back.
    ///
    /// # Errors
    /// [`ForeignKeyError::Shape`]; [`ForeignKeyError::Count`] for too many.
    pub fn usable(jwks: &Value) -> Result<Self, ForeignKeyError> {
        let keys = listed(jwks, 0)?.iter().filter_map(Value::as_object);
        Ok(Self(keys.filter_map(|members| ForeignKey::try_new(members).ok()).collect()))
    }

    /// Those that may have signed a token whose header names `kid`; all if it names none.
    pub(crate) fn candidates(&self, kid: Option<&str>) -> impl Iterator<Item = &ForeignKey> {
        self.0.iter().filter(move |key| kid.is_none() || key.kid.as_deref() == kid)
    }

    /// Whether a key has this id.
    pub fn has(&self, kid: &str) -> bool {
        self.0.iter().any(|key| key.kid.as_deref() == Some(kid))
    }
}

fn listed(jwks: &Value, least: usize) -> Result<&[Value], ForeignKeyError> {
    let keys = jwks.get("keys").and_then(Value::as_array).ok_or(ForeignKeyError::Shape)?;
    if (least..=FOREIGN_KEYS_MAX).contains(&keys.len()) {
        Ok(keys)
    } else {
        Err(ForeignKeyError::Count)
    }
}

/// A member that is text or absent.
fn optional_text<'a>(
    jwk: &'a Map<String, Value>,
    name: &str,
) -> Result<Option<&'a str>, ForeignKeyError> {
    match jwk.get(name) {
        None => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or(ForeignKeyError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 8037 A.2.
    fn ed25519() -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    }

    fn with(name: &str, value: &str) -> Value {
        let mut jwk = ed25519();
        jwk[name] = value.into();
        jwk
    }

    fn refused(jwk: &Value) -> ForeignKeyError {
        ForeignKey::try_new(jwk.as_object().unwrap()).unwrap_err()
    }

    #[test]
    fn key_without_alg_and_kid_is_read_and_has_its_thumbprint() {
        let key = ForeignKey::try_new(ed25519().as_object().unwrap()).unwrap();
        // RFC 8037 A.3.
        assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        let algorithms: Vec<_> = key.verifiers.iter().map(|(algorithm, _)| *algorithm).collect();
        assert_eq!(algorithms, [JwsAlgorithm::EdDSA, JwsAlgorithm::Ed25519]);
    }

    #[test]
    fn key_with_a_private_or_symmetric_part_is_refused() {
        for name in PRIVATE_MEMBERS {
            assert_eq!(refused(&with(name, "AQAB")), ForeignKeyError::Private, "{name}");
        }
        let symmetric = json!({"kty": "oct", "k": "c2VjcmV0"});
        assert_eq!(refused(&symmetric), ForeignKeyError::Private);
    }

    #[test]
    fn key_of_another_type_use_or_algorithm_is_refused() {
        for (name, value) in [
            ("kty", "oct"),
            ("kty", "EC"),
            ("crv", "X25519"),
            ("use", "enc"),
            ("alg", "HS256"),
            ("alg", "none"),
            ("alg", "ES256"),
        ] {
            assert_eq!(refused(&with(name, value)), ForeignKeyError::Unsupported, "{name} {value}");
        }
        assert_eq!(refused(&with("x", "AAAA")), ForeignKeyError::Malformed);
    }

    #[test]
    fn a_registered_set_must_be_all_usable_and_a_fetched_one_may_hold_others() {
        let mixed = json!({"keys": [ed25519(), with("use", "enc")]});
        assert!(ForeignKeys::try_new(&mixed).is_err());
        assert_eq!(ForeignKeys::usable(&mixed).unwrap().0.len(), 1);
        for set in [json!([]), json!({}), json!({"keys": "x"})] {
            assert_eq!(ForeignKeys::usable(&set).unwrap_err(), ForeignKeyError::Shape);
        }
        let many = json!({"keys": vec![ed25519(); FOREIGN_KEYS_MAX + 1]});
        assert_eq!(ForeignKeys::try_new(&many).unwrap_err(), ForeignKeyError::Count);
        let none = json!({"keys": []});
        assert_eq!(ForeignKeys::try_new(&none).unwrap_err(), ForeignKeyError::Count);
    }

    #[test]
    fn a_fetched_set_without_keys_takes_back_all_keys() {
        let none = json!({"keys": []});
        assert!(ForeignKeys::usable(&none).unwrap().0.is_empty());
        let many = json!({"keys": vec![ed25519(); FOREIGN_KEYS_MAX + 1]});
        assert_eq!(ForeignKeys::usable(&many).unwrap_err(), ForeignKeyError::Count);
    }
}
