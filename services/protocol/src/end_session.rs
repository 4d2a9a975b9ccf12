//! The logout request of a client: which client, and where the user may be sent afterwards.
//! Clause: OpenID Connect RP-Initiated Logout 1.0 section 2; contract: oidc.md section 9.
//!
//! The ID token of the hint is verified by the caller; only its audience is needed here.

use serde::{Deserialize, Serialize};

use crate::{
    authorization_response::append_query, client::ClientMetadata, error::OAuthError,
    parameters::Parameters, redirect_uri::is_registered_for_logout,
};

/// Longest `state`, in bytes.
const STATE_BYTES_MAX: usize = 4_096;
/// Longest `id_token_hint`, in bytes.
const ID_TOKEN_HINT_BYTES_MAX: usize = 16_384;
/// Longest of the other parameters, in bytes.
const PARAMETER_BYTES_MAX: usize = 2_048;

/// Well-formed parameters, not yet checked against a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndSessionParameters {
    /// Client that asks.
    pub client_id: Option<String>,
    /// ID token that the client got; possibly expired.
    pub id_token_hint: Option<String>,
    /// Where the user goes afterwards.
    pub post_logout_redirect_uri: Option<String>,
    /// Sent back with the redirect.
    pub state: Option<String>,
    /// Languages of the pages.
    pub ui_locales: Option<String>,
}

/// A logout that may be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndSessionRequest {
    /// Client that asks, if it said so.
    pub client_id: Option<String>,
    /// Where the user goes afterwards, `state` included; `None` shows a page.
    pub location: Option<String>,
    /// Languages of the pages.
    pub ui_locales: Option<String>,
}

impl EndSessionParameters {
    /// Reads the parameters.
    ///
    /// # Errors
    /// `invalid_request` for a repeated or overlong one.
    pub fn read(parameters: &Parameters) -> Result<Self, OAuthError> {
        parameters.refuse_duplicates(&[])?;
        Ok(Self {
            client_id: parameters.bounded("client_id", PARAMETER_BYTES_MAX)?,
            id_token_hint: parameters.bounded("id_token_hint", ID_TOKEN_HINT_BYTES_MAX)?,
            post_logout_redirect_uri: parameters
                .bounded("post_logout_redirect_uri", PARAMETER_BYTES_MAX)?,
            state: parameters.bounded("state", STATE_BYTES_MAX)?,
            ui_locales: parameters.bounded("ui_locales", PARAMETER_BYTES_MAX)?,
        })
    }

    /// The client to look up: the named one, or the audience of the verified hint.
    ///
    /// # Errors
    /// `invalid_request` when both are there and differ.
    pub fn client_id<'a>(
        &'a self,
        hint_audience: Option<&'a str>,
    ) -> Result<Option<&'a str>, OAuthError> {
        match (self.client_id.as_deref(), hint_audience) {
            (Some(named), Some(audience)) if named != audience => Err(OAuthError::invalid_request(
                "client_id does not match the provided id_token_hint",
            )),
            (named, audience) => Ok(named.or(audience)),
        }
    }

    /// Checks the request; `client` is what the caller found for [`Self::client_id`].
    ///
    /// # Errors
    /// `invalid_request` when a redirect is wanted and no client is known, or the URI is not
    /// registered; `invalid_client` (400) for a named client that nobody knows.
    pub fn validate(
        self,
        hint_audience: Option<&str>,
        client: Option<&ClientMetadata>,
    ) -> Result<EndSessionRequest, OAuthError> {
        let client_id = self.client_id(hint_audience)?.map(str::to_owned);
        let client = client.filter(|client| Some(&client.client_id) == client_id.as_ref());
        if client_id.is_some() && client.is_none() {
            let kind = crate::error::ErrorKind::InvalidClient;
            return Err(OAuthError::new(kind, "client is invalid"));
        }
        let location = match (&self.post_logout_redirect_uri, client) {
            (None, _) => None,
            (Some(_), None) => {
                return Err(OAuthError::invalid_request(
                    "post_logout_redirect_uri needs client_id or id_token_hint",
                ));
            }
            (Some(uri), Some(client)) => {
                if !is_registered_for_logout(uri, &client.post_logout_redirect_uris) {
                    let description = "post_logout_redirect_uri not registered";
                    return Err(OAuthError::invalid_request(description));
                }
                Some(match self.state {
                    Some(state) => append_query(uri, &[("state", state)]),
                    None => uri.clone(),
                })
            }
        };
        Ok(EndSessionRequest { client_id, location, ui_locales: self.ui_locales })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{ApplicationType, ClientAuthMethod};

    const URI: &str = "post_logout_redirect_uri=https://app.example/out";

    fn validate(form: &str, audience: Option<&str>) -> Result<EndSessionRequest, OAuthError> {
        let (kind, method) = (ApplicationType::Web, ClientAuthMethod::None);
        let mut client = ClientMetadata::new("app", kind, method, Vec::new());
        client.post_logout_redirect_uris = vec!["https://app.example/out".to_owned()];
        let parameters = Parameters::parse_form(form.as_bytes()).unwrap();
        let parameters = EndSessionParameters::read(&parameters).unwrap();
        parameters.validate(audience, Some(&client))
    }

    fn description(result: Result<EndSessionRequest, OAuthError>) -> String {
        let error = result.unwrap_err();
        assert_eq!(error.status, 400);
        error.description.into_owned()
    }

    #[test]
    fn registered_uri_gets_the_state() {
        let request = validate(&format!("client_id=app&{URI}&state=a+b"), None).unwrap();
        assert_eq!(request.location.as_deref(), Some("https://app.example/out?state=a+b"));
    }

    #[test]
    fn hint_names_the_client_as_well() {
        let request = validate(URI, Some("app")).unwrap();
        assert_eq!(request.client_id.as_deref(), Some("app"));
        assert_eq!(request.location.as_deref(), Some("https://app.example/out"));
    }

    #[test]
    fn unregistered_uri_is_refused() {
        let result = validate("client_id=app&post_logout_redirect_uri=https://evil.example", None);
        assert_eq!(description(result), "post_logout_redirect_uri not registered");
    }

    #[test]
    fn uri_without_a_client_is_refused() {
        assert!(description(validate(URI, None)).contains("needs client_id"));
    }

    #[test]
    fn two_different_clients_are_refused() {
        let result = validate(&format!("client_id=app&{URI}"), Some("other"));
        assert!(description(result).contains("does not match"));
    }

    #[test]
    fn unknown_client_is_refused() {
        assert_eq!(description(validate("client_id=other", None)), "client is invalid");
    }

    #[test]
    fn logout_without_parameters_shows_a_page() {
        assert_eq!(validate("", None).unwrap().location, None);
    }
}
