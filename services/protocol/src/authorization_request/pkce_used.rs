//! PKCE is used, with S256, unless the client switched it off. Clause: RFC 7636 section 4.4.1.

use crate::{
    client::ClientMetadata,
    error::OAuthError,
    parameters::Parameters,
    pkce::{CodeChallenge, METHOD},
};

pub(super) fn check(
    parameters: &Parameters,
    client: &ClientMetadata,
) -> Result<Option<CodeChallenge>, OAuthError> {
    let method = parameters.get("code_challenge_method");
    let Some(challenge) = parameters.get("code_challenge") else {
        if method.is_some() {
            let description = "code_challenge must be provided with code_challenge_method";
            return Err(OAuthError::invalid_request(description));
        }
        if client.is_pkce_required {
            let description =
                "Authorization Server policy requires PKCE to be used for this request";
            return Err(OAuthError::invalid_request(description));
        }
        return Ok(None);
    };
    if method != Some(METHOD) {
        // An absent method means `plain`.
        return Err(OAuthError::invalid_request("not supported value of code_challenge_method"));
    }
    CodeChallenge::parse(challenge).map(Some)
}
