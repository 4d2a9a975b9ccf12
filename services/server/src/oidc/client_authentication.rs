//! Who calls the endpoints of clients (RFC 6749 2.3, RFC 7523).

use std::sync::Arc;

use axum::http::{HeaderMap, header::AUTHORIZATION};
use crypto::{jws::ForeignToken, jwt::JwtError};
use events::{Actor, ProofPurpose};
use protocol::{
    ClientMetadata, OAuthError, Parameters,
    client::ClientAuthMethod,
    client_assertion::{self, Expected},
    client_authentication::{self, ClientCredentials, SecretOutcome},
    secret::SecretText,
};
use serde_json::{Map, Value};

use crate::{
    call::Call,
    clients::{Client, Clients, SecretCheck},
    ids::parse,
    oidc::{
        client_keys,
        failure::OidcResult,
        once::{Once, Statement},
    },
};

/// Endpoints whose URL an assertion may name in place of the issuer.
const ENDPOINTS: [&str; 5] =
    ["/token", "/request", "/device/auth", "/token/introspection", "/token/revocation"];

/// A client that has proved who it is; it borrows nothing, so it can cross an await.
pub(super) struct AuthenticatedClient {
    clients: Arc<Clients>,
    id: String,
    once: Once,
}

impl AuthenticatedClient {
    /// Its metadata.
    ///
    /// # Errors
    /// `server_error` never happens: the client was found a moment ago in the same configuration.
    pub(super) fn metadata(&self) -> OidcResult<&ClientMetadata> {
        Ok(&self.client()?.metadata)
    }

    /// The whole client.
    ///
    /// # Errors
    /// As [`AuthenticatedClient::metadata`].
    pub(super) fn client(&self) -> OidcResult<&Client> {
        Ok(self.clients.get(&self.id).ok_or_else(OAuthError::server_error)?)
    }

    /// What it proved itself with that counts once, for the commit of what it asked for.
    pub(super) fn once(&self) -> Once {
        self.once.clone()
    }
}

/// Proves who the client is, and uses up what it proved that with.
///
/// # Errors
/// As the table of contract oidc §1.
pub(super) async fn authenticate(
    call: &Call,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> OidcResult<AuthenticatedClient> {
    let authenticated = authenticate_pending(call, headers, parameters).await?;
    let actor = Actor::Application(parse(&authenticated.id)?);
    authenticated.once.spend(call, actor).await?;
    Ok(authenticated)
}

/// Proves who the client is; the caller uses up [`AuthenticatedClient::once`] in its own commit.
///
/// # Errors
/// As [`authenticate`].
pub(super) async fn authenticate_pending(
    call: &Call,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> OidcResult<AuthenticatedClient> {
    let authorization = headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let credentials = client_authentication::read(authorization, parameters)?;
    let clients = call.site.clients()?;
    let client = clients.get(credentials.client_id());
    let (outcome, statement) = match (client, &credentials) {
        (Some(client), ClientCredentials::Assertion { assertion, .. }) => {
            match check_assertion(call, client, assertion).await? {
                Some(statement) => (SecretOutcome::Matches, Some(statement)),
                None => (SecretOutcome::Differs, None),
            }
        }
        (
            Some(client),
            ClientCredentials::Basic { secret, .. } | ClientCredentials::Post { secret, .. },
        ) => {
            let outcome = match client.check_secret(secret.expose(), call.now) {
                SecretCheck::Right => SecretOutcome::Matches,
                SecretCheck::Expired => SecretOutcome::Expired,
                SecretCheck::Wrong => SecretOutcome::Differs,
            };
            (outcome, None)
        }
        (None, _) | (Some(_), ClientCredentials::None { .. }) => (SecretOutcome::Differs, None),
    };
    client_authentication::decide(client.map(|client| &client.metadata), &credentials, outcome)?;
    let mut once = Once::default();
    if let Some(statement) = statement {
        once.add(call, statement).await?;
    }
    let id = credentials.client_id().to_owned();
    Ok(AuthenticatedClient { clients, id, once })
}

/// The statement that a good assertion is; none if it is not good. Why is told to the log only.
async fn check_assertion(
    call: &Call,
    client: &Client,
    assertion: &SecretText,
) -> OidcResult<Option<Statement>> {
    let metadata = &client.metadata;
    let Ok(token) = ForeignToken::parse(assertion.expose()) else { return Ok(None) };
    // The algorithm is the client's to have chosen, not the token's.
    if !client_assertion::algorithms(metadata).contains(&token.algorithm()) {
        tracing::info!("client assertion in another algorithm than the client's");
        return Ok(None);
    }
    let claims = match verify(call, client, &token).await {
        Ok(claims) => claims,
        Err(error) => {
            tracing::info!(%error, "client assertion refused");
            return Ok(None);
        }
    };
    let endpoints = ENDPOINTS.map(|path| format!("{}{path}", call.site.issuer()));
    let expected = Expected {
        client: metadata,
        issuer: call.site.issuer(),
        endpoints: &endpoints.each_ref().map(String::as_str),
        now: call.now.seconds().0,
    };
    match client_assertion::check(token.typ(), claims, &expected) {
        Ok(accepted) => {
            let name = (metadata.client_id.as_str(), accepted.jti.as_str());
            let purpose = ProofPurpose::ClientAssertion;
            Statement::new(call, purpose, name, accepted.expires_at).map(Some)
        }
        Err(refusal) => {
            tracing::info!(%refusal, "client assertion refused");
            Ok(None)
        }
    }
}

/// The claims, if they are signed in the way of the client.
async fn verify<'a>(
    call: &Call,
    client: &Client,
    token: &'a ForeignToken,
) -> Result<&'a Map<String, Value>, JwtError> {
    if client.metadata.auth_method != ClientAuthMethod::ClientSecretJwt {
        return client_keys::verify(call, client, token).await;
    }
    let live = client.secrets.iter().filter(|secret| secret.is_live(call.now));
    let values = live.filter_map(|secret| secret.value.as_ref());
    let mut matching =
        values.filter_map(|value| token.verify_by_secret(value.expose().as_bytes()).ok());
    matching.next().ok_or(JwtError::Signature)
}
