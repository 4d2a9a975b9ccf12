//! Proof Key for Code Exchange: the form of the challenge and of its proof. That they fit is a rule
//! of the grant, which decides it together with the single use of the code.
//! Clause: RFC 7636 sections 4.1 to 4.6. Only the method S256 is known.

use serde::{Deserialize, Serialize};

use crate::error::OAuthError;

/// The one method, as discovery names it.
pub const METHOD: &str = "S256";
/// Length of an S256 challenge: 32 bytes in base64url.
const CHALLENGE_CHARS: usize = 43;
/// Shortest verifier.
const VERIFIER_CHARS_MIN: usize = 43;
/// Longest verifier.
const VERIFIER_CHARS_MAX: usize = 128;

/// A well-formed S256 challenge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Reads a `code_challenge`.
    ///
    /// # Errors
    /// `invalid_request` for anything but 43 characters of base64url.
    pub fn parse(text: &str) -> Result<Self, OAuthError> {
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if text.len() == CHALLENGE_CHARS && text.bytes().all(is_base64url) {
            Ok(Self(text.to_owned()))
        } else {
            Err(OAuthError::invalid_request("code_challenge must be a base64url SHA-256 digest"))
        }
    }

    /// The challenge as it was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks the form of a verifier (RFC 7636 4.1).
///
/// # Errors
/// `invalid_request` for a text that cannot be one.
pub fn check_verifier(verifier: &str) -> Result<(), OAuthError> {
    if is_verifier(verifier) {
        return Ok(());
    }
    Err(OAuthError::invalid_request(
        "code_verifier must be 43 to 128 characters out of A-Z, a-z, 0-9, -, ., _ and ~",
    ))
}

fn is_verifier(text: &str) -> bool {
    let is_unreserved =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    (VERIFIER_CHARS_MIN..=VERIFIER_CHARS_MAX).contains(&text.len())
        && text.bytes().all(is_unreserved)
}

impl TryFrom<String> for CodeChallenge {
    type Error = OAuthError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<CodeChallenge> for String {
    fn from(challenge: CodeChallenge) -> Self {
        challenge.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn verifier_length_and_characters_are_bounded() {
        assert!(is_verifier(&"a".repeat(43)) && is_verifier(&"~".repeat(128)));
        assert!(!is_verifier(&"a".repeat(42)) && !is_verifier(&"a".repeat(129)));
        assert!(!is_verifier(&"+".repeat(43)));
        assert_eq!(check_verifier(VERIFIER), Ok(()));
        assert_eq!(check_verifier("short").unwrap_err().kind, ErrorKind::InvalidRequest);
    }

    #[test]
    fn challenge_of_another_length_or_alphabet_is_refused() {
        for text in ["", &CHALLENGE[1..], &format!("{CHALLENGE}a"), &CHALLENGE.replace('-', "+")] {
            assert!(CodeChallenge::parse(text).is_err(), "{text}");
        }
    }
}
