//! Rules of what a user granted to an application: its code is redeemed once, its refresh tokens
//! follow one another without ever forking, and a copy that turns up late ends everything
//! (RFC 6749 4.1.2, RFC 9700 4.14.2).
//! Whether user, session and application still stand is a condition of the caller's commit.

mod command;
mod refusal;
#[cfg(test)]
mod scenarios;
mod state;

use events::{
    ApplicationId, Event, GrantEvent, GrantId, GrantRevocation, StreamName, TenantId, UnixMillis,
};

use self::state::Authorization;
pub use self::{
    command::{GrantCommand, NewCode, NewRefreshToken, Successor},
    refusal::GrantRefusal,
    state::{GrantState, RefreshUse},
};
use crate::Decider;

/// So long a rotated refresh token still gets the tokens of its rotation.
pub const OVERLAP_MILLIS: i64 = 3_000;

/// Most consumed refresh tokens, beside the newest, that a grant recognises as its own.
pub const CONSUMED_MAX: usize = 1_000;

/// What a user granted to an application.
pub struct Grant;

type Decision = Result<Vec<GrantEvent>, GrantRefusal>;

impl Decider for Grant {
    type Id = GrantId;
    type Command = GrantCommand;
    type Event = GrantEvent;
    type Refusal = GrantRefusal;
    type State = GrantState;

    fn stream(tenant: &TenantId, id: &GrantId) -> StreamName {
        StreamName::grant(tenant, id)
    }

    fn event(event: &Event) -> Option<&GrantEvent> {
        if let Event::Grant(event) = event { Some(event) } else { None }
    }

    fn decide(state: &GrantState, command: GrantCommand) -> Decision {
        match (&state.0, command) {
            (
                None,
                GrantCommand::CreateGrant {
                    user,
                    application,
                    session,
                    scope,
                    resources,
                    ends_with_session,
                    nonce,
                    authenticated_at,
                    requires_auth_time,
                    granted_at,
                    expires_at,
                    code,
                },
            ) => {
                let created = GrantEvent::GrantCreated {
                    user,
                    application,
                    session,
                    scope,
                    resources,
                    ends_with_session,
                    nonce,
                    authenticated_at,
                    requires_auth_time,
                    granted_at,
                    expires_at,
                };
                Ok(vec![created, code_issued(code)])
            }
            (Some(grant), GrantCommand::CreateGrant { user, application, code, .. }) => {
                // The code is random, so the same digest is the same wish.
                let is_same = grant.user == user
                    && grant.application == application
                    && grant.code.as_ref().is_some_and(|held| held.sha256 == code.sha256);
                if is_same { Ok(vec![]) } else { Err(GrantRefusal::Exists) }
            }
            (
                Some(grant),
                GrantCommand::RedeemCode {
                    sha256,
                    application,
                    redirect_uri,
                    verifier_challenge,
                    refresh,
                    now,
                },
            ) => {
                let presented = Presented { sha256, application, redirect_uri, verifier_challenge };
                redeemed(grant, &presented, refresh, now)
            }
            (Some(_), GrantCommand::UseRefreshToken { sha256, application, now, successor }) => {
                refreshed(&state.refresh_use(&sha256, &application, now), successor, now)
            }
            (Some(grant), GrantCommand::RevokeGrant { reason }) => {
                if grant.is_revoked {
                    Ok(vec![])
                } else {
                    Ok(revoked(reason))
                }
            }
            (None, GrantCommand::RedeemCode { .. } | GrantCommand::UseRefreshToken { .. }) => {
                Err(GrantRefusal::InvalidGrant)
            }
            (None, GrantCommand::RevokeGrant { .. }) => Err(GrantRefusal::Absent),
        }
    }

    fn evolve(state: GrantState, event: &GrantEvent) -> GrantState {
        GrantState(match state.0 {
            None => Authorization::created(event).map(Box::new),
            Some(grant) => Some(Box::new(grant.after(event))),
        })
    }
}

/// What a client shows to redeem a code.
struct Presented {
    sha256: String,
    application: ApplicationId,
    redirect_uri: String,
    verifier_challenge: Option<String>,
}

fn redeemed(
    grant: &Authorization,
    presented: &Presented,
    refresh: Option<NewRefreshToken>,
    now: UnixMillis,
) -> Decision {
    let code = grant
        .code
        .as_ref()
        .filter(|code| code.sha256 == presented.sha256)
        .filter(|_| grant.application == presented.application && !grant.is_revoked)
        .ok_or(GrantRefusal::InvalidGrant)?;
    if code.is_redeemed {
        return Ok(revoked(GrantRevocation::CodeReused));
    }
    let is_fitting = code.redirect_uri == presented.redirect_uri
        && code.code_challenge == presented.verifier_challenge
        && now < code.expires_at
        && now < grant.expires_at;
    if !is_fitting {
        return Err(GrantRefusal::InvalidGrant);
    }
    let refresh = refresh.map(|NewRefreshToken { sha256, expires_at }| {
        GrantEvent::RefreshTokenIssued { sha256, issued_at: now, expires_at }
    });
    Ok([GrantEvent::AuthorizationCodeRedeemed {}].into_iter().chain(refresh).collect())
}

fn refreshed(presented: &RefreshUse, successor: Option<Successor>, now: UnixMillis) -> Decision {
    match presented {
        RefreshUse::Current { .. } => {
            Ok(successor.into_iter().map(|next| rotated(next, now)).collect())
        }
        RefreshUse::Overlap { .. } => Ok(vec![]),
        RefreshUse::Reused => Ok(revoked(GrantRevocation::RefreshTokenReused)),
        RefreshUse::Invalid => Err(GrantRefusal::InvalidGrant),
    }
}

fn code_issued(code: NewCode) -> GrantEvent {
    let NewCode { sha256, redirect_uri, code_challenge, expires_at } = code;
    GrantEvent::AuthorizationCodeIssued { sha256, redirect_uri, code_challenge, expires_at }
}

fn rotated(successor: Successor, now: UnixMillis) -> GrantEvent {
    let Successor { sha256, expires_at, access_token } = successor;
    GrantEvent::RefreshTokenRotated { sha256, rotated_at: now, expires_at, access_token }
}

fn revoked(reason: GrantRevocation) -> Vec<GrantEvent> {
    vec![GrantEvent::GrantRevoked { reason }]
}
