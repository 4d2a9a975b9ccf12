//! Rules of what a user granted to an application: its code is redeemed once, its refresh tokens
//! follow one another without ever forking, and a copy that turns up late ends everything
//! (RFC 6749 4.1.2, RFC 9700 4.14.2).
//! Whether user, session and application still stand is a condition of the caller's commit.

mod command;
#[cfg(test)]
mod key_scenarios;
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
        match &state.0 {
            None => decide_absent(command),
            Some(grant) => decide_present(state, grant, command),
        }
    }

    fn evolve(state: GrantState, event: &GrantEvent) -> GrantState {
        GrantState(match state.0 {
            None => Authorization::created(event).map(Box::new),
            Some(grant) => Some(Box::new(grant.after(event))),
        })
    }
}

fn decide_absent(command: GrantCommand) -> Decision {
    match command {
        GrantCommand::CreateGrant {
            kind,
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
            dpop_jkt,
            code,
        } => {
            let created = GrantEvent::GrantCreated {
                kind,
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
                dpop_jkt,
            };
            Ok([created].into_iter().chain(code.map(code_issued)).collect())
        }
        GrantCommand::RedeemCode { .. }
        | GrantCommand::BeginFamily { .. }
        | GrantCommand::UseRefreshToken { .. } => Err(GrantRefusal::InvalidGrant),
        GrantCommand::RevokeGrant { .. } => Err(GrantRefusal::Absent),
    }
}

fn decide_present(state: &GrantState, grant: &Authorization, command: GrantCommand) -> Decision {
    match command {
        GrantCommand::CreateGrant { user, application, code, .. } => {
            // Id and code are random, so the same digest is the same wish.
            let held = grant.code.as_ref().map(|held| &held.sha256);
            let is_same = grant.user == user
                && grant.application == application
                && held == code.as_ref().map(|code| &code.sha256);
            if is_same { Ok(vec![]) } else { Err(GrantRefusal::Exists) }
        }
        GrantCommand::RedeemCode {
            sha256,
            application,
            redirect_uri,
            verifier_challenge,
            dpop_jkt,
            refresh,
            now,
        } => {
            let presented =
                Presented { sha256, application, redirect_uri, verifier_challenge, dpop_jkt };
            redeemed(grant, &presented, refresh, now)
        }
        GrantCommand::BeginFamily { application, refresh, now } => {
            let is_fitting = grant.application == application
                && grant.code.is_none()
                && grant.family.is_none()
                && state.is_live(now);
            if !is_fitting {
                return Err(GrantRefusal::InvalidGrant);
            }
            Ok(refresh.map(|first| family_begun(first, now)).into_iter().collect())
        }
        GrantCommand::UseRefreshToken { sha256, application, dpop_jkt, now, successor } => {
            if !state.accepts_key(dpop_jkt.as_deref()) {
                return Err(GrantRefusal::InvalidGrant);
            }
            refreshed(&state.refresh_use(&sha256, &application, now), successor, now)
        }
        GrantCommand::RevokeGrant { .. } if grant.is_revoked => Ok(vec![]),
        GrantCommand::RevokeGrant { reason } => Ok(revoked(reason)),
    }
}

/// What a client shows to redeem a code.
struct Presented {
    sha256: String,
    application: ApplicationId,
    redirect_uri: String,
    verifier_challenge: Option<String>,
    dpop_jkt: Option<String>,
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
        && (grant.dpop_jkt.is_none() || grant.dpop_jkt == presented.dpop_jkt)
        && now < code.expires_at
        && now < grant.expires_at;
    if !is_fitting {
        return Err(GrantRefusal::InvalidGrant);
    }
    let refresh = refresh.map(|first| family_begun(first, now));
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

fn family_begun(first: NewRefreshToken, now: UnixMillis) -> GrantEvent {
    let NewRefreshToken { sha256, expires_at, dpop_jkt } = first;
    GrantEvent::RefreshTokenIssued { sha256, issued_at: now, expires_at, dpop_jkt }
}

fn rotated(successor: Successor, now: UnixMillis) -> GrantEvent {
    let Successor { sha256, expires_at, access_token } = successor;
    GrantEvent::RefreshTokenRotated { sha256, rotated_at: now, expires_at, access_token }
}

fn revoked(reason: GrantRevocation) -> Vec<GrantEvent> {
    vec![GrantEvent::GrantRevoked { reason }]
}
