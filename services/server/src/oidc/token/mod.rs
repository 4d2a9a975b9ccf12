//! `POST /oidc/token` (RFC 6749 3.2): one file per grant.

mod authorization_code;
mod client_credentials;
mod issue;
mod refresh_token;
mod subject;

pub(super) use self::subject::may_act;

use axum::{
    Json,
    body::Bytes,
    http::{
        HeaderMap, HeaderValue,
        header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA},
    },
    response::{IntoResponse, Response},
};
use protocol::{OAuthError, Parameters, token::TokenResponse, token_request::TokenRequest};

use crate::{
    call::Call,
    oidc::{
        client_authentication::authenticate,
        cors,
        failure::{OidcFailure, OidcResult},
    },
};

/// Exchanges a grant for tokens: 200 with the tokens, or the error of the contract's table.
#[tracing::instrument(skip_all, name = "token")]
pub(super) async fn token(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    match exchange(&call, &headers, &body).await {
        Ok(answer) => {
            let mut response = Json(answer).into_response();
            let headers = response.headers_mut();
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
            response
        }
        Err(failure) => failure.into_response(),
    }
}

async fn exchange(call: &Call, headers: &HeaderMap, body: &[u8]) -> OidcResult<TokenResponse> {
    let parameters = parameters(headers, body)?;
    let authenticated = authenticate(call, headers, &parameters)?;
    let client = authenticated.metadata()?;
    cors::check(call, client, headers)?;
    match TokenRequest::read(&parameters, client)? {
        TokenRequest::AuthorizationCode { code, redirect_uri, code_verifier, resource } => {
            let request = authorization_code::CodeExchange {
                code: code.expose().to_owned(),
                redirect_uri,
                verifier: code_verifier.map(|verifier| verifier.expose().to_owned()),
                resource,
            };
            authorization_code::redeem(call, client, request).await
        }
        TokenRequest::RefreshToken { refresh_token, scope, resource, organization_id } => {
            if organization_id.is_some() {
                return Err(no_organizations());
            }
            let request = refresh_token::Refresh {
                token: refresh_token.expose().to_owned(),
                scope,
                resource,
            };
            refresh_token::refresh(call, client, request).await
        }
        TokenRequest::ClientCredentials { scope, resource, organization_id } => {
            if organization_id.is_some() {
                return Err(no_organizations());
            }
            client_credentials::issue(call, client, &scope, resource).await
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

/// There are no organizations yet, so nobody is a member of any.
fn no_organizations() -> OidcFailure {
    let kind = protocol::error::ErrorKind::AccessDenied;
    let error = OAuthError::new(kind, "user is not a member of the organization");
    OidcFailure::Refused(error.with_status(403))
}
