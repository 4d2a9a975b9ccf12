//! Whether the claims of a JWT hold now, for this audience, from an issuer that counts.
//! Clause: RFC 7519 section 4.1. The signature has been verified before.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How far clocks of issuer and verifier may be apart, in seconds.
pub const CLOCK_SKEW_SECONDS: i64 = 60;
/// Most values of `aud`.
const AUDIENCE_COUNT_MAX: usize = 32;

/// Value of `aud`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Audience {
    /// Whether `audience` is meant.
    pub fn contains(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Many(many) => {
                many.len() <= AUDIENCE_COUNT_MAX && many.iter().any(|known| known == audience)
            }
        }
    }
}

/// Claims as they are read from a token; each may be missing until it is checked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct JwtClaims {
    /// Issuer.
    pub iss: Option<String>,
    /// User or client.
    pub sub: Option<String>,
    /// Whom it is for.
    pub aud: Option<Audience>,
    /// End, seconds since the epoch.
    pub exp: Option<i64>,
    /// Start.
    pub nbf: Option<i64>,
    /// When it was made.
    pub iat: Option<i64>,
    /// Id.
    pub jti: Option<String>,
    /// Client that it was issued to.
    pub client_id: Option<String>,
    /// What it permits, space separated.
    pub scope: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What a token must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Issuers that count.
    pub issuers: &'a [&'a str],
    /// Who we are.
    pub audience: &'a str,
    /// Now, seconds since the epoch.
    pub now: i64,
}

/// Why claims do not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimRefusal {
    /// `iss` is absent or another.
    #[error("issuer is not accepted")]
    Issuer,
    /// `aud` is absent or does not name us.
    #[error("audience is not accepted")]
    Audience,
    /// `exp` is absent or has passed.
    #[error("token has expired")]
    Expired,
    /// `nbf` or `iat` lies in the future.
    #[error("token is not valid yet")]
    NotYetValid,
    /// `sub` is absent or empty.
    #[error("subject is missing")]
    SubjectMissing,
}

impl JwtClaims {
    /// Checks issuer, audience and times, then that there is a subject.
    ///
    /// # Errors
    /// The first claim that does not hold.
    pub fn check(&self, expected: &Expected<'_>) -> Result<(), ClaimRefusal> {
        let issuer = self.iss.as_deref();
        if !issuer.is_some_and(|issuer| expected.issuers.contains(&issuer)) {
            return Err(ClaimRefusal::Issuer);
        }
        if !self.aud.as_ref().is_some_and(|audience| audience.contains(expected.audience)) {
            return Err(ClaimRefusal::Audience);
        }
        let earliest = expected.now.saturating_sub(CLOCK_SKEW_SECONDS);
        let latest = expected.now.saturating_add(CLOCK_SKEW_SECONDS);
        if self.exp.is_none_or(|end| end <= earliest) {
            return Err(ClaimRefusal::Expired);
        }
        if [self.nbf, self.iat].into_iter().flatten().any(|start| start > latest) {
            return Err(ClaimRefusal::NotYetValid);
        }
        match self.sub.as_deref() {
            None | Some("") => Err(ClaimRefusal::SubjectMissing),
            Some(_) => Ok(()),
        }
    }

    /// Whether the scope holds `scope`.
    pub fn permits(&self, scope: &str) -> bool {
        self.scope.as_deref().unwrap_or_default().split(' ').any(|granted| granted == scope)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(change: impl Fn(&mut Map<String, Value>)) -> Result<(), ClaimRefusal> {
        let mut claims = json!({"iss": "i", "aud": "a", "sub": "s", "exp": 1_000, "iat": 900});
        change(claims.as_object_mut().unwrap());
        let claims: JwtClaims = serde_json::from_value(claims).unwrap();
        claims.check(&Expected { issuers: &["h", "i"], audience: "a", now: 950 })
    }

    fn with(name: &str, value: Value) -> Result<(), ClaimRefusal> {
        check(|claims| {
            claims.insert(name.to_owned(), value.clone());
        })
    }

    #[test]
    fn good_claims_hold_with_one_or_several_audiences() {
        assert_eq!(check(|_| {}), Ok(()));
        assert_eq!(with("aud", json!(["b", "a"])), Ok(()));
    }

    #[test]
    fn wrong_issuer_audience_or_subject_is_refused() {
        assert_eq!(with("iss", json!("x")), Err(ClaimRefusal::Issuer));
        assert_eq!(with("aud", json!("b")), Err(ClaimRefusal::Audience));
        assert_eq!(with("aud", json!([])), Err(ClaimRefusal::Audience));
        assert_eq!(with("sub", json!("")), Err(ClaimRefusal::SubjectMissing));
    }

    #[test]
    fn missing_claims_are_refused() {
        for (name, refusal) in [
            ("iss", ClaimRefusal::Issuer),
            ("aud", ClaimRefusal::Audience),
            ("exp", ClaimRefusal::Expired),
            ("sub", ClaimRefusal::SubjectMissing),
        ] {
            assert_eq!(with(name, Value::Null), Err(refusal));
        }
    }

    #[test]
    fn times_hold_within_the_skew_and_not_beyond() {
        assert_eq!(with("exp", json!(950 - CLOCK_SKEW_SECONDS + 1)), Ok(()));
        let expired = with("exp", json!(950 - CLOCK_SKEW_SECONDS));
        assert_eq!(expired, Err(ClaimRefusal::Expired));
        for name in ["nbf", "iat"] {
            assert_eq!(with(name, json!(950 + CLOCK_SKEW_SECONDS)), Ok(()));
            let early = with(name, json!(950 + CLOCK_SKEW_SECONDS + 1));
            assert_eq!(early, Err(ClaimRefusal::NotYetValid));
        }
    }

    #[test]
    fn scope_is_compared_word_by_word() {
        let claims = JwtClaims { scope: Some("all:read all".to_owned()), ..JwtClaims::default() };
        assert!(claims.permits("all"));
        assert!(!claims.permits("read"));
        assert!(!JwtClaims::default().permits("all"));
    }
}
