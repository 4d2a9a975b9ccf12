//! A JWT by which a client proves who it is: signed by its private key or with its secret.
//! Clause: RFC 7523 sections 2.2 and 3, OpenID Connect Core 9.
//!
//! Whose keys count is the caller's to look up, from the client that the assertion names; that an
//! assertion counts once is the caller's too, who has a memory.

use crypto::jws::{ForeignToken, JwsAlgorithm};
use serde_json::{Map, Value};

use crate::{
    client::{ClientAuthMethod, ClientMetadata},
    jwt_claims::CLOCK_SKEW_SECONDS,
};

/// Value of `client_assertion_type`.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Farthest end of an assertion, in seconds from now.
pub const LIFETIME_SECONDS_MAX: i64 = 3_600;
/// Longest `jti`, in bytes.
const JTI_BYTES_MAX: usize = 256;
/// Types that other tokens have: those are no assertions, whoever signed them.
const FOREIGN_TYPES: [&str; 4] = ["at+jwt", crate::dpop::TYP, "oauth-authz-req+jwt", "logout+jwt"];
/// Algorithms of the FAPI 2.0 Security Profile (section 5.4).
const FAPI2_ALGORITHMS: [JwsAlgorithm; 4] =
    [JwsAlgorithm::PS256, JwsAlgorithm::ES256, JwsAlgorithm::Ed25519, JwsAlgorithm::EdDSA];

/// Which client an assertion names, before it is verified.
pub fn unverified_client_id(token: &ForeignToken) -> Option<&str> {
    token.unverified_claims().get("sub").and_then(Value::as_str)
}

/// Algorithms in which a client may sign what it sends: its method decides between key and secret.
pub fn algorithms(client: &ClientMetadata) -> &'static [JwsAlgorithm] {
    match client.auth_method {
        ClientAuthMethod::PrivateKeyJwt if client.is_fapi2() => &FAPI2_ALGORITHMS,
        ClientAuthMethod::PrivateKeyJwt => &JwsAlgorithm::ASYMMETRIC,
        ClientAuthMethod::ClientSecretJwt => &[JwsAlgorithm::HS256],
        ClientAuthMethod::None
        | ClientAuthMethod::ClientSecret
        | ClientAuthMethod::ClientSecretBasic
        | ClientAuthMethod::ClientSecretPost => &[],
    }
}

/// Whether a client of the FAPI 2.0 Security Profile may sign so.
pub fn is_fapi2_algorithm(algorithm: JwsAlgorithm) -> bool {
    FAPI2_ALGORITHMS.contains(&algorithm)
}

/// What an assertion must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The client that it must name.
    pub client: &'a ClientMetadata,
    /// Our issuer.
    pub issuer: &'a str,
    /// The endpoints whose URL may stand in place of the issuer.
    pub endpoints: &'a [&'a str],
    /// Now, seconds since the epoch.
    pub now: i64,
}

/// An assertion that holds, unless it was presented before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Names it among those of the client.
    pub jti: String,
    /// Seconds since the epoch; from here on its age refuses it.
    pub expires_at: i64,
}

/// Why an assertion does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssertionRefusal {
    /// A token of another kind.
    #[error("the token is not an assertion")]
    Type,
    /// `iss` and `sub` are not both the client.
    #[error("iss and sub must both be the client_id")]
    Client,
    /// For somebody else, or for several.
    #[error("aud must be the issuer")]
    Audience,
    /// No end, over, or too far away.
    #[error("exp is missing, over or too far away")]
    Expiry,
    /// From the future.
    #[error("the assertion is not valid yet")]
    NotYetValid,
    /// No usable name.
    #[error("jti is missing or too long")]
    Id,
}

/// Checks type and claims of an assertion whose signature is right.
///
/// # Errors
/// The first check that failed.
pub fn check(
    typ: Option<&str>,
    claims: &Map<String, Value>,
    expected: &Expected<'_>,
) -> Result<Accepted, AssertionRefusal> {
    if typ.is_some_and(|typ| FOREIGN_TYPES.iter().any(|other| typ.eq_ignore_ascii_case(other))) {
        return Err(AssertionRefusal::Type);
    }
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let id = Some(expected.client.client_id.as_str());
    if text("iss") != id || text("sub") != id {
        return Err(AssertionRefusal::Client);
    }
    if !is_for_us(claims.get("aud"), expected) {
        return Err(AssertionRefusal::Audience);
    }
    let exp = claims.get("exp").and_then(Value::as_i64).ok_or(AssertionRefusal::Expiry)?;
    let latest = expected.now.saturating_add(LIFETIME_SECONDS_MAX);
    if exp.saturating_add(CLOCK_SKEW_SECONDS) <= expected.now || exp > latest {
        return Err(AssertionRefusal::Expiry);
    }
    let soon = expected.now.saturating_add(CLOCK_SKEW_SECONDS);
    let starts_later = |name: &str| {
        claims.get(name).is_some_and(|value| value.as_i64().is_none_or(|start| start > soon))
    };
    if starts_later("nbf") || starts_later("iat") {
        return Err(AssertionRefusal::NotYetValid);
    }
    let jti = text("jti").filter(|jti| !jti.is_empty() && jti.len() <= JTI_BYTES_MAX);
    let jti = jti.ok_or(AssertionRefusal::Id)?.to_owned();
    Ok(Accepted { jti, expires_at: exp.saturating_add(CLOCK_SKEW_SECONDS) })
}

/// One audience and no other: an assertion for several could be used by one of them here. Under
/// FAPI 2.0 it is the issuer as a text.
fn is_for_us(audience: Option<&Value>, expected: &Expected<'_>) -> bool {
    let is_ours = |text: &str| {
        let is_endpoint = || expected.endpoints.contains(&text);
        text == expected.issuer || (!expected.client.is_fapi2() && is_endpoint())
    };
    match audience {
        Some(Value::String(one)) => is_ours(one),
        Some(Value::Array(list)) => match list.as_slice() {
            [Value::String(one)] => !expected.client.is_fapi2() && is_ours(one),
            _ => false,
        },
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::client::{ApplicationType, SecurityProfile};

    const ISSUER: &str = "https://id.example/oidc";
    const TOKEN: &str = "https://id.example/oidc/token";
    const NOW: i64 = 1_000;

    fn client() -> ClientMetadata {
        let method = ClientAuthMethod::PrivateKeyJwt;
        ClientMetadata::new("c", ApplicationType::Web, method, Vec::new())
    }

    fn fapi2() -> ClientMetadata {
        ClientMetadata { security_profile: Some(SecurityProfile::Fapi2), ..client() }
    }

    fn with(
        client: &ClientMetadata,
        name: &str,
        value: Value,
    ) -> Result<Accepted, AssertionRefusal> {
        let mut claims = json!({"iss": "c", "sub": "c", "aud": ISSUER, "exp": 1_060, "jti": "j"});
        claims[name] = value;
        let expected = Expected { client, issuer: ISSUER, endpoints: &[TOKEN], now: NOW };
        check(None, claims.as_object().unwrap(), &expected)
    }

    #[test]
    fn good_assertion_is_accepted_and_named() {
        let accepted = with(&client(), "iat", json!(NOW)).unwrap();
        assert_eq!(accepted, Accepted { jti: "j".to_owned(), expires_at: 1_120 });
    }

    #[test]
    fn assertion_of_or_about_somebody_else_is_refused() {
        for name in ["iss", "sub"] {
            for value in [json!("d"), json!(["c"]), Value::Null] {
                assert_eq!(with(&client(), name, value), Err(AssertionRefusal::Client));
            }
        }
    }

    #[test]
    fn audience_is_ours_alone() {
        for value in [json!(ISSUER), json!(TOKEN), json!([ISSUER])] {
            assert!(with(&client(), "aud", value).is_ok());
        }
        for value in [
            json!("https://evil.example"),
            json!([ISSUER, "https://evil.example"]),
            json!([]),
            json!("https://id.example/oidc/"),
            Value::Null,
        ] {
            assert_eq!(with(&client(), "aud", value), Err(AssertionRefusal::Audience));
        }
    }

    #[test]
    fn fapi2_accepts_the_issuer_as_a_text_and_nothing_else() {
        assert!(with(&fapi2(), "aud", json!(ISSUER)).is_ok());
        for value in [json!(TOKEN), json!([ISSUER])] {
            assert_eq!(with(&fapi2(), "aud", value), Err(AssertionRefusal::Audience));
        }
    }

    #[test]
    fn end_is_required_and_near() {
        for exp in [NOW - CLOCK_SKEW_SECONDS + 1, NOW + LIFETIME_SECONDS_MAX] {
            assert!(with(&client(), "exp", exp.into()).is_ok(), "{exp}");
        }
        for exp in [NOW - CLOCK_SKEW_SECONDS, NOW + LIFETIME_SECONDS_MAX + 1, i64::MAX, i64::MIN] {
            assert_eq!(with(&client(), "exp", exp.into()), Err(AssertionRefusal::Expiry), "{exp}");
        }
        assert_eq!(with(&client(), "exp", Value::Null), Err(AssertionRefusal::Expiry));
    }

    #[test]
    fn start_in_the_future_is_refused_beyond_the_skew() {
        for name in ["iat", "nbf"] {
            assert!(with(&client(), name, json!(NOW + CLOCK_SKEW_SECONDS)).is_ok());
            for value in [json!(NOW + CLOCK_SKEW_SECONDS + 1), json!("soon")] {
                assert_eq!(with(&client(), name, value), Err(AssertionRefusal::NotYetValid));
            }
        }
    }

    #[test]
    fn assertion_without_a_name_is_refused() {
        for value in [Value::Null, json!(""), json!("j".repeat(JTI_BYTES_MAX + 1))] {
            assert_eq!(with(&client(), "jti", value), Err(AssertionRefusal::Id));
        }
    }

    #[test]
    fn tokens_of_other_kinds_are_no_assertions() {
        let expected = Expected { client: &client(), issuer: ISSUER, endpoints: &[], now: NOW };
        for typ in ["at+jwt", "dpop+jwt", "OAuth-Authz-Req+JWT"] {
            let refused = check(Some(typ), &Map::new(), &expected);
            assert_eq!(refused, Err(AssertionRefusal::Type), "{typ}");
        }
    }

    #[test]
    fn method_decides_the_algorithms_and_fapi2_leaves_out_pkcs1() {
        assert!(!algorithms(&client()).contains(&JwsAlgorithm::HS256));
        assert!(!algorithms(&fapi2()).contains(&JwsAlgorithm::RS256));
        let by_secret =
            ClientMetadata { auth_method: ClientAuthMethod::ClientSecretJwt, ..client() };
        assert_eq!(algorithms(&by_secret), [JwsAlgorithm::HS256]);
        let public = ClientMetadata { auth_method: ClientAuthMethod::None, ..client() };
        assert!(algorithms(&public).is_empty());
    }
}
