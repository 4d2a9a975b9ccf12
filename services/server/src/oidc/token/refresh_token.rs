//! The refresh token grant (RFC 6749 6) with rotation and reuse detection (RFC 9700 4.14.2).
//!
//! The successor of a refresh token, and the access token that comes with it, are derived from the
//! presented token and a key of the tenant. So every use inside the overlap, on any node, gets the
//! tokens of the one rotation that is recorded, and the family never forks.

use domain::{Grant, GrantCommand, RefreshUse, Successor};
use events::{Actor, ApplicationId, GrantId, UnixMillis, UnixSeconds};
use protocol::{
    ClientMetadata, OAuthError, Parameters, ScopeSet,
    refresh_policy::{self, RefreshTokenLife, Rotation},
    secret::SecretText,
    token::{OpaqueToken, TokenKind, TokenResponse},
    token_request::narrowed_scope,
};
use store::Work;

use crate::{
    call::Call,
    ids::parse,
    oidc::{
        failure::OidcResult,
        token::{
            Asking, answer_or_refuse,
            family::successor,
            grant::{self, Granted},
            issue::{self, Wanted},
            target::{Named, Target},
        },
    },
};

/// Most rotations of one family inside an overlap that a late request can catch up with.
const WALK_STEPS_MAX: usize = 64;

/// A refresh token and what is wanted for it.
pub(super) struct Refresh {
    /// The token.
    pub token: SecretText,
    /// Narrower scope than the grant's.
    pub scope: Option<ScopeSet>,
    /// What the access token is for.
    pub named: Named,
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
    asking: &Asking<'_>,
    request: Refresh,
) -> OidcResult<TokenResponse> {
    let text = request.token.expose();
    let token = OpaqueToken::parse_kind(text, TokenKind::RefreshToken)
        .map_err(|_| OAuthError::invalid_grant())?;
    let grant_id: GrantId = parse(token.id())?;
    let sha256 = crypto::digest::sha256_base64url(text);
    let context = call.context(Actor::Application(asking.application.clone()));
    let log = &call.site.app().log;
    let (answer, position) = log
        .transact(&context, async |work: Work| -> OidcResult<_> {
            let granted = Granted::load(&work, &grant_id).await?;
            let state = granted.state();
            let found = state.refresh_use(&sha256, &asking.application, call.now);
            if matches!(found, RefreshUse::Reused | RefreshUse::Invalid) {
                // Records the reuse, or refuses; nothing else of the request matters.
                work.decide::<Grant>(&grant_id, use_command(call, asking, &sha256, None)).await?;
                return Ok(None);
            }
            let target = Target::read(call, request.named.clone(), Some(state))?;
            target.check_scope(granted.scope())?;
            let third_party = granted.pass(call, &work, asking, target.organization()).await?;
            let used = usage(call, asking.client, text, &found)?;
            let scope = narrowed_scope(request.scope.as_ref(), &grant::whole_scope(&granted))?;
            let wanted = Wanted {
                asking,
                grant_id: &grant_id,
                grant: Some(state),
                user: granted.user(),
                actor: None,
                scope: &scope,
                target: &target,
                third_party: third_party.as_ref(),
                issued_at: used.issued_at,
                seed: used.seed.as_deref(),
                occasion: None,
            };
            let token = issue::access_token(call, &wanted).await?;
            let successor = used.successor.as_ref().map(|(text, expires_at)| Successor {
                sha256: crypto::digest::sha256_base64url(text),
                expires_at: *expires_at,
                access_token: token.id.clone(),
            });
            let successor = successor.filter(|_| matches!(found, RefreshUse::Current { .. }));
            work.decide::<Grant>(&grant_id, use_command(call, asking, &sha256, successor)).await?;
            work.require::<Grant>(&grant_id).await?;
            asking.use_up(&work).await?;
            let mut answer = token.record(call, &work, &wanted).await?;
            let next = used.successor.map_or_else(|| text.to_owned(), |(text, _)| text);
            answer.refresh_token = Some(next);
            Ok(Some(answer))
        })
        .await?;
    answer_or_refuse(call, answer, position).await
}

/// A request that cannot be read is refused; but a refresh token in it that was consumed before ends
/// its grant all the same: somebody has a copy.
///
/// # Errors
/// `invalid_grant` if the grant was ended.
pub(super) async fn raise_alarm(
    call: &Call,
    (application, dpop_jkt): (&ApplicationId, Option<String>),
    parameters: &Parameters,
) -> OidcResult<()> {
    let Some(text) = parameters.get("refresh_token") else { return Ok(()) };
    let Ok(token) = OpaqueToken::parse_kind(text, TokenKind::RefreshToken) else { return Ok(()) };
    let Ok(grant_id) = token.id().parse::<GrantId>() else { return Ok(()) };
    let sha256 = crypto::digest::sha256_base64url(text);
    let log = &call.site.app().log;
    let state = log.load::<Grant>(call.site.tenant(), &grant_id).await?.state;
    if state.refresh_use(&sha256, application, call.now) != RefreshUse::Reused {
        return Ok(());
    }
    let context = call.context(Actor::Application(application.clone()));
    let command = GrantCommand::UseRefreshToken {
        sha256,
        application: application.clone(),
        dpop_jkt,
        now: call.now,
        successor: None,
    };
    let done = log.execute::<Grant>(&context, &grant_id, command).await?;
    answer_or_refuse(call, None, done.position).await.map(drop)
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
    call: &Call,
    asking: &Asking<'_>,
    sha256: &str,
    successor: Option<Successor>,
) -> GrantCommand {
    GrantCommand::UseRefreshToken {
        sha256: sha256.to_owned(),
        application: asking.application.clone(),
        dpop_jkt: asking.dpop_jkt.clone(),
        now: call.now,
        successor,
    }
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
