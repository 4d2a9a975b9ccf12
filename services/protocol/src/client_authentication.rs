//! Which client speaks at the token endpoint, and whether the way it proves itself is its own.
//! Clause: RFC 6749 section 2.3; contract: oidc.md section 1, error table.
//!
//! Secrets are compared and assertions verified by the caller, who holds what that takes; this
//! module turns the outcome into the answer.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crypto::jws::ForeignToken;

use crate::{
    client::{ClientAuthMethod, ClientMetadata},
    client_assertion::{self, ASSERTION_TYPE},
    error::OAuthError,
    parameters::{Parameters, decode_form},
    secret::SecretText,
};

/// What a request with two proofs is told.
const ONE_MECHANISM: &str = "client authentication must only be provided using one mechanism";
/// Longest `Authorization` header that is read, in bytes.
const HEADER_BYTES_MAX: usize = 4_096;

/// What the request says about its client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientCredentials {
    /// HTTP Basic.
    Basic {
        /// Named client.
        client_id: String,
        /// Its secret.
        secret: SecretText,
    },
    /// `client_id` and `client_secret` in the body.
    Post {
        /// Named client.
        client_id: String,
        /// Its secret.
        secret: SecretText,
    },
    /// A signed `client_assertion` in the body.
    Assertion {
        /// Client that it names.
        client_id: String,
        /// The JWT, not verified.
        assertion: SecretText,
    },
    /// `client_id` only.
    None {
        /// Named client.
        client_id: String,
    },
}

impl ClientCredentials {
    /// The client that is named.
    pub fn client_id(&self) -> &str {
        match self {
            Self::Basic { client_id, .. }
            | Self::Post { client_id, .. }
            | Self::Assertion { client_id, .. }
            | Self::None { client_id } => client_id,
        }
    }

    /// The secret that was sent.
    pub fn secret(&self) -> Option<&SecretText> {
        match self {
            Self::Basic { secret, .. } | Self::Post { secret, .. } => Some(secret),
            Self::Assertion { .. } | Self::None { .. } => None,
        }
    }

    /// 401 `invalid_client`, with a challenge when Basic was used. Right for an unknown client too.
    pub fn refused(&self) -> OAuthError {
        OAuthError::client_authentication_failed(matches!(self, Self::Basic { .. }))
    }
}

/// What the caller found when it compared the secret with those of the client, or verified the
/// assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretOutcome {
    /// One that has not expired is equal; or the assertion holds.
    Matches,
    /// One is equal, and has expired.
    Expired,
    /// None is equal, or none was sent; or the assertion does not hold.
    Differs,
}

/// Reads who the client claims to be.
///
/// # Errors
/// `invalid_request`: malformed header, two mechanisms at once, two client ids, or none.
pub fn read(
    authorization: Option<&str>,
    parameters: &Parameters,
) -> Result<ClientCredentials, OAuthError> {
    let body_client = parameters.single("client_id")?;
    let body_secret = parameters.single("client_secret")?;
    if let Some(assertion) = assertion(parameters)? {
        if authorization.is_some() || body_secret.is_some() {
            return Err(OAuthError::invalid_request(ONE_MECHANISM));
        }
        let failed = || OAuthError::client_authentication_failed(false);
        let token = ForeignToken::parse(assertion).map_err(|_| failed())?;
        let named = client_assertion::unverified_client_id(&token).ok_or_else(failed)?;
        if body_client.is_some_and(|body| body != named) {
            return Err(OAuthError::invalid_request("client_id mismatch"));
        }
        let (client_id, assertion) = (named.to_owned(), SecretText::new(assertion));
        return Ok(ClientCredentials::Assertion { client_id, assertion });
    }
    let Some(header) = authorization else {
        let client_id = body_client.ok_or_else(|| {
            OAuthError::invalid_request("no client authentication mechanism provided")
        })?;
        let client_id = client_id.to_owned();
        return Ok(match body_secret {
            Some(secret) => ClientCredentials::Post { client_id, secret: SecretText::new(secret) },
            None => ClientCredentials::None { client_id },
        });
    };
    let (client_id, secret) = read_basic(header)?;
    if body_client.is_some_and(|body| body != client_id) {
        return Err(OAuthError::invalid_request("client_id mismatch"));
    }
    if body_secret.is_some() {
        return Err(OAuthError::invalid_request(ONE_MECHANISM));
    }
    Ok(ClientCredentials::Basic { client_id, secret })
}

/// Decides whether `credentials` authenticate `client`, which is `None` when nobody knows it.
///
/// # Errors
/// 401 `invalid_client`, or 400 `invalid_request` for an expired secret.
pub fn decide<'a>(
    client: Option<&'a ClientMetadata>,
    credentials: &ClientCredentials,
    outcome: SecretOutcome,
) -> Result<&'a ClientMetadata, OAuthError> {
    let client = client
        .filter(|client| client.client_id == credentials.client_id())
        .ok_or_else(|| credentials.refused())?;
    if !is_own_way(client.auth_method, credentials) {
        return Err(credentials.refused());
    }
    match (credentials, outcome) {
        (ClientCredentials::None { .. }, _) | (_, SecretOutcome::Matches) => Ok(client),
        (_, SecretOutcome::Expired) => {
            Err(OAuthError::invalid_request("client secret has expired"))
        }
        (_, SecretOutcome::Differs) => Err(credentials.refused()),
    }
}

/// Whether the client proves itself in the way it is registered for.
fn is_own_way(method: ClientAuthMethod, credentials: &ClientCredentials) -> bool {
    use ClientCredentials::{Assertion, Basic, Post};
    match method {
        ClientAuthMethod::None => matches!(credentials, ClientCredentials::None { .. }),
        ClientAuthMethod::ClientSecret => matches!(credentials, Basic { .. } | Post { .. }),
        ClientAuthMethod::ClientSecretBasic => matches!(credentials, Basic { .. }),
        ClientAuthMethod::ClientSecretPost => matches!(credentials, Post { .. }),
        ClientAuthMethod::ClientSecretJwt | ClientAuthMethod::PrivateKeyJwt => {
            matches!(credentials, Assertion { .. })
        }
    }
}

/// The assertion of the body; its type must be the one that is known.
fn assertion(parameters: &Parameters) -> Result<Option<&str>, OAuthError> {
    let assertion = parameters.single("client_assertion")?;
    let kind = parameters.single("client_assertion_type")?;
    match (assertion, kind) {
        (None, None) => Ok(None),
        (Some(assertion), Some(ASSERTION_TYPE)) => Ok(Some(assertion)),
        (Some(_), Some(_)) => Err(OAuthError::invalid_request(
            "client_assertion_type must have value \
             \"urn:ietf:params:oauth:client-assertion-type:jwt-bearer\"",
        )),
        (Some(_), None) => Err(OAuthError::missing_parameter("client_assertion_type")),
        (None, Some(_)) => Err(OAuthError::missing_parameter("client_assertion")),
    }
}

/// Reads HTTP Basic credentials whose halves are form encoded (RFC 6749 section 2.3.1).
fn read_basic(header: &str) -> Result<(String, SecretText), OAuthError> {
    let malformed = || OAuthError::invalid_request("invalid authorization header value format");
    let (scheme, encoded) = header.split_once(' ').ok_or_else(malformed)?;
    if header.len() > HEADER_BYTES_MAX || !scheme.eq_ignore_ascii_case("basic") {
        return Err(malformed());
    }
    let bytes = STANDARD.decode(encoded).map_err(|_| malformed())?;
    let colon = bytes.iter().position(|byte| *byte == b':').ok_or_else(malformed)?;
    let (client_id, secret) = bytes.split_at_checked(colon).ok_or_else(malformed)?;
    let client_id = decode_form(client_id).map_err(|_| malformed())?;
    let secret = decode_form(secret.get(1..).unwrap_or_default()).map_err(|_| malformed())?;
    if client_id.is_empty() || client_id.contains('\0') || secret.contains('\0') {
        return Err(malformed());
    }
    Ok((client_id, SecretText::new(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        client::{ApplicationType, GrantType},
        error::{Challenge, ErrorKind},
    };

    fn basic(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    fn read_form(header: Option<&str>, form: &str) -> Result<ClientCredentials, OAuthError> {
        read(header, &Parameters::parse_form(form.as_bytes()).unwrap())
    }

    fn description(result: Result<ClientCredentials, OAuthError>) -> String {
        let error = result.unwrap_err();
        assert_eq!((error.kind, error.status), (ErrorKind::InvalidRequest, 400));
        error.description.into_owned()
    }

    fn client(auth_method: ClientAuthMethod) -> ClientMetadata {
        let grants = vec![GrantType::ClientCredentials];
        ClientMetadata::new("c", ApplicationType::Web, auth_method, grants)
    }

    #[test]
    fn basic_halves_are_form_decoded() {
        let credentials = read_form(Some(&basic("a+b%3A:s%2Bt+u:v")), "").unwrap();
        assert_eq!(credentials.client_id(), "a b:");
        assert_eq!(credentials.secret().unwrap().expose(), "s+t u:v");
    }

    #[test]
    fn same_client_id_in_header_and_body_is_fine() {
        let credentials = read_form(Some(&basic("c:s")), "client_id=c").unwrap();
        assert!(matches!(credentials, ClientCredentials::Basic { .. }));
    }

    #[test]
    fn body_names_the_client_with_or_without_a_secret() {
        let post = read_form(None, "client_id=c&client_secret=s").unwrap();
        assert_eq!(post.secret().map(SecretText::expose), Some("s"));
        assert_eq!(
            read_form(None, "client_id=c&client_secret=").unwrap(),
            ClientCredentials::None { client_id: "c".to_owned() }
        );
    }

    #[test]
    fn descriptions_are_those_of_the_contract() {
        assert_eq!(description(read_form(None, "")), "no client authentication mechanism provided");
        let mismatch = read_form(Some(&basic("c:s")), "client_id=d");
        assert_eq!(description(mismatch), "client_id mismatch");
        let twice = read_form(Some(&basic("c:s")), "client_secret=s");
        assert!(description(twice).contains("one mechanism"));
        for header in
            ["Basic", "Basic !", "Bearer abc", "", &basic("c"), &basic(":s"), &basic("%ff:s")]
        {
            assert_eq!(
                description(read_form(Some(header), "client_id=c")),
                "invalid authorization header value format",
                "{header}"
            );
        }
    }

    #[test]
    fn wrong_secret_is_challenged_only_after_basic() {
        let client = client(ClientAuthMethod::ClientSecret);
        let differs = SecretOutcome::Differs;
        let by_header = read_form(Some(&basic("c:x")), "").unwrap();
        let error = decide(Some(&client), &by_header, differs).unwrap_err();
        assert_eq!((error.status, error.challenge), (401, Some(Challenge::Basic)));
        let by_body = read_form(None, "client_id=c&client_secret=x").unwrap();
        let error = decide(Some(&client), &by_body, differs).unwrap_err();
        assert_eq!((error.status, error.challenge), (401, None));
    }

    #[test]
    fn expired_secret_is_named() {
        let client = client(ClientAuthMethod::ClientSecret);
        let credentials = read_form(Some(&basic("c:s")), "").unwrap();
        let error = decide(Some(&client), &credentials, SecretOutcome::Expired).unwrap_err();
        assert_eq!((error.status, error.description.as_ref()), (400, "client secret has expired"));
        assert!(decide(Some(&client), &credentials, SecretOutcome::Matches).is_ok());
    }

    #[test]
    fn the_mechanism_must_be_the_one_of_the_client() {
        let named = read_form(None, "client_id=c").unwrap();
        let outcome = SecretOutcome::Matches;
        assert!(decide(Some(&client(ClientAuthMethod::None)), &named, outcome).is_ok());
        let confidential = client(ClientAuthMethod::ClientSecret);
        assert!(decide(Some(&confidential), &named, outcome).is_err());
        let with_secret = read_form(Some(&basic("c:s")), "").unwrap();
        assert!(decide(Some(&client(ClientAuthMethod::None)), &with_secret, outcome).is_err());
        assert!(decide(None, &with_secret, outcome).is_err());
    }

    #[test]
    fn restricted_client_proves_itself_in_its_own_way_only() {
        let header = read_form(Some(&basic("c:s")), "").unwrap();
        let body = read_form(None, "client_id=c&client_secret=s").unwrap();
        let by_assertion = read_form(None, &assertion_form("c", "")).unwrap();
        let ways = [&header, &body, &by_assertion];
        for (method, accepted) in [
            (ClientAuthMethod::None, [false, false, false]),
            (ClientAuthMethod::ClientSecret, [true, true, false]),
            (ClientAuthMethod::ClientSecretBasic, [true, false, false]),
            (ClientAuthMethod::ClientSecretPost, [false, true, false]),
            (ClientAuthMethod::ClientSecretJwt, [false, false, true]),
            (ClientAuthMethod::PrivateKeyJwt, [false, false, true]),
        ] {
            let client = client(method);
            let decided = |way| decide(Some(&client), way, SecretOutcome::Matches).is_ok();
            assert_eq!(ways.map(decided), accepted, "{method:?}");
        }
    }

    fn assertion_form(subject: &str, more: &str) -> String {
        let claims = serde_json::json!({"sub": subject});
        let jwt = crypto::jws::signing::by_secret(b"s", &serde_json::json!({}), &claims);
        format!("client_assertion_type={ASSERTION_TYPE}&client_assertion={jwt}{more}")
    }

    #[test]
    fn assertion_names_the_client_and_stands_alone() {
        let credentials = read_form(None, &assertion_form("c", "&client_id=c")).unwrap();
        assert_eq!(credentials.client_id(), "c");
        let mismatch = read_form(None, &assertion_form("c", "&client_id=d"));
        assert_eq!(description(mismatch), "client_id mismatch");
        for (header, more) in
            [(None, "&client_secret=s"), (Some(basic("c:s")), ""), (Some(basic("c:s")), "&x=y")]
        {
            let twice = read_form(header.as_deref(), &assertion_form("c", more));
            assert!(description(twice).contains("one mechanism"));
        }
        assert!(description(read_form(None, "client_assertion=a.b.c")).contains("assertion_type"));
        let form = assertion_form("c", "").replace("jwt-bearer", "saml2-bearer");
        assert!(description(read_form(None, &form)).contains("must have value"));
    }

    #[test]
    fn malformed_assertion_fails_the_authentication() {
        for jwt in ["x", "e30.e30.", "a.b.c"] {
            let form = format!("client_assertion_type={ASSERTION_TYPE}&client_assertion={jwt}");
            let error = read_form(None, &form).unwrap_err();
            assert_eq!((error.kind, error.status), (ErrorKind::InvalidClient, 401), "{jwt}");
        }
    }

    #[test]
    fn client_record_of_another_id_does_not_count() {
        let other = read_form(None, "client_id=d").unwrap();
        assert!(
            decide(Some(&client(ClientAuthMethod::None)), &other, SecretOutcome::Matches).is_err()
        );
    }
}
