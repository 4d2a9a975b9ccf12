//! The client is named once and known. Clause: RFC 6749 section 4.1.1.

use crate::{
    client::ClientMetadata,
    error::{ErrorKind, OAuthError},
    parameters::Parameters,
};

pub(super) fn client_id(parameters: &Parameters) -> Result<&str, OAuthError> {
    parameters.single("client_id")?.ok_or_else(|| OAuthError::missing_parameter("client_id"))
}

pub(super) fn check<'a>(
    parameters: &Parameters,
    client: Option<&'a ClientMetadata>,
) -> Result<&'a ClientMetadata, OAuthError> {
    let asked = client_id(parameters)?;
    client
        .filter(|client| client.client_id == asked)
        .ok_or_else(|| OAuthError::new(ErrorKind::InvalidClient, "client is invalid"))
}
