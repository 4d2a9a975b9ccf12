//! The bearer token of an `Authorization` header.
//! Clause: RFC 6750 section 2.1; the refusals are those of management-00-conventions.md section 2.

use crate::{dpop, error::OAuthError, secret::SecretText};

/// Longest token that is read, in bytes.
pub const BEARER_BYTES_MAX: usize = 16_384;

/// Why a header holds no bearer token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BearerRefusal {
    /// No header.
    #[error("authorization header is missing")]
    Missing,
    /// Another scheme than `Bearer`.
    #[error("authorization scheme is not supported")]
    NotBearer,
    /// Nothing after the scheme, too much, or characters that no token has.
    #[error("bearer token is malformed")]
    Malformed,
}

impl BearerRefusal {
    /// The answer of an `/oidc` endpoint: 401 `invalid_token` with a bearer challenge.
    pub fn to_oauth_error(self) -> OAuthError {
        match self {
            Self::Missing => OAuthError {
                description: "no access token provided".into(),
                ..OAuthError::invalid_token()
            },
            Self::NotBearer | Self::Malformed => OAuthError::invalid_token(),
        }
    }
}

/// A token and the scheme in which it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentedToken {
    /// The token.
    pub token: SecretText,
    /// Whether it came as bound to a key (RFC 9449 7.1).
    pub is_bound: bool,
}

/// Reads the token of an `Authorization` header, in the scheme `Bearer` or `DPoP`.
///
/// # Errors
/// As [`read`].
pub fn read_any(authorization: Option<&str>) -> Result<PresentedToken, BearerRefusal> {
    let header = authorization.ok_or(BearerRefusal::Missing)?;
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    let is_bound = scheme.eq_ignore_ascii_case(dpop::TOKEN_TYPE);
    let token = if is_bound { read_token(token) } else { read(authorization) };
    token.map(|token| PresentedToken { token, is_bound })
}

/// Reads the token of an `Authorization` header in the scheme `Bearer`.
///
/// # Errors
/// No header, another scheme, or a text that cannot be a token.
pub fn read(authorization: Option<&str>) -> Result<SecretText, BearerRefusal> {
    let header = authorization.ok_or(BearerRefusal::Missing)?;
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(BearerRefusal::NotBearer);
    }
    read_token(token)
}

fn read_token(text: &str) -> Result<SecretText, BearerRefusal> {
    let token = text.trim_matches(' ');
    let is_token = !token.is_empty() && token.len() <= BEARER_BYTES_MAX && is_b64token(token);
    if is_token { Ok(SecretText::new(token)) } else { Err(BearerRefusal::Malformed) }
}

/// `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`
fn is_b64token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty()
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Challenge;

    #[test]
    fn token_is_read_whatever_the_case_of_the_scheme() {
        for header in ["Bearer at_x.y-Z", "bearer at_x.y-Z", "BEARER  at_x.y-Z"] {
            assert_eq!(read(Some(header)).unwrap().expose(), "at_x.y-Z");
        }
    }

    #[test]
    fn scheme_tells_whether_the_token_is_bound() {
        for (header, is_bound) in [("Bearer at_x", false), ("DPoP at_x", true), ("dpop at_x", true)]
        {
            let presented = read_any(Some(header)).unwrap();
            assert_eq!((presented.token.expose(), presented.is_bound), ("at_x", is_bound));
        }
        assert_eq!(read(Some("DPoP at_x")), Err(BearerRefusal::NotBearer));
        assert_eq!(read_any(Some("DPoP")), Err(BearerRefusal::Malformed));
        assert_eq!(read_any(Some("Basic x")), Err(BearerRefusal::NotBearer));
    }

    #[test]
    fn refusals_tell_missing_other_and_malformed_apart() {
        assert_eq!(read(None), Err(BearerRefusal::Missing));
        for header in ["Basic abc", "", "Bearerabc", "Token x"] {
            assert_eq!(read(Some(header)), Err(BearerRefusal::NotBearer), "{header}");
        }
        for header in
            ["Bearer", "Bearer ", "Bearer a b", "Bearer =", "Bearer a\u{e9}", "Bearer a,b"]
        {
            assert_eq!(read(Some(header)), Err(BearerRefusal::Malformed), "{header}");
        }
        let long = format!("Bearer {}", "a".repeat(BEARER_BYTES_MAX + 1));
        assert_eq!(read(Some(&long)), Err(BearerRefusal::Malformed));
    }

    #[test]
    fn every_refusal_is_a_bearer_challenge() {
        let refusals = [BearerRefusal::Missing, BearerRefusal::NotBearer, BearerRefusal::Malformed];
        for error in refusals.map(BearerRefusal::to_oauth_error) {
            assert_eq!((error.status, error.challenge), (401, Some(Challenge::Bearer)));
        }
    }
}
