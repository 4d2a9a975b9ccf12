//! The UserInfo endpoint (OpenID Connect Core 5.3).

use axum::{
    Json,
    http::{
        HeaderMap, HeaderValue,
        header::{AUTHORIZATION, CACHE_CONTROL},
    },
    response::{IntoResponse, Response},
};
use projections::Grants;
use protocol::{
    OAuthError, ScopeSet, bearer, claims,
    token::{OpaqueToken, TokenKind},
};

use crate::{
    call::Call,
    claims::user_claims,
    oidc::{cors, failure::OidcResult},
};

/// Claims about the user of the access token: 200, or 401 `invalid_token`.
#[tracing::instrument(skip_all)]
pub(super) async fn me(call: Call, headers: HeaderMap) -> Response {
    match read(&call, &headers).await {
        Ok(claims) => {
            let mut response = Json(claims).into_response();
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(failure) => failure.into_response(),
    }
}

async fn read(
    call: &Call,
    headers: &HeaderMap,
) -> OidcResult<serde_json::Map<String, serde_json::Value>> {
    let authorization = headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let text = bearer::read(authorization).map_err(|refusal| refusal.to_oauth_error())?;
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
    let clients = call.site.clients()?;
    let client = clients.get(row.application.as_str()).ok_or_else(OAuthError::invalid_token)?;
    cors::check(call, &client.metadata, headers)?;
    let scope = ScopeSet::try_from_names(row.scope.iter().map(String::as_str))
        .map_err(|_| OAuthError::invalid_token())?;
    if !scope.contains(protocol::scope::OPENID) {
        return Err(OAuthError::invalid_token().into());
    }
    let user = user_claims(call, &row.user, &scope).await?;
    let user = user.ok_or_else(OAuthError::invalid_token)?;
    Ok(claims::for_userinfo(&user, &scope))
}
