//! The request object: an authorization request as a JWT that the client signed.
//! Clause: RFC 9101 sections 4, 5.1, 6 and 10.8. Only by value; keys are the caller's to look up.
//!
//! What the object says is the request: of what stands beside it only `client_id` is read, and must
//! be the same.

use crypto::jws::{ForeignToken, JwsAlgorithm};
use serde_json::{Map, Value};

use crate::{
    client::ClientMetadata,
    client_assertion::{LIFETIME_SECONDS_MAX, is_fapi2_algorithm},
    error::{ErrorKind, OAuthError},
    jwt_claims::{Audience, CLOCK_SKEW_SECONDS},
    parameters::Parameters,
};

/// Types that a request object may have; `JWT` and none are those of older clients.
const TYPES: [&str; 2] = ["oauth-authz-req+jwt", "jwt"];
/// Claims of the JWT itself, which are no parameters.
const OWN_CLAIMS: [&str; 6] = ["iss", "aud", "exp", "nbf", "iat", "jti"];
/// Oldest start, in seconds (FAPI 2.0 Message Signing 5.3.1).
const AGE_SECONDS_MAX: i64 = 3_600;
/// Longest `jti`, in bytes.
const JTI_BYTES_MAX: usize = 256;

/// What a request object must say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The client that is named beside it.
    pub client: &'a ClientMetadata,
    /// Our issuer.
    pub issuer: &'a str,
    /// Now, seconds since the epoch.
    pub now: i64,
}

/// A request object that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The request.
    pub parameters: Parameters,
    /// Names the object among those of the client, if it wants to count once.
    pub jti: Option<String>,
    /// Seconds since the epoch; from here on its age refuses it.
    pub expires_at: i64,
}

/// Whether a request of `client` may come as an object signed like this one. Symmetric signatures
/// prove nothing to anybody but us, and are not taken.
///
/// # Errors
/// `invalid_request_object`
pub fn check_algorithm(token: &ForeignToken, client: &ClientMetadata) -> Result<(), OAuthError> {
    let algorithm = token.algorithm();
    let is_known = JwsAlgorithm::ASYMMETRIC.contains(&algorithm);
    if is_known && (!client.is_fapi2() || is_fapi2_algorithm(algorithm)) {
        return Ok(());
    }
    Err(refused("the algorithm of the request object is not accepted"))
}

/// Checks type and claims of an object whose signature is right, and makes parameters of it.
///
/// # Errors
/// `invalid_request_object`
pub fn check(
    typ: Option<&str>,
    claims: &Map<String, Value>,
    expected: &Expected<'_>,
) -> Result<Accepted, OAuthError> {
    if typ.is_some_and(|typ| !TYPES.iter().any(|known| typ.eq_ignore_ascii_case(known))) {
        return Err(refused("the token is not a request object"));
    }
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let id = Some(expected.client.client_id.as_str());
    if text("client_id") != id {
        return Err(refused("client_id of the request object is another"));
    }
    if text("iss") != id {
        return Err(refused("iss of the request object must be the client_id"));
    }
    // An assertion of the client must not pass for a request of it.
    if text("sub") == id {
        return Err(refused("the token is a client assertion"));
    }
    let audience = claims.get("aud").cloned().map(serde_json::from_value::<Audience>);
    if !matches!(audience, Some(Ok(audience)) if audience.contains(expected.issuer)) {
        return Err(refused("aud of the request object must be the issuer"));
    }
    let expires_at = times(claims, expected.now)?;
    if ["request", "request_uri"].iter().any(|name| claims.contains_key(*name)) {
        return Err(refused("a request object must not hold another"));
    }
    let jti = text("jti").map(str::to_owned);
    if jti.as_ref().is_some_and(|jti| jti.is_empty() || jti.len() > JTI_BYTES_MAX) {
        return Err(refused("jti of the request object is empty or too long"));
    }
    Ok(Accepted { parameters: parameters(claims)?, jti, expires_at })
}

/// The moment until which the object holds.
fn times(claims: &Map<String, Value>, now: i64) -> Result<i64, OAuthError> {
    let exp = claims.get("exp").and_then(Value::as_i64);
    let exp = exp.ok_or_else(|| refused("exp of the request object is missing"))?;
    let end = exp.saturating_add(CLOCK_SKEW_SECONDS);
    if end <= now || exp > now.saturating_add(LIFETIME_SECONDS_MAX) {
        return Err(refused("the request object is over, or ends too late"));
    }
    let soon = now.saturating_add(CLOCK_SKEW_SECONDS);
    for name in ["nbf", "iat"] {
        let Some(value) = claims.get(name) else { continue };
        let start = value.as_i64().ok_or_else(|| refused("nbf and iat must be numbers"))?;
        if start > soon {
            return Err(refused("the request object is not valid yet"));
        }
        if start < now.saturating_sub(AGE_SECONDS_MAX) {
            return Err(refused("the request object is too old"));
        }
    }
    Ok(end)
}

/// The claims as parameters. Members with an object, such as `claims`, have no meaning here.
fn parameters(claims: &Map<String, Value>) -> Result<Parameters, OAuthError> {
    let mut pairs = Vec::new();
    for (name, value) in claims.iter().filter(|(name, _)| !OWN_CLAIMS.contains(&name.as_str())) {
        let values = match value {
            Value::Array(values) => values.as_slice(),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => std::slice::from_ref(value),
        };
        for value in values {
            match value {
                Value::String(text) => pairs.push((name.clone(), text.clone())),
                Value::Number(number) => pairs.push((name.clone(), number.to_string())),
                Value::Bool(flag) => pairs.push((name.clone(), flag.to_string())),
                Value::Null | Value::Array(_) | Value::Object(_) => {}
            }
        }
    }
    Parameters::try_new(pairs)
}

/// `invalid_request_object` with these words.
pub fn refused(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorKind::InvalidRequestObject, description)
}

#[cfg(test)]
mod tests {
    use crypto::jws::signing;
    use serde_json::json;

    use super::*;
    use crate::client::{ApplicationType, ClientAuthMethod};

    const ISSUER: &str = "https://id.example/oidc";
    const NOW: i64 = 10_000;

    fn client() -> ClientMetadata {
        let method = ClientAuthMethod::PrivateKeyJwt;
        ClientMetadata::new("c", ApplicationType::Web, method, Vec::new())
    }

    fn claims() -> Value {
        json!({
            "iss": "c", "client_id": "c", "aud": ISSUER, "exp": NOW + 60, "nbf": NOW,
            "response_type": "code", "max_age": 60, "resource": ["urn:a:b", "urn:c:d"],
            "claims": {"id_token": {}},
        })
    }

    fn check_typed(typ: Option<&str>, claims: &Value) -> Result<Accepted, OAuthError> {
        let client = client();
        let expected = Expected { client: &client, issuer: ISSUER, now: NOW };
        check(typ, claims.as_object().unwrap(), &expected)
    }

    fn with(name: &str, value: Value) -> Result<Accepted, OAuthError> {
        let mut claims = claims();
        claims[name] = value;
        check_typed(Some("oauth-authz-req+jwt"), &claims)
    }

    fn assert_refused(result: Result<Accepted, OAuthError>) {
        assert_eq!(result.unwrap_err().kind, ErrorKind::InvalidRequestObject);
    }

    #[test]
    fn claims_become_parameters_and_those_of_the_jwt_do_not() {
        let accepted = with("jti", json!("j")).unwrap();
        let parameters = &accepted.parameters;
        assert_eq!(parameters.get("response_type"), Some("code"));
        assert_eq!(parameters.get("max_age"), Some("60"));
        assert_eq!(parameters.all("resource").collect::<Vec<_>>(), ["urn:a:b", "urn:c:d"]);
        for name in OWN_CLAIMS.into_iter().chain(["claims"]) {
            assert_eq!(parameters.get(name), None, "{name}");
        }
        assert_eq!((accepted.jti.as_deref(), accepted.expires_at), (Some("j"), NOW + 120));
    }

    #[test]
    fn object_of_another_client_or_for_another_server_is_refused() {
        for name in ["iss", "client_id"] {
            assert_refused(with(name, json!("d")));
            assert_refused(with(name, Value::Null));
        }
        assert_refused(with("aud", json!("https://evil.example")));
        assert_refused(with("aud", Value::Null));
        assert!(with("aud", json!([ISSUER])).is_ok());
    }

    #[test]
    fn client_assertion_is_no_request_object() {
        assert_refused(with("sub", json!("c")));
        assert_refused(check_typed(Some("dpop+jwt"), &claims()));
        assert_refused(check_typed(Some("at+jwt"), &claims()));
        for typ in [None, Some("JWT"), Some("oauth-authz-req+jwt")] {
            assert!(check_typed(typ, &claims()).is_ok(), "{typ:?}");
        }
    }

    #[test]
    fn times_are_bounded_on_both_sides() {
        for (name, value) in [
            ("exp", NOW - CLOCK_SKEW_SECONDS),
            ("exp", NOW + LIFETIME_SECONDS_MAX + 1),
            ("nbf", NOW + CLOCK_SKEW_SECONDS + 1),
            ("iat", NOW + CLOCK_SKEW_SECONDS + 1),
            ("nbf", NOW - AGE_SECONDS_MAX - 1),
        ] {
            assert_refused(with(name, value.into()));
        }
        assert_refused(with("exp", Value::Null));
        assert!(with("exp", json!(NOW - CLOCK_SKEW_SECONDS + 1)).is_ok());
        assert!(with("nbf", json!(NOW - AGE_SECONDS_MAX)).is_ok());
    }

    #[test]
    fn object_inside_an_object_is_refused() {
        assert_refused(with("request", json!("e30.e30.")));
        assert_refused(with("request_uri", json!("urn:x")));
    }

    #[test]
    fn symmetric_signature_is_not_taken() {
        let token = ForeignToken::parse(&signing::by_secret(b"s", &json!({}), &claims())).unwrap();
        assert!(check_algorithm(&token, &client()).is_err());
    }
}
