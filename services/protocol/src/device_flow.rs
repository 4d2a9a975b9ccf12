//! The device authorization request and the codes that answer it.
//! Clause: RFC 8628 sections 3.1, 3.2 and 6.1; contract: oidc.md section 5.

use std::fmt;

use crypto::Random;
use serde::Serialize;

use crate::{
    authorization_request::allowed_scope,
    client::{ClientMetadata, GrantType},
    error::{ErrorKind, OAuthError},
    parameters::Parameters,
    resource,
    scope::{OFFLINE_ACCESS, ScopeSet},
    ttl::DEVICE_CODE_TTL_SECONDS,
};

/// Letters of user codes: no vowels, so no words, and none that looks like another (RFC 8628 6.1).
pub const USER_CODE_ALPHABET: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Letters of a user code: 34.5 bits.
pub const USER_CODE_LETTERS: usize = 8;
/// A device may ask again after so many seconds (RFC 8628 3.2).
pub const INTERVAL_SECONDS: i64 = 5;
/// A device that asks too early must wait so many seconds more from then on (RFC 8628 3.5).
pub const SLOW_DOWN_SECONDS: i64 = 5;
/// Longest text that is read as a user code, in bytes.
const TYPED_BYTES_MAX: usize = 64;
/// Where the dash of a shown code stands.
const DASH_AT: usize = USER_CODE_LETTERS / 2;
/// Parameters that may be sent more than once.
const REPEATABLE: [&str; 1] = ["resource"];

/// A well-formed device authorization request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceFlowRequest {
    /// What is asked for, after what was silently dropped.
    pub scope: ScopeSet,
    /// Resources that tokens will be asked for; whether they are known is not asked here.
    pub resources: Vec<String>,
}

impl DeviceFlowRequest {
    /// Reads the request of an authenticated `client`.
    ///
    /// # Errors
    /// `unauthorized_client`, `invalid_request` (repeated), `invalid_scope` or `invalid_target`.
    pub fn read(parameters: &Parameters, client: &ClientMetadata) -> Result<Self, OAuthError> {
        parameters.refuse_duplicates(&REPEATABLE)?;
        if !client.allows(GrantType::DeviceCode) {
            let description = format!("{} is not allowed for this client", GrantType::DeviceCode);
            return Err(OAuthError::new(ErrorKind::UnauthorizedClient, description));
        }
        // The person confirms on a page in any case, so no `prompt` is needed for a refresh token.
        let scope = allowed_scope(parameters, client)?;
        let has_offline = client.allows(GrantType::RefreshToken);
        let scope = if has_offline { scope } else { scope.without(OFFLINE_ACCESS) };
        Ok(Self { scope, resources: resource::requested(parameters)? })
    }
}

/// A user code: what a person copies from the device.
#[derive(Clone, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// One that nobody has seen.
    pub fn random(random: &Random) -> Self {
        Self(random.letters(USER_CODE_ALPHABET, USER_CODE_LETTERS))
    }

    /// Reads what a person typed: case, dashes and spaces do not matter.
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > TYPED_BYTES_MAX {
            return None;
        }
        let is_filler = |letter: &char| letter.is_whitespace() || matches!(letter, '-' | '–' | '—');
        let letters: String = typed
            .chars()
            .filter(|letter| !is_filler(letter))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let is_code = letters.len() == USER_CODE_LETTERS
            && letters.bytes().all(|letter| USER_CODE_ALPHABET.contains(&letter));
        is_code.then_some(Self(letters))
    }

    /// The letters without the dash: what is digested.
    pub fn letters(&self) -> &str {
        &self.0
    }
}

/// As it is shown: `XXXX-XXXX`.
impl fmt::Display for UserCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (front, back) = self.0.split_at_checked(DASH_AT).unwrap_or((&self.0, ""));
        write!(formatter, "{front}-{back}")
    }
}

/// Whoever reads a user code can use it: it is not printed.
impl fmt::Debug for UserCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("UserCode(redacted)")
    }
}

/// Answer to a device authorization request (RFC 8628 3.2).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct DeviceFlowResponse {
    /// What the device polls with.
    pub device_code: String,
    /// What the person types.
    pub user_code: String,
    /// Where they type it.
    pub verification_uri: String,
    /// The same with the code in it, for a QR code.
    pub verification_uri_complete: String,
    /// Lifetime of both codes.
    pub expires_in: i64,
    /// Seconds between two polls.
    pub interval: i64,
}

impl DeviceFlowResponse {
    /// The answer of a provider whose pages live at `endpoint`.
    pub fn new(endpoint: &str, device_code: &str, user_code: &UserCode) -> Self {
        Self {
            device_code: device_code.to_owned(),
            user_code: user_code.to_string(),
            verification_uri: format!("{endpoint}/device"),
            verification_uri_complete: format!("{endpoint}/device?user_code={user_code}"),
            expires_in: DEVICE_CODE_TTL_SECONDS,
            interval: INTERVAL_SECONDS,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::client::{ApplicationType, ClientAuthMethod};

    fn read(form: &str, grants: &[GrantType]) -> Result<DeviceFlowRequest, OAuthError> {
        let (kind, method) = (ApplicationType::Native, ClientAuthMethod::None);
        let client = ClientMetadata::new("tv", kind, method, grants.to_vec());
        DeviceFlowRequest::read(&Parameters::parse_form(form.as_bytes()).unwrap(), &client)
    }

    #[test]
    fn a_device_asks_for_scopes_and_resources() {
        let grants = [GrantType::DeviceCode, GrantType::RefreshToken];
        let form = "scope=openid+offline_access+read&resource=urn:a:a&resource=urn:b:b";
        let request = read(form, &grants).unwrap();
        assert_eq!(request.scope.to_string(), "openid offline_access read");
        assert_eq!(request.resources, ["urn:a:a", "urn:b:b"]);
        let request = read("scope=openid+offline_access", &[GrantType::DeviceCode]).unwrap();
        assert_eq!(request.scope.to_string(), "openid");
    }

    #[test]
    fn only_clients_of_the_device_flow_are_served() {
        let refused = read("scope=openid", &[GrantType::AuthorizationCode]).unwrap_err();
        assert_eq!(refused.kind, ErrorKind::UnauthorizedClient);
    }

    #[test]
    fn repeats_bad_scopes_and_bad_resources_are_refused() {
        for (form, kind) in [
            ("scope=a&scope=b", ErrorKind::InvalidRequest),
            ("scope=%22", ErrorKind::InvalidScope),
            ("resource=relative", ErrorKind::InvalidTarget),
        ] {
            assert_eq!(read(form, &[GrantType::DeviceCode]).unwrap_err().kind, kind, "{form}");
        }
    }

    #[test]
    fn case_dashes_and_spaces_of_a_typed_code_do_not_matter() {
        for typed in ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk\t", "BC-DF-GH-JK", "bcdf–ghjk"] {
            let code = UserCode::parse(typed).unwrap();
            assert_eq!((code.letters(), code.to_string().as_str()), ("BCDFGHJK", "BCDF-GHJK"));
        }
        for typed in
            ["", "BCDF-GHJ", "BCDF-GHJKL", "ACDF-GHJK", "BCDF-GHJ1", "BCDF_GHJK", "ſCDFGHJK"]
        {
            assert!(UserCode::parse(typed).is_none(), "{typed}");
        }
        assert!(UserCode::parse(&format!("BCDFGHJK{}", "-".repeat(64))).is_none());
    }

    #[test]
    fn the_answer_tells_where_to_go_and_does_not_print_its_codes() {
        let code = UserCode::parse("BCDFGHJK").unwrap();
        assert_eq!(format!("{code:?}"), "UserCode(redacted)");
        let answer = DeviceFlowResponse::new("https://id.example", "dc_1.x", &code);
        let expected = serde_json::json!({
            "device_code": "dc_1.x",
            "user_code": "BCDF-GHJK",
            "verification_uri": "https://id.example/device",
            "verification_uri_complete": "https://id.example/device?user_code=BCDF-GHJK",
            "expires_in": 600,
            "interval": 5,
        });
        assert_eq!(serde_json::to_value(answer).unwrap(), expected);
    }

    proptest! {
        #[test]
        fn a_shown_code_reads_back(letters in "[BCDFGHJKLMNPQRSTVWXZ]{8}") {
            let code = UserCode::parse(&letters).unwrap();
            prop_assert_eq!(UserCode::parse(&code.to_string().to_lowercase()).unwrap(), code);
        }

        #[test]
        fn any_text_can_be_typed(typed in ".{0,80}") {
            let _ = UserCode::parse(&typed);
        }
    }
}
