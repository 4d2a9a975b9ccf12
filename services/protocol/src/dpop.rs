//! Proof of possession: the sender of a request holds the key that its tokens are bound to.
//! Clause: RFC 9449 sections 4.3 (checks), 8 (nonces) and 7.1 (at resources).
//!
//! Every proof must hold a nonce of ours, so none can be made in advance. That a proof counts once
//! is for the caller to see to, who has a memory.

use crypto::{
    digest::{KeyedDigest, constant_time_eq, sha256_base64url},
    jws::{ForeignToken, JwsAlgorithm},
    key::ForeignKey,
};
use serde_json::{Map, Value};
use url::Url;

use crate::{
    error::{ErrorKind, OAuthError},
    jwt_claims::CLOCK_SKEW_SECONDS,
};

/// Header `typ` of a proof.
pub const TYP: &str = "dpop+jwt";
/// Value of `token_type` of a token that is bound to a key; also the scheme at resources.
pub const TOKEN_TYPE: &str = "DPoP";
/// Oldest proof, in seconds.
pub const PROOF_AGE_SECONDS_MAX: i64 = 300;
/// How long one nonce is handed out, in seconds; it is accepted for as long again.
pub const NONCE_SECONDS: i64 = 150;
/// Length of a nonce: half of a digest is more than anyone can guess.
const NONCE_CHARS: usize = 26;
/// Longest `jti`, in bytes.
const JTI_BYTES_MAX: usize = 256;
/// Length of a SHA-256 digest in base64url.
const THUMBPRINT_CHARS: usize = 43;

/// The nonces that are accepted at one moment. They are derived, so all nodes agree on them and
/// none is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonces {
    /// The one to hand out.
    pub current: String,
    previous: String,
}

impl Nonces {
    /// Those of `now`, in seconds since the epoch, by a key of the tenant.
    pub fn at(key: &KeyedDigest, now: i64) -> Self {
        let bucket = now.div_euclid(NONCE_SECONDS);
        let nonce = |bucket: i64| -> String {
            let text = key.text(format!("dpop nonce\n{bucket}").as_bytes());
            text.chars().take(NONCE_CHARS).collect()
        };
        Self { current: nonce(bucket), previous: nonce(bucket - 1) }
    }

    fn accept(&self, nonce: &str) -> bool {
        [&self.current, &self.previous]
            .into_iter()
            .any(|known| constant_time_eq(known.as_bytes(), nonce.as_bytes()))
    }
}

/// What the request is that a proof comes with.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// URL as clients see it; query and fragment do not count.
    pub url: &'a str,
    /// Access token that comes along, at a resource.
    pub access_token: Option<&'a str>,
    /// Now, seconds since the epoch.
    pub now: i64,
    /// Nonces of now.
    pub nonces: &'a Nonces,
}

/// A proof that holds, unless it was presented before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Thumbprint of the key (RFC 7638).
    pub jkt: String,
    /// Names the proof among those of the key.
    pub jti: String,
    /// Seconds since the epoch; from here on its age refuses it.
    pub expires_at: i64,
    /// In which algorithm it is signed.
    pub algorithm: JwsAlgorithm,
}

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DpopRefusal {
    /// Several, or none that can be read.
    #[error("the DPoP proof is malformed")]
    Malformed,
    /// Another kind of token.
    #[error("the DPoP proof has another typ than dpop+jwt")]
    Type,
    /// `none`, symmetric or unknown.
    #[error("the DPoP proof is signed by an unsupported algorithm")]
    Algorithm,
    /// No key, a private key, or one that does not fit.
    #[error("the DPoP proof must carry its public key")]
    Key,
    /// Not signed by its key.
    #[error("the signature of the DPoP proof is wrong")]
    Signature,
    /// For another method.
    #[error("DPoP proof htm mismatch")]
    Method,
    /// For another URL.
    #[error("DPoP proof htu mismatch")]
    Url,
    /// No usable `jti`.
    #[error("the DPoP proof must have a jti")]
    Id,
    /// Too old, or from the future.
    #[error("DPoP proof iat is not recent enough")]
    Age,
    /// For another access token.
    #[error("DPoP proof ath mismatch")]
    AccessToken,
    /// No nonce, or none of ours.
    #[error("a nonce is required in the DPoP proof")]
    Nonce,
    /// Presented before.
    #[error("DPoP proof replay detected")]
    Replayed,
    /// Not there, although the tokens of the client are bound.
    #[error("a DPoP proof is required")]
    Missing,
    /// Of another key than that of the code or token.
    #[error("the DPoP key is not the expected one")]
    OtherKey,
}

impl From<DpopRefusal> for OAuthError {
    /// 400 `use_dpop_nonce` or `invalid_dpop_proof`.
    fn from(refusal: DpopRefusal) -> Self {
        let kind = if refusal == DpopRefusal::Nonce {
            ErrorKind::UseDpopNonce
        } else {
            ErrorKind::InvalidDpopProof
        };
        Self::new(kind, refusal.to_string())
    }
}

/// The algorithms of proofs, as a challenge names them.
pub fn algorithms() -> String {
    JwsAlgorithm::ASYMMETRIC.map(JwsAlgorithm::as_str).join(" ")
}

/// Whether `text` can be a thumbprint: value of the parameter `dpop_jkt`.
pub fn is_thumbprint(text: &str) -> bool {
    text.len() == THUMBPRINT_CHARS
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Checks a proof.
///
/// # Errors
/// The first check of RFC 9449 4.3 that failed.
pub fn check(proof: &str, expected: &Expected<'_>) -> Result<Proof, DpopRefusal> {
    let token = ForeignToken::parse(proof).map_err(|error| {
        if matches!(error, crypto::jwt::JwtError::Algorithm) {
            DpopRefusal::Algorithm
        } else {
            DpopRefusal::Malformed
        }
    })?;
    if token.typ() != Some(TYP) {
        return Err(DpopRefusal::Type);
    }
    if !JwsAlgorithm::ASYMMETRIC.contains(&token.algorithm()) {
        return Err(DpopRefusal::Algorithm);
    }
    let jwk = token.jwk().ok_or(DpopRefusal::Key)?;
    let key = ForeignKey::try_new(jwk).map_err(|_| DpopRefusal::Key)?;
    let claims = token.verify_by_key(&key).map_err(|_| DpopRefusal::Signature)?;
    let jti = text(claims, "jti").filter(|jti| !jti.is_empty() && jti.len() <= JTI_BYTES_MAX);
    let jti = jti.ok_or(DpopRefusal::Id)?;
    if text(claims, "htm") != Some(expected.method) {
        return Err(DpopRefusal::Method);
    }
    if !text(claims, "htu").is_some_and(|htu| is_same_place(htu, expected.url)) {
        return Err(DpopRefusal::Url);
    }
    if let Some(access_token) = expected.access_token {
        let digest = sha256_base64url(access_token);
        let ath = text(claims, "ath").unwrap_or_default();
        if !constant_time_eq(ath.as_bytes(), digest.as_bytes()) {
            return Err(DpopRefusal::AccessToken);
        }
    }
    // Before the age: whose clock is wrong learns of the nonce all the same.
    if !text(claims, "nonce").is_some_and(|nonce| expected.nonces.accept(nonce)) {
        return Err(DpopRefusal::Nonce);
    }
    let iat = claims.get("iat").and_then(Value::as_i64).ok_or(DpopRefusal::Age)?;
    let age = expected.now.saturating_sub(iat);
    if !(-CLOCK_SKEW_SECONDS..=PROOF_AGE_SECONDS_MAX).contains(&age) {
        return Err(DpopRefusal::Age);
    }
    Ok(Proof {
        jkt: key.thumbprint().to_owned(),
        jti: jti.to_owned(),
        expires_at: iat.saturating_add(PROOF_AGE_SECONDS_MAX + 1),
        algorithm: token.algorithm(),
    })
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

/// Whether two URLs are equal without query and fragment, after the normalization of RFC 3986
/// sections 6.2.2 and 6.2.3 that RFC 9449 4.3 asks for.
fn is_same_place(left: &str, right: &str) -> bool {
    let parse = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        let has_person = !url.username().is_empty() || url.password().is_some();
        url.set_query(None);
        url.set_fragment(None);
        (!has_person).then_some(url)
    };
    parse(left).is_some_and(|left| Some(left) == parse(right))
}

#[cfg(test)]
mod tests;
