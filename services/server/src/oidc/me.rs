//! The UserInfo endpoint (OpenID Connect Core 5.3).

use axum::{
    Json,
    http::{
        HeaderMap, HeaderValue, Method,
        header::{AUTHORIZATION, CACHE_CONTROL},
    },
    response::{IntoResponse, Response},
};
use domain::Grant;
use projections::{AccessTokenRow, Grants};
use protocol::{
    ClientMetadata, OAuthError, ScopeSet,
    bearer::{self, PresentedToken},
    claims,
    token::{OpaqueToken, TokenKind},
};

use crate::{
    call::Call,
    claims::user_claims,
    oidc::{
        cors, dpop,
        failure::OidcResult,
        token::gate::{self, Acting, GateError, Source},
    },
};

/// Path of the endpoint under the issuer.
const PATH: &str = "/me";

/// Claims about the user of the access token: 200, or 401 `invalid_token`.
#[tracing::instrument(skip_all)]
pub(super) async fn me(call: Call, method: Method, headers: HeaderMap) -> Response {
    let response = match read(&call, method.as_str(), &headers).await {
        Ok(claims) => {
            let mut response = Json(claims).into_response();
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(failure) => failure.into_response(),
    };
    dpop::renew(&call, &headers, response)
}

async fn read(
    call: &Call,
    method: &str,
    headers: &HeaderMap,
) -> OidcResult<serde_json::Map<String, serde_json::Value>> {
    let authorization = headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let presented = bearer::read_any(authorization).map_err(|refusal| refusal.to_oauth_error())?;
    let text = &presented.token;
    let token = OpaqueToken::parse_kind(text.expose(), TokenKind::AccessToken)
        .map_err(|_| OAuthError::invalid_token())?;
    let grants = call.site.app().views.reader::<Grants>();
    let id = token.id().parse().map_err(|_| OAuthError::invalid_token())?;
    let mut row = grants.access_token(call.site.tenant(), &id)?;
    if row.is_none() {
        // An id that nobody can guess may be newer than the view.
        call.catch_up().await?;
        row = grants.access_token(call.site.tenant(), &id)?;
    }
    let row = row.ok_or_else(OAuthError::invalid_token)?;
    let sha256 = crypto::digest::sha256_base64url(text.expose());
    let genuine = row
        .sha256
        .as_deref()
        .is_some_and(|held| crypto::digest::constant_time_eq(held.as_bytes(), sha256.as_bytes()));
    if !genuine || row.is_revoked || row.expires_at <= call.now.0 {
        return Err(OAuthError::invalid_token().into());
    }
    check_key(call, (method, headers), &presented, row.dpop_jkt.as_deref())?;
    let clients = call.site.clients()?;
    let client = clients.get(row.application.as_str()).ok_or_else(OAuthError::invalid_token)?;
    cors::check(call, &client.metadata, headers)?;
    let scope = ScopeSet::try_from_names(row.scope.iter().map(String::as_str))
        .map_err(|_| OAuthError::invalid_token())?;
    if !scope.contains(protocol::scope::OPENID) {
        return Err(OAuthError::invalid_token().into());
    }
    check_gate(call, &row, &client.metadata).await?;
    let user = user_claims(call, &row.user, &scope).await?;
    let user = user.ok_or_else(OAuthError::invalid_token)?;
    let mut answer = row.claims.unwrap_or_default();
    answer.extend(claims::for_userinfo(&user, &scope));
    Ok(answer)
}

/// A token that is bound to a key is worth nothing without proof of the key, and one that is not does
/// not come as if it were (RFC 9449 7.1 and 7.2).
fn check_key(
    call: &Call,
    (method, headers): (&str, &HeaderMap),
    presented: &PresentedToken,
    bound_to: Option<&str>,
) -> OidcResult<()> {
    match (presented.is_bound, bound_to) {
        (false, None) => Ok(()),
        (true, Some(jkt)) => {
            let token = presented.token.expose();
            let proof = dpop::presented_at_resource(call, headers, (method, PATH), token)?;
            if proof.jkt == jkt {
                Ok(())
            } else {
                Err(OAuthError::invalid_token().challenged_for_dpop().into())
            }
        }
        (false, Some(_)) | (true, None) => {
            Err(OAuthError::invalid_token().challenged_for_dpop().into())
        }
    }
}

/// Whether the user may still act through the application, as the log itself tells it.
async fn check_gate(call: &Call, row: &AccessTokenRow, client: &ClientMetadata) -> OidcResult<()> {
    let grant = Source::Log.load::<Grant>(call, &row.grant).await?;
    let acting = Acting {
        user: &row.user,
        since: grant.granted_at().unwrap_or_default(),
        session: grant.session().filter(|_| grant.ends_with_session()),
        client: Some(client),
        organization: None,
    };
    match gate::pass(call, Source::Log, &acting).await {
        Ok(_) if !grant.is_revoked() => Ok(()),
        Ok(_) | Err(GateError::Denied(_)) => Err(OAuthError::invalid_token().into()),
        Err(GateError::Failed(failure)) => Err(failure),
    }
}
