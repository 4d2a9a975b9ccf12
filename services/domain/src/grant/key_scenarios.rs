//! Scenarios of grants whose code or refresh tokens are bound to a key, and of grants without a code.

use std::collections::BTreeMap;

use events::{GrantEvent, GrantKind, UnixMillis};

use super::{Grant, GrantCommand, GrantRefusal, NewCode, NewRefreshToken};
use crate::scenario::{given, id};

const END: UnixMillis = UnixMillis(1_000);
const NOW: UnixMillis = UnixMillis(10);

fn created(kind: GrantKind, dpop_jkt: Option<&str>) -> GrantEvent {
    GrantEvent::GrantCreated {
        kind,
        user: id("u1"),
        application: id("a1"),
        session: None,
        scope: vec!["openid".into()],
        resources: BTreeMap::new(),
        ends_with_session: false,
        nonce: None,
        authenticated_at: NOW,
        requires_auth_time: false,
        granted_at: NOW,
        expires_at: END,
        dpop_jkt: dpop_jkt.map(Into::into),
    }
}

fn code() -> GrantEvent {
    GrantEvent::AuthorizationCodeIssued {
        sha256: "code".into(),
        redirect_uri: "app://cb".into(),
        code_challenge: None,
        expires_at: END,
    }
}

fn first(dpop_jkt: Option<&str>) -> GrantEvent {
    GrantEvent::RefreshTokenIssued {
        sha256: "r0".into(),
        issued_at: NOW,
        expires_at: END,
        dpop_jkt: dpop_jkt.map(Into::into),
    }
}

fn refresh_token(dpop_jkt: Option<&str>) -> NewRefreshToken {
    let dpop_jkt = dpop_jkt.map(Into::into);
    NewRefreshToken { sha256: "r0".into(), expires_at: END, dpop_jkt }
}

fn redeem(dpop_jkt: Option<&str>) -> GrantCommand {
    GrantCommand::RedeemCode {
        sha256: "code".into(),
        application: id("a1"),
        redirect_uri: "app://cb".into(),
        verifier_challenge: None,
        dpop_jkt: dpop_jkt.map(Into::into),
        refresh: Some(refresh_token(dpop_jkt)),
        now: NOW,
    }
}

fn refresh(dpop_jkt: Option<&str>) -> GrantCommand {
    GrantCommand::UseRefreshToken {
        sha256: "r0".into(),
        application: id("a1"),
        dpop_jkt: dpop_jkt.map(Into::into),
        now: NOW,
        successor: None,
    }
}

fn begin(application: &str) -> GrantCommand {
    let refresh = Some(refresh_token(None));
    GrantCommand::BeginFamily { application: id(application), refresh, now: NOW }
}

#[test]
fn a_code_bound_to_a_key_is_redeemed_with_that_key_only() {
    let past = given::<Grant>([created(GrantKind::AuthorizationCode, Some("k")), code()]);
    past.when(redeem(None)).then_refused(GrantRefusal::InvalidGrant);
    past.when(redeem(Some("other"))).then_refused(GrantRefusal::InvalidGrant);
    past.when(redeem(Some("k"))).then([GrantEvent::AuthorizationCodeRedeemed {}, first(Some("k"))]);
}

#[test]
fn a_refresh_token_bound_to_a_key_is_used_with_that_key_only() {
    let bound = [created(GrantKind::AuthorizationCode, None), code(), first(Some("k"))];
    let past = given::<Grant>(bound);
    past.when(refresh(None)).then_refused(GrantRefusal::InvalidGrant);
    past.when(refresh(Some("other"))).then_refused(GrantRefusal::InvalidGrant);
    past.when(refresh(Some("k"))).then_nothing();
    let free = given::<Grant>([created(GrantKind::AuthorizationCode, None), code(), first(None)]);
    free.when(refresh(None)).then_nothing();
    free.when(refresh(Some("k"))).then_nothing();
}

#[test]
fn a_grant_without_a_code_begins_its_family_once() {
    let device = created(GrantKind::DeviceCode, None);
    let past = given::<Grant>([device.clone()]);
    past.when(begin("a2")).then_refused(GrantRefusal::InvalidGrant);
    past.when(redeem(None)).then_refused(GrantRefusal::InvalidGrant);
    past.when(begin("a1")).then([first(None)]);
    past.when(GrantCommand::BeginFamily { application: id("a1"), refresh: None, now: NOW })
        .then_nothing();
    past.when(GrantCommand::BeginFamily { application: id("a1"), refresh: None, now: END })
        .then_refused(GrantRefusal::InvalidGrant);
    given::<Grant>([device, first(None)])
        .when(begin("a1"))
        .then_refused(GrantRefusal::InvalidGrant);
    given::<Grant>([created(GrantKind::AuthorizationCode, None), code()])
        .when(begin("a1"))
        .then_refused(GrantRefusal::InvalidGrant);
}

#[test]
fn a_grant_by_exchange_has_neither_code_nor_session() {
    let create = |code: Option<NewCode>| GrantCommand::CreateGrant {
        kind: GrantKind::TokenExchange,
        user: id("u1"),
        application: id("a1"),
        session: None,
        scope: vec!["openid".into()],
        resources: BTreeMap::new(),
        ends_with_session: false,
        nonce: None,
        authenticated_at: NOW,
        requires_auth_time: false,
        granted_at: NOW,
        expires_at: END,
        dpop_jkt: None,
        code,
    };
    let event = created(GrantKind::TokenExchange, None);
    given::<Grant>([]).when(create(None)).then([event.clone()]);
    let past = given::<Grant>([event]);
    past.when(create(None)).then_nothing();
    assert_eq!(
        (past.state().kind(), past.state().session()),
        (Some(GrantKind::TokenExchange), None)
    );
}
