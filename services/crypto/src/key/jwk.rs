//! The public half of a signing key: its JWK (RFC 7517) and its key id, the RFC 7638 thumbprint.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, EcdsaVerificationAlgorithm,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters,
    RsaPublicKeyComponents,
};
use serde::{Deserialize, Serialize};

use super::{Algorithm, KeyError};
use crate::{
    digest::sha256_base64url,
    encoding::{base64url, from_base64url},
};

const USE_SIGNATURE: &str = "sig";
/// First byte of an elliptic curve point written with both coordinates (SEC 1, 2.3.3).
const UNCOMPRESSED: u8 = 4;

/// A public signing key as the JWKS shows it.
///
/// Serializes to exactly `kty`, `use`, `kid`, `alg` and `crv`, `x`, `y` or `n`, `e`. Reading ignores
/// members it does not know, takes a missing `use` for `sig`, and demands that `kty`, `crv` and
/// `alg` fit each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub struct PublicJwk {
    kid: String,
    algorithm: Algorithm,
    numbers: Numbers,
}

/// The numbers of a key, as base64url without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Numbers {
    Okp { x: String },
    Ec { x: String, y: String },
    Rsa { n: String, e: String },
}

impl PublicJwk {
    /// The key id.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The algorithm whose signatures this key verifies.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The SHA-256 thumbprint of RFC 7638, base64url: the key id of every key made here.
    pub fn thumbprint(&self) -> String {
        // RFC 7638 3.2: the required members in lexical order. Base64url needs no escaping.
        sha256_base64url(&match (&self.numbers, curve(self.algorithm)) {
            (Numbers::Rsa { n, e }, _) => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
            (Numbers::Ec { x, y }, crv) => {
                let crv = crv.unwrap_or_default();
                format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            (Numbers::Okp { x }, crv) => {
                let crv = crv.unwrap_or_default();
                format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{x}"}}"#)
            }
        })
    }

    /// From a public key as `aws-lc-rs` writes it: 32 bytes, or an uncompressed point.
    pub(super) fn from_point(algorithm: Algorithm, point: &[u8]) -> Result<Self, KeyError> {
        let numbers = match (algorithm, point) {
            (Algorithm::EdDSA, x) => Numbers::Okp { x: base64url(x) },
            (Algorithm::ES256 | Algorithm::ES384, [UNCOMPRESSED, coordinates @ ..]) => {
                let (x, y) = coordinates.split_at(coordinates.len() / 2);
                Numbers::Ec { x: base64url(x), y: base64url(y) }
            }
            (Algorithm::ES256 | Algorithm::ES384 | Algorithm::RS256, _) => {
                return Err(KeyError::Malformed);
            }
        };
        Ok(Self::with_thumbprint(algorithm, numbers))
    }

    /// From modulus and exponent, big-endian without leading zeros.
    pub(super) fn from_rsa(modulus: &[u8], exponent: &[u8]) -> Self {
        let numbers = Numbers::Rsa { n: base64url(modulus), e: base64url(exponent) };
        Self::with_thumbprint(Algorithm::RS256, numbers)
    }

    fn with_thumbprint(algorithm: Algorithm, numbers: Numbers) -> Self {
        let mut jwk = Self { kid: String::new(), algorithm, numbers };
        jwk.kid = jwk.thumbprint();
        jwk
    }
}

/// A public key that is parsed once and verifies many signatures.
#[derive(Debug)]
pub struct PublicKey(ParsedPublicKey);

impl PublicKey {
    /// Parses a JWK.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] if its numbers are not base64url without padding, or no key: a point
    /// off the curve, a modulus of fewer than 2048 or more than 8192 bits.
    pub fn try_new(jwk: &PublicJwk) -> Result<Self, KeyError> {
        let decode = |text| from_base64url(text).ok_or(KeyError::Malformed);
        let rejected = |_| KeyError::Malformed;
        let key = match &jwk.numbers {
            Numbers::Okp { x } => ParsedPublicKey::new(&ED25519, decode(x)?).map_err(rejected)?,
            Numbers::Ec { x, y } => {
                let (curve, coordinate_bytes) = match jwk.algorithm {
                    Algorithm::ES256 => (&ECDSA_P256_SHA256_FIXED, 32),
                    Algorithm::ES384 => (&ECDSA_P384_SHA384_FIXED, 48),
                    Algorithm::EdDSA | Algorithm::RS256 => return Err(KeyError::Malformed),
                };
                parse_point(curve, coordinate_bytes, &decode(x)?, &decode(y)?)?
            }
            Numbers::Rsa { n, e } => parse_rsa(&RSA_PKCS1_2048_8192_SHA256, n, e)?,
        };
        Ok(Self(key))
    }

    /// Parses an RSA key for signatures with PSS, `PS256`.
    ///
    /// # Errors
    /// As [`PublicKey::try_new`], and for a key that is none of RSA.
    pub(super) fn try_new_pss(jwk: &PublicJwk) -> Result<Self, KeyError> {
        match &jwk.numbers {
            Numbers::Rsa { n, e } => parse_rsa(&RSA_PSS_2048_8192_SHA256, n, e).map(Self),
            Numbers::Okp { .. } | Numbers::Ec { .. } => Err(KeyError::Malformed),
        }
    }

    /// Whether `signature`, in its JOSE form, signs `message`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

fn parse_rsa(
    padding: &'static RsaParameters,
    n: &str,
    e: &str,
) -> Result<ParsedPublicKey, KeyError> {
    let decode = |text| from_base64url(text).ok_or(KeyError::Malformed);
    let (n, e) = (decode(n)?, decode(e)?);
    if !(256..=1024).contains(&n.len()) {
        return Err(KeyError::Malformed);
    }
    let key = RsaPublicKeyComponents { n, e }.to_parsed_public_key(padding);
    key.map_err(|_| KeyError::Malformed)
}

fn parse_point(
    curve: &'static EcdsaVerificationAlgorithm,
    coordinate_bytes: usize,
    x: &[u8],
    y: &[u8],
) -> Result<ParsedPublicKey, KeyError> {
    if x.len() != coordinate_bytes || y.len() != coordinate_bytes {
        return Err(KeyError::Malformed);
    }
    let point = [&[UNCOMPRESSED], x, y].concat();
    ParsedPublicKey::new(curve, point).map_err(|_| KeyError::Malformed)
}

const fn curve(algorithm: Algorithm) -> Option<&'static str> {
    match algorithm {
        Algorithm::EdDSA => Some("Ed25519"),
        Algorithm::ES256 => Some("P-256"),
        Algorithm::ES384 => Some("P-384"),
        Algorithm::RS256 => None,
    }
}

/// The JSON members of a key.
#[derive(Serialize, Deserialize)]
struct Members {
    kty: String,
    #[serde(rename = "use", default = "use_signature")]
    usage: String,
    kid: String,
    alg: Algorithm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    e: Option<String>,
}

fn use_signature() -> String {
    USE_SIGNATURE.to_owned()
}

impl TryFrom<Members> for PublicJwk {
    type Error = KeyError;

    fn try_from(members: Members) -> Result<Self, KeyError> {
        let Members { kty, usage, kid, alg: algorithm, crv, x, y, n, e } = members;
        let numbers = match (algorithm, kty.as_str(), x, y, n, e) {
            (Algorithm::EdDSA, "OKP", Some(x), _, _, _) => Numbers::Okp { x },
            (Algorithm::ES256 | Algorithm::ES384, "EC", Some(x), Some(y), _, _) => {
                Numbers::Ec { x, y }
            }
            (Algorithm::RS256, "RSA", _, _, Some(n), Some(e)) => Numbers::Rsa { n, e },
            _ => return Err(KeyError::Malformed),
        };
        let fits = curve(algorithm).is_none_or(|curve| crv.as_deref() == Some(curve));
        if !fits || usage != USE_SIGNATURE {
            return Err(KeyError::Malformed);
        }
        Ok(Self { kid, algorithm, numbers })
    }
}

impl From<PublicJwk> for Members {
    fn from(jwk: PublicJwk) -> Self {
        let crv = curve(jwk.algorithm).map(str::to_owned);
        let (kty, x, y, n, e) = match jwk.numbers {
            Numbers::Okp { x } => ("OKP", Some(x), None, None, None),
            Numbers::Ec { x, y } => ("EC", Some(x), Some(y), None, None),
            Numbers::Rsa { n, e } => ("RSA", None, None, Some(n), Some(e)),
        };
        let (kty, usage) = (kty.to_owned(), use_signature());
        Self { kty, usage, kid: jwk.kid, alg: jwk.algorithm, crv, x, y, n, e }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// RFC 7638 3.1.
    const RFC_7638_N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    fn rfc_7638() -> Value {
        json!({"kty": "RSA", "n": RFC_7638_N, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"})
    }

    /// RFC 8037 A.2.
    fn rfc_8037() -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "k",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    }

    /// RFC 7515 A.3.1.
    fn rfc_7515() -> Value {
        json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "k",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})
    }

    fn read(value: Value) -> Result<PublicJwk, serde_json::Error> {
        serde_json::from_value(value)
    }

    fn with(mut value: Value, member: &str, new: &str) -> Value {
        value[member] = new.into();
        value
    }

    #[test]
    fn thumbprint_of_an_rsa_key_matches_rfc_7638() {
        let jwk = read(rfc_7638()).unwrap();
        assert_eq!(jwk.kid(), "2011-04-29");
        assert_eq!(jwk.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn thumbprint_of_an_ed25519_key_matches_rfc_8037() {
        let jwk = read(rfc_8037()).unwrap();
        assert_eq!(jwk.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    /// RFC 8037 A.4 and A.5.
    #[test]
    fn signature_of_rfc_8037_verifies() {
        let key = PublicKey::try_new(&read(rfc_8037()).unwrap()).unwrap();
        let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = from_base64url(
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        )
        .unwrap();
        assert!(key.verify(message, &signature));
        assert!(!key.verify(b"another", &signature));
    }

    /// RFC 7515 A.3.
    #[test]
    fn signature_of_rfc_7515_verifies() {
        let key = PublicKey::try_new(&read(rfc_7515()).unwrap()).unwrap();
        let message = b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = from_base64url(
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        )
        .unwrap();
        assert!(key.verify(message, &signature));
    }

    #[test]
    fn jwk_is_written_with_exactly_its_members() {
        for value in [rfc_8037(), rfc_7515(), with(rfc_7638(), "use", "sig")] {
            assert_eq!(serde_json::to_value(read(value.clone()).unwrap()).unwrap(), value);
        }
    }

    #[test]
    fn unknown_members_are_ignored_and_never_written() {
        let jwk = read(with(rfc_8037(), "d", "private")).unwrap();
        assert_eq!(serde_json::to_value(jwk).unwrap(), rfc_8037());
    }

    #[test]
    fn members_that_do_not_fit_each_other_are_refused() {
        for bad in [
            with(rfc_8037(), "kty", "EC"),
            with(rfc_8037(), "crv", "X25519"),
            with(rfc_8037(), "alg", "ES256"),
            with(rfc_8037(), "alg", "HS256"),
            with(rfc_8037(), "use", "enc"),
            with(rfc_7515(), "crv", "P-384"),
            with(rfc_7515(), "alg", "RS256"),
            with(rfc_7638(), "kty", "oct"),
        ] {
            assert!(read(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_that_are_no_key_are_refused() {
        for bad in [
            with(rfc_8037(), "x", "AAAA"),
            with(rfc_8037(), "x", "not base64url"),
            with(rfc_7515(), "y", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
            with(rfc_7515(), "x", ""),
            with(rfc_7638(), "n", "AQAB"),
            with(rfc_7638(), "e", ""),
        ] {
            assert!(PublicKey::try_new(&read(bad.clone()).unwrap()).is_err(), "{bad}");
        }
    }
}
