//! What a user's grant is exchanged for: an access token, its record, and an ID token.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use crypto::key::Signer;
use domain::{AccessTokenCommand, GrantState};
use events::{AccessTokenForm, AccessTokenId, GrantId, UnixMillis, UserId};
use protocol::{
    ClientMetadata, OAuthError, ScopeSet,
    claims::{self, ExtendedClaims},
    token::{ACCESS_TOKEN_TYP, AccessTokenClaims, IdTokenClaims, OpaqueToken, TokenKind},
    ttl::ACCESS_TOKEN_TTL_SECONDS,
};

use crate::{
    call::Call,
    claims::user_claims,
    ids::{TOKEN_ID_CHARS, parse},
    oidc::failure::{OidcFailure, OidcResult},
};

/// What an access token is wanted for.
pub(super) struct Wanted<'a> {
    /// The client.
    pub client: &'a ClientMetadata,
    /// The grant's id.
    pub grant_id: &'a GrantId,
    /// The grant.
    pub grant: &'a GrantState,
    /// Its user.
    pub user: &'a UserId,
    /// Scope asked for in this exchange, inside the grant.
    pub scope: &'a ScopeSet,
    /// Indicator of the API resource; none = an opaque token for `/oidc/me`.
    pub resource: Option<&'a str>,
    /// The moment that the tokens carry.
    pub issued_at: UnixMillis,
    /// The refresh token whose use must always give the same access token.
    pub seed: Option<&'a str>,
}

/// An access token before it is recorded.
pub(super) struct NewAccessToken {
    /// Its id.
    pub id: AccessTokenId,
    /// The token.
    pub text: String,
    /// Records it.
    pub command: AccessTokenCommand,
    /// Lifetime.
    pub ttl_seconds: i64,
    /// What it permits.
    pub scope: ScopeSet,
}

/// Makes the access token.
///
/// # Errors
/// `invalid_target` for a resource outside the grant.
pub(super) fn access_token(call: &Call, wanted: &Wanted<'_>) -> OidcResult<NewAccessToken> {
    let target = target(call, wanted)?;
    let (id, secret) = identity(call, wanted, &target);
    let id: AccessTokenId = parse(&id)?;
    let (form, text) = match &target.resource {
        None => {
            let token = OpaqueToken::try_new(TokenKind::AccessToken, id.as_str(), &secret)
                .map_err(|error| OidcFailure::Broken(Box::new(error)))?;
            let text = token.to_text().expose().to_owned();
            let sha256 = crypto::digest::sha256_base64url(&text);
            (AccessTokenForm::Opaque { sha256 }, text)
        }
        Some((audience, signer)) => {
            let claims = claims_of(call, wanted, &target, &id, audience);
            let text = crypto::jwt::mint(signer, Some(ACCESS_TOKEN_TYP), &claims)?;
            let kid = signer.kid().to_owned();
            (AccessTokenForm::Jwt { audience: audience.clone(), kid }, text)
        }
    };
    let command = AccessTokenCommand::IssueAccessToken {
        grant: wanted.grant_id.clone(),
        user: wanted.user.clone(),
        application: parse(&wanted.client.client_id)?,
        form,
        scope: target.scope.iter().map(str::to_owned).collect(),
        issued_at: wanted.issued_at,
        expires_at: wanted.issued_at.plus_seconds(target.ttl_seconds),
    };
    Ok(NewAccessToken { id, text, command, ttl_seconds: target.ttl_seconds, scope: target.scope })
}

/// What an access token is for, and what it permits.
struct Target {
    /// Indicator and signing key of a JWT; none = opaque.
    resource: Option<(String, Signer)>,
    scope: ScopeSet,
    ttl_seconds: i64,
}

fn target(call: &Call, wanted: &Wanted<'_>) -> OidcResult<Target> {
    let Some(indicator) = wanted.resource else {
        let scope = wanted.scope.oidc_part();
        return Ok(Target { resource: None, scope, ttl_seconds: ACCESS_TOKEN_TTL_SECONDS });
    };
    let site = &call.site;
    let granted = wanted.grant.resources().and_then(|held| held.get(indicator));
    let granted = granted.ok_or_else(OAuthError::unknown_resource)?;
    let resources = site.resources()?;
    let resource = resources.get(indicator).ok_or_else(OAuthError::unknown_resource)?;
    let held = site.scopes_of_user(wanted.user, indicator)?;
    let scope = wanted.scope.filtered(|scope| {
        granted.iter().any(|name| name == scope) && held.iter().any(|name| name == scope)
    });
    let ttl_seconds = resource.access_token_ttl_seconds;
    let resource = Some((indicator.to_owned(), site.signer()?));
    Ok(Target { resource, scope, ttl_seconds })
}

/// Id and secret: made up, or derived from the seed and from all that the record of the token says,
/// so that a repeated request gets the same token and a different one gets another.
fn identity(call: &Call, wanted: &Wanted<'_>, target: &Target) -> (String, String) {
    let random = &call.site.app().random;
    let Some(seed) = wanted.seed else { return (random.id(TOKEN_ID_CHARS), random.token()) };
    let resource = target.resource.as_ref();
    let (audience, kid) = resource.map_or(("", ""), |(audience, key)| (audience, key.kid()));
    let Target { scope, ttl_seconds, .. } = target;
    let material = format!("{seed}\n{audience}\n{kid}\n{scope}\n{ttl_seconds}");
    let key = call.site.token_key();
    let id = key.text(format!("access token id\n{material}").as_bytes());
    let secret = key.digest(format!("access token secret\n{material}").as_bytes());
    (id.chars().take(TOKEN_ID_CHARS).collect(), URL_SAFE_NO_PAD.encode(secret))
}

fn claims_of(
    call: &Call,
    wanted: &Wanted<'_>,
    target: &Target,
    id: &AccessTokenId,
    audience: &str,
) -> AccessTokenClaims {
    let issued_at = wanted.issued_at.seconds();
    AccessTokenClaims {
        jti: id.as_str().to_owned(),
        sub: wanted.user.as_str().to_owned(),
        iat: issued_at.0,
        exp: issued_at.plus(target.ttl_seconds).0,
        scope: target.scope.clone(),
        client_id: wanted.client.client_id.clone(),
        iss: call.site.issuer().to_owned(),
        aud: audience.to_owned(),
    }
}

/// Makes the ID token, if the scope holds `openid` (OpenID Connect Core 2).
///
/// # Errors
/// `invalid_grant` if the user is gone.
pub(super) async fn id_token(call: &Call, wanted: &Wanted<'_>) -> OidcResult<Option<String>> {
    if !wanted.scope.contains(protocol::scope::OPENID) {
        return Ok(None);
    }
    let user = user_claims(call, wanted.user, wanted.scope).await?;
    let user = user.ok_or_else(OAuthError::invalid_grant)?;
    let grant = wanted.grant;
    let issued_at = wanted.issued_at.seconds();
    let auth_time = grant.authenticated_at().filter(|_| grant.requires_auth_time());
    let claims = IdTokenClaims {
        sub: user.id.clone(),
        aud: wanted.client.client_id.clone(),
        iss: call.site.issuer().to_owned(),
        iat: issued_at.0,
        exp: issued_at.plus(wanted.client.id_token_ttl_seconds).0,
        nonce: grant.nonce().map(str::to_owned),
        auth_time: auth_time.map(|time| time.seconds().0),
        sid: None,
    };
    let person = claims::for_id_token(&user, wanted.scope, &ExtendedClaims::default());
    let signer = call.site.signer()?;
    Ok(Some(crypto::jwt::mint(&signer, None, &claims.with_user(person))?))
}
