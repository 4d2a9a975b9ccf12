//! The refresh token grant (RFC 6749 6) with rotation and reuse detection (RFC 9700 4.14.2).
//!
//! The successor of a refresh token, and the access token that comes with it, are derived from the
//! presented token and a key of the tenant. So every use inside the overlap, on any node, gets the
//! tokens of the one rotation that is recorded, and the family never forks.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{AccessToken, Grant, GrantCommand, RefreshUse, Successor};
use events::{Actor, ApplicationId, GrantId, UnixMillis, UnixSeconds};
use protocol::{
    ClientMetadata, OAuthError, ScopeSet,
    refresh_policy::{self, RefreshTokenLife, Rotation},
    token::{OpaqueToken, TokenKind, TokenResponse},
    token_request::narrowed_scope,
};
use store::Work;

use crate::{
    call::Call,
    ids::parse,
    oidc::{
        failure::{OidcFailure, OidcResult},
        token::{
            answer_or_refuse,
            authorization_code::grant_scope,
            issue::{self, Wanted},
            subject,
        },
    },
};

/// Most rotations of one family inside an overlap that a late request can catch up with.
const WALK_STEPS_MAX: usize = 64;

/// A refresh token and what is wanted for it.
pub(super) struct Refresh {
    /// The token.
    pub token: String,
    /// Narrower scope than the grant's.
    pub scope: Option<ScopeSet>,
    /// Resource that the access token is for.
    pub resource: Option<String>,
}

/// What this use of the token does, and the moment that its tokens carry.
struct Use {
    successor: Option<(String, UnixMillis)>,
    issued_at: UnixMillis,
    /// The token that the rotation consumed: its access token is derived from it.
    seed: Option<String>,
}

/// Exchanges a refresh token.
pub(super) async fn refresh(
    call: &Call,
    client: &ClientMetadata,
    request: Refresh,
) -> OidcResult<TokenResponse> {
    let token = OpaqueToken::parse_kind(&request.token, TokenKind::RefreshToken)
        .map_err(|_| OAuthError::invalid_grant())?;
    let grant_id: GrantId = parse(token.id())?;
    let application: ApplicationId = parse(&client.client_id)?;
    let sha256 = crypto::digest::sha256_base64url(&request.token);
    let context = call.context(Actor::Application(application.clone()));
    let log = &call.site.app().log;
    let (answer, position) = log
        .transact(&context, async |work: Work| -> OidcResult<_> {
            let grant = &subject::load(call, &work, &grant_id).await?;
            let found = grant.refresh_use(&sha256, &application, call.now);
            if matches!(found, RefreshUse::Reused | RefreshUse::Invalid) {
                // Records the reuse, or refuses; nothing else of the request matters.
                let command = use_command(&sha256, &application, call.now, None);
                work.decide::<Grant>(&grant_id, command).await?;
                return Ok(None);
            }
            let used = usage(call, client, &request.token, &found)?;
            let granted = ScopeSet::try_from_names(grant.scope().iter().map(String::as_str))
                .map_err(|_| OAuthError::invalid_grant())?;
            let scope = narrowed_scope(request.scope.as_ref(), &grant_scope(&granted, grant))?;
            let user = grant.user().ok_or_else(OAuthError::invalid_grant)?;
            let wanted = Wanted {
                client,
                grant_id: &grant_id,
                grant,
                user,
                scope: &scope,
                resource: request.resource.as_deref(),
                issued_at: used.issued_at,
                seed: used.seed.as_deref(),
            };
            let access_token = issue::access_token(call, &wanted)?;
            let successor = used.successor.as_ref().map(|(text, expires_at)| Successor {
                sha256: crypto::digest::sha256_base64url(text),
                expires_at: *expires_at,
                access_token: access_token.id.clone(),
            });
            let successor = successor.filter(|_| matches!(found, RefreshUse::Current { .. }));
            let command = use_command(&sha256, &application, call.now, successor);
            work.decide::<Grant>(&grant_id, command).await?;
            work.require::<Grant>(&grant_id).await?;
            work.decide::<AccessToken>(&access_token.id, access_token.command).await?;
            let mut answer = TokenResponse::for_user(
                access_token.text,
                access_token.ttl_seconds,
                &access_token.scope,
            );
            answer.id_token = issue::id_token(call, &wanted).await?;
            let next = used.successor.map_or_else(|| request.token.clone(), |(text, _)| text);
            answer.refresh_token = Some(next);
            Ok(Some(answer))
        })
        .await?;
    answer_or_refuse(call, answer, position).await
}

/// What a use of the token does.
fn usage(call: &Call, client: &ClientMetadata, token: &str, found: &RefreshUse) -> OidcResult<Use> {
    let keep = Use { successor: None, issued_at: call.now, seed: None };
    match found {
        RefreshUse::Current { family_issued_at, issued_at, expires_at } => {
            let life = RefreshTokenLife {
                family_started_at: family_issued_at.seconds().0,
                issued_at: issued_at.seconds().0,
                expires_at: expires_at.seconds().0,
            };
            match refresh_policy::decide(client, &life, call.now.seconds().0) {
                Rotation::Keep => Ok(keep),
                Rotation::Replace { expires_at } => Ok(Use {
                    successor: Some((successor(call, token)?, UnixSeconds(expires_at).millis())),
                    issued_at: call.now,
                    seed: Some(token.to_owned()),
                }),
            }
        }
        RefreshUse::Overlap { rotated_at, successor_sha256, successor_expires_at, .. } => {
            let (consumed, next) = walk(call, token, successor_sha256)?;
            Ok(Use {
                successor: Some((next, *successor_expires_at)),
                issued_at: *rotated_at,
                seed: Some(consumed),
            })
        }
        // The decider records the reuse, or refuses.
        RefreshUse::Reused | RefreshUse::Invalid => Ok(keep),
    }
}

/// The command for a use of the token.
fn use_command(
    sha256: &str,
    application: &ApplicationId,
    now: UnixMillis,
    successor: Option<Successor>,
) -> GrantCommand {
    let (sha256, application) = (sha256.to_owned(), application.clone());
    GrantCommand::UseRefreshToken { sha256, application, now, successor }
}

/// Follows the family from `token` to the current token; gives it and the one before it.
fn walk(call: &Call, token: &str, current_sha256: &str) -> OidcResult<(String, String)> {
    let mut consumed = token.to_owned();
    for _ in 0..WALK_STEPS_MAX {
        let next = successor(call, &consumed)?;
        if crypto::digest::sha256_base64url(&next) == current_sha256 {
            return Ok((consumed, next));
        }
        consumed = next;
    }
    Err(OAuthError::invalid_grant().into())
}

/// The one token that can follow `token`.
fn successor(call: &Call, token: &str) -> OidcResult<String> {
    let presented = OpaqueToken::parse_kind(token, TokenKind::RefreshToken)
        .map_err(|_| OAuthError::invalid_grant())?;
    let secret = call.site.token_key().digest(format!("successor\n{token}").as_bytes());
    let secret = URL_SAFE_NO_PAD.encode(secret);
    let next = OpaqueToken::try_new(TokenKind::RefreshToken, presented.id(), &secret)
        .map_err(|error| OidcFailure::Broken(Box::new(error)))?;
    Ok(next.to_text().expose().to_owned())
}
