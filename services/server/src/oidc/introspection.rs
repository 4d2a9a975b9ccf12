//! The introspection endpoint (RFC 7662): what an opaque access token or a refresh token is good for,
//! now and by the log itself. A client that cannot prove who it is learns of its own tokens only.

use axum::{
    Json,
    body::Bytes,
    http::{HeaderMap, HeaderValue, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};
use domain::{Grant, GrantState, RefreshUse};
use events::{AccessTokenId, GrantId, UnixMillis, UserId};
use projections::Grants;
use protocol::{
    ClientMetadata, ScopeSet,
    introspection::{ActiveToken, Introspection, structured_token},
    token::{OpaqueToken, TokenKind},
};

use crate::{
    call::Call,
    oidc::{
        client_authentication::authenticate,
        cors,
        failure::{OidcFailure, OidcResult},
        token::{
            gate::{self, Acting, GateError, Source},
            parameters,
        },
    },
};

/// `POST /oidc/token/introspection`: 200, whether or not the token is good.
#[tracing::instrument(skip_all, name = "introspection")]
pub(super) async fn introspect(call: Call, headers: HeaderMap, body: Bytes) -> Response {
    match introspected(&call, &headers, &body).await {
        Ok(answer) => {
            let mut response = Json(answer.to_body()).into_response();
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(failure) => failure.into_response(),
    }
}

async fn introspected(call: &Call, headers: &HeaderMap, body: &[u8]) -> OidcResult<Introspection> {
    let parameters = parameters(headers, body)?;
    let authenticated = authenticate(call, headers, &parameters).await?;
    let caller = authenticated.metadata()?;
    cors::check(call, caller, headers)?;
    parameters.refuse_duplicates(&[])?;
    let text = parameters.require("token")?;
    if text.matches('.').count() == 2 {
        return Err(structured_token().into());
    }
    let Ok(token) = OpaqueToken::parse(text) else { return Ok(Introspection::Inactive) };
    let found = if token.kind() == TokenKind::AccessToken {
        access_token(call, &token, text).await?
    } else if token.kind() == TokenKind::RefreshToken {
        refresh_token(call, &token, text).await?
    } else {
        None
    };
    let is_callers_business =
        |token: &ActiveToken| !caller.is_public() || token.client_id == caller.client_id;
    let found = found.filter(is_callers_business);
    Ok(found.map_or(Introspection::Inactive, |token| Introspection::Active(Box::new(token))))
}

async fn access_token(
    call: &Call,
    token: &OpaqueToken,
    text: &str,
) -> OidcResult<Option<ActiveToken>> {
    let Ok(id) = token.id().parse::<AccessTokenId>() else { return Ok(None) };
    let grants = call.site.app().views.reader::<Grants>();
    let mut row = grants.access_token(call.site.tenant(), &id)?;
    if row.is_none() {
        // An id that nobody can guess may be newer than the view.
        call.catch_up().await?;
        row = grants.access_token(call.site.tenant(), &id)?;
    }
    let sha256 = crypto::digest::sha256_base64url(text);
    let is_genuine =
        |held: &String| crypto::digest::constant_time_eq(held.as_bytes(), sha256.as_bytes());
    let Some(row) = row.filter(|row| row.sha256.as_ref().is_some_and(is_genuine)) else {
        return Ok(None);
    };
    if row.is_revoked || row.expires_at <= call.now.0 {
        return Ok(None);
    }
    let Some(standing) = Standing::read(call, &row.grant, row.application.as_str()).await? else {
        return Ok(None);
    };
    let token_type = if row.dpop_jkt.is_some() { "DPoP" } else { "Bearer" };
    Ok(Some(ActiveToken {
        iat: Some(UnixMillis(row.issued_at).seconds().0),
        scope: scope(&row.scope)?,
        token_type: Some(token_type),
        dpop_jkt: row.dpop_jkt,
        actor: row.actor.map(|actor| actor.as_str().to_owned()),
        custom: row.claims.unwrap_or_default(),
        ..standing.token(call, UnixMillis(row.expires_at))
    }))
}

async fn refresh_token(
    call: &Call,
    token: &OpaqueToken,
    text: &str,
) -> OidcResult<Option<ActiveToken>> {
    let Ok(id) = token.id().parse::<GrantId>() else { return Ok(None) };
    let sha256 = crypto::digest::sha256_base64url(text);
    let grant = call.site.app().log.load::<Grant>(call.site.tenant(), &id).await?.state;
    let Some(application) = grant.application() else { return Ok(None) };
    let (issued_at, expires_at) = match grant.refresh_use(&sha256, application, call.now) {
        RefreshUse::Current { issued_at, expires_at, .. } => (issued_at, expires_at),
        // A rotated token still gets the tokens of its rotation, but it is good for nothing new.
        RefreshUse::Overlap { .. } | RefreshUse::Reused | RefreshUse::Invalid => return Ok(None),
    };
    let Some(standing) = Standing::read(call, &id, application.as_str()).await? else {
        return Ok(None);
    };
    Ok(Some(ActiveToken {
        iat: Some(issued_at.seconds().0),
        scope: scope(grant.scope())?,
        dpop_jkt: grant.refresh_key().map(str::to_owned),
        ..standing.token(call, expires_at)
    }))
}

/// Somebody who may act through an application now.
struct Standing {
    user: UserId,
    application: String,
}

impl Standing {
    /// Whoever a grant speaks for, if it stands and the gate lets them act.
    async fn read(call: &Call, id: &GrantId, application: &str) -> OidcResult<Option<Self>> {
        let site = &call.site;
        let grant = site.app().log.load::<Grant>(site.tenant(), id).await?.state;
        let clients = site.clients()?;
        let client = clients.get(application);
        let (Some(user), Some(client)) = (grant.user(), client) else { return Ok(None) };
        if !grant.is_live(call.now) {
            return Ok(None);
        }
        match gate::pass(call, Source::Log, &acting(&grant, user, &client.metadata)).await {
            Ok(_) => Ok(Some(Self { user: user.clone(), application: application.to_owned() })),
            Err(GateError::Denied(denied)) => {
                tracing::info!(%denied, "token inactive");
                Ok(None)
            }
            Err(GateError::Failed(failure)) => Err(failure),
        }
    }

    /// What every token of theirs tells.
    fn token(self, call: &Call, expires_at: UnixMillis) -> ActiveToken {
        ActiveToken {
            sub: self.user.as_str().to_owned(),
            client_id: self.application,
            exp: expires_at.seconds().0,
            iat: None,
            iss: call.site.issuer().to_owned(),
            scope: ScopeSet::empty(),
            token_type: None,
            dpop_jkt: None,
            actor: None,
            custom: serde_json::Map::new(),
        }
    }
}

fn acting<'a>(grant: &'a GrantState, user: &'a UserId, client: &'a ClientMetadata) -> Acting<'a> {
    Acting {
        user,
        since: grant.granted_at().unwrap_or_default(),
        session: grant.session().filter(|_| grant.ends_with_session()),
        client: Some(client),
        organization: None,
    }
}

fn scope(names: &[String]) -> OidcResult<ScopeSet> {
    ScopeSet::try_from_names(names.iter().map(String::as_str))
        .map_err(|error| OidcFailure::Broken(Box::new(error)))
}
