//! `POST /oidc/token` (RFC 6749 3.2): a registry of grants, one file each. Each ends in `issue`, and
//! each that speaks for a user passes the `gate` first.

mod authorization_code;
mod client_credentials;
mod device_code;
mod family;
pub(crate) mod gate;
mod grant;
mod issue;
mod refresh_token;
mod subject;
mod target;
mod token_exchange;

use axum::{
    Json,
    body::Bytes,
    http::{
        HeaderMap, HeaderValue,
        header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA},
    },
    response::{IntoResponse, Response},
};
use events::ApplicationId;
use protocol::{
    ClientMetadata, OAuthError, Parameters, client::GrantType, token::TokenResponse,
    token_request::TokenRequest,
};
use store::Work;

use self::target::Named;
use crate::{
    call::Call,
    ids::parse,
    oidc::{
        client_authentication::authenticate_pending, cors, dpop, failure::OidcResult, once::Once,
    },
};

/// Path of the endpoint under the issuer.
const PATH: &str = "/token";

/// Who asks for tokens, and what it proved.
pub(super) struct Asking<'a> {
    /// The client.
    pub client: &'a ClientMetadata,
    /// Its id.
    pub application: ApplicationId,
    /// How it asks.
    pub grant_type: GrantType,
    /// Thumbprint of the key that it proved to hold: the access token is bound to it (RFC 9449 5).
    pub dpop_jkt: Option<String>,
    /// What it proved with that counts once.
    pub once: Once,
}

impl Asking<'_> {
    /// Records, in the commit of the tokens, what the request proved and nobody may prove again.
    ///
    /// # Errors
    /// If it was proved before.
    async fn use_up(&self, work: &Work) -> OidcResult<()> {
        self.once.use_up(work).await
    }
}

/// Exchanges a grant for tokens: 200 with the tokens, or the error of the contract's table.
#[tracing::instrument(skip_all, name = "token")]
pub(super) async fn token(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    let response = match exchange(&call, &headers, &body).await {
        Ok(answer) => {
            let mut response = Json(answer).into_response();
            let headers = response.headers_mut();
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
            response
        }
        Err(failure) => failure.into_response(),
    };
    dpop::renew(&call, &headers, response)
}

async fn exchange(call: &Call, headers: &HeaderMap, body: &[u8]) -> OidcResult<TokenResponse> {
    let parameters = parameters(headers, body)?;
    let authenticated = authenticate_pending(call, headers, &parameters).await?;
    let client = authenticated.metadata()?;
    cors::check(call, client, headers)?;
    let proof = dpop::presented(call, headers, ("POST", PATH), None)?;
    dpop::check_client(client, proof.as_ref())?;
    let application = parse(&client.client_id)?;
    let request = match TokenRequest::read(&parameters, client) {
        Ok(request) => request,
        Err(refusal) => {
            let key = proof.map(|proof| proof.jkt);
            refresh_token::raise_alarm(call, (&application, key), &parameters).await?;
            return Err(refusal.into());
        }
    };
    let mut once = authenticated.once();
    let mut dpop_jkt = None;
    if let Some(proof) = proof {
        once.add(call, proof.statement).await?;
        dpop_jkt = Some(proof.jkt);
    }
    let asking = &Asking { client, application, grant_type: request.grant_type(), dpop_jkt, once };
    match request {
        TokenRequest::AuthorizationCode { code, redirect_uri, code_verifier, resource } => {
            let verifier = code_verifier;
            let request =
                authorization_code::CodeExchange { code, redirect_uri, verifier, resource };
            authorization_code::redeem(call, asking, request).await
        }
        TokenRequest::RefreshToken { refresh_token: token, scope, resource, organization_id } => {
            let named = Named { resource, organization: organization_id };
            let request = refresh_token::Refresh { token, scope, named };
            refresh_token::refresh(call, asking, request).await
        }
        TokenRequest::ClientCredentials { scope, resource, organization_id } => {
            let named = Named { resource, organization: organization_id };
            client_credentials::issue(call, asking, &scope, named).await
        }
        TokenRequest::TokenExchange(request) => {
            token_exchange::exchange(call, asking, request).await
        }
        TokenRequest::DeviceCode { device_code: code, resource } => {
            device_code::redeem(call, asking, device_code::DeviceExchange { code, resource }).await
        }
    }
}

/// The parameters of a body, by form or as an extension by JSON (contract: oidc §1).
///
/// # Errors
/// `invalid_request`
pub(super) fn parameters(headers: &HeaderMap, body: &[u8]) -> Result<Parameters, OAuthError> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if content_type.is_some_and(|kind| kind.starts_with("application/json")) {
        Parameters::parse_json(body)
    } else {
        Parameters::parse_form(body)
    }
}

/// The tokens; or, where the commit revoked the grant instead, `invalid_grant` once every view knows.
async fn answer_or_refuse(
    call: &Call,
    answer: Option<TokenResponse>,
    position: Option<u64>,
) -> OidcResult<TokenResponse> {
    if let Some(answer) = answer {
        call.note(position);
        return Ok(answer);
    }
    call.settle(position).await?;
    Err(OAuthError::invalid_grant().into())
}
