//! Who calls the token and revocation endpoints (RFC 6749 2.3).

use std::sync::Arc;

use axum::http::{HeaderMap, header::AUTHORIZATION};
use protocol::{
    ClientMetadata, Parameters,
    client_authentication::{self, SecretOutcome},
};

use crate::{
    call::Call,
    clients::{Clients, SecretCheck},
    oidc::failure::OidcResult,
};

/// A client that has proved who it is; it borrows nothing, so it can cross an await.
pub(super) struct AuthenticatedClient {
    clients: Arc<Clients>,
    id: String,
}

impl AuthenticatedClient {
    /// Its metadata.
    ///
    /// # Errors
    /// `server_error` never happens: the client was found a moment ago in the same configuration.
    pub(super) fn metadata(&self) -> OidcResult<&ClientMetadata> {
        let client = self.clients.get(&self.id);
        Ok(&client.ok_or_else(protocol::OAuthError::server_error)?.metadata)
    }
}

/// Proves who the client is.
///
/// # Errors
/// As the table of contract oidc §1.
pub(super) fn authenticate(
    call: &Call,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> OidcResult<AuthenticatedClient> {
    let authorization = headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let credentials = client_authentication::read(authorization, parameters)?;
    let clients = call.site.clients()?;
    let client = clients.get(credentials.client_id());
    let outcome = match (client, credentials.secret()) {
        (Some(client), Some(secret)) => match client.check_secret(secret.expose(), call.now) {
            SecretCheck::Right => SecretOutcome::Matches,
            SecretCheck::Expired => SecretOutcome::Expired,
            SecretCheck::Wrong => SecretOutcome::Differs,
        },
        (None, _) | (_, None) => SecretOutcome::Differs,
    };
    client_authentication::decide(client.map(|client| &client.metadata), &credentials, outcome)?;
    let id = credentials.client_id().to_owned();
    Ok(AuthenticatedClient { clients, id })
}
