//! Scenarios of a grant, its code and its refresh tokens.

use std::collections::BTreeMap;

use events::{GrantEvent, GrantKind, GrantRevocation, UnixMillis};

use super::{
    CONSUMED_MAX, Grant, GrantCommand, GrantRefusal, NewCode, NewRefreshToken, OVERLAP_MILLIS,
    RefreshUse, Successor,
};
use crate::scenario::{given, id};

/// The grant ends at 1,000,000, the code at 60,000, refresh tokens at 500,000.
const GRANT_END: i64 = 1_000_000;
const CODE_END: i64 = 60_000;
const TOKEN_END: i64 = 500_000;
const URI: &str = "https://app.example.com/callback";

fn create(code: &str) -> GrantCommand {
    GrantCommand::CreateGrant {
        kind: GrantKind::AuthorizationCode,
        user: id("u1"),
        application: id("a1"),
        session: Some(id("s1")),
        scope: vec!["openid".into()],
        resources: BTreeMap::new(),
        ends_with_session: true,
        nonce: Some("n".into()),
        authenticated_at: UnixMillis(1),
        requires_auth_time: true,
        granted_at: UnixMillis(2),
        expires_at: UnixMillis(GRANT_END),
        dpop_jkt: None,
        code: Some(NewCode {
            sha256: code.into(),
            redirect_uri: URI.into(),
            code_challenge: Some("c".into()),
            expires_at: UnixMillis(CODE_END),
        }),
    }
}

fn created() -> GrantEvent {
    GrantEvent::GrantCreated {
        kind: GrantKind::AuthorizationCode,
        user: id("u1"),
        application: id("a1"),
        session: Some(id("s1")),
        scope: vec!["openid".into()],
        resources: BTreeMap::new(),
        ends_with_session: true,
        nonce: Some("n".into()),
        authenticated_at: UnixMillis(1),
        requires_auth_time: true,
        granted_at: UnixMillis(2),
        expires_at: UnixMillis(GRANT_END),
        dpop_jkt: None,
    }
}

fn code(code_challenge: Option<&str>) -> GrantEvent {
    GrantEvent::AuthorizationCodeIssued {
        sha256: "code".into(),
        redirect_uri: URI.into(),
        code_challenge: code_challenge.map(Into::into),
        expires_at: UnixMillis(CODE_END),
    }
}

/// What a client shows with the code.
struct Show<'a> {
    sha256: &'a str,
    application: &'a str,
    redirect_uri: &'a str,
    challenge: Option<&'a str>,
    now: i64,
}

const RIGHT: Show<'_> = Show {
    sha256: "code",
    application: "a1",
    redirect_uri: URI,
    challenge: Some("c"),
    now: CODE_END - 1,
};

fn redeem(show: &Show<'_>) -> GrantCommand {
    GrantCommand::RedeemCode {
        sha256: show.sha256.into(),
        application: id(show.application),
        redirect_uri: show.redirect_uri.into(),
        verifier_challenge: show.challenge.map(Into::into),
        dpop_jkt: None,
        refresh: None,
        now: UnixMillis(show.now),
    }
}

fn redeemed() -> GrantEvent {
    GrantEvent::AuthorizationCodeRedeemed {}
}

fn first(sha256: &str) -> GrantEvent {
    GrantEvent::RefreshTokenIssued {
        sha256: sha256.into(),
        issued_at: UnixMillis(10),
        expires_at: UnixMillis(TOKEN_END),
        dpop_jkt: None,
    }
}

fn rotated(sha256: &str, at: i64) -> GrantEvent {
    GrantEvent::RefreshTokenRotated {
        sha256: sha256.into(),
        rotated_at: UnixMillis(at),
        expires_at: UnixMillis(TOKEN_END),
        access_token: id(&format!("at-{sha256}")),
    }
}

fn refresh_as(application: &str, sha256: &str, now: i64, successor: Option<&str>) -> GrantCommand {
    GrantCommand::UseRefreshToken {
        sha256: sha256.into(),
        application: id(application),
        dpop_jkt: None,
        now: UnixMillis(now),
        successor: successor.map(|sha256| Successor {
            sha256: sha256.into(),
            expires_at: UnixMillis(TOKEN_END),
            access_token: id(&format!("at-{sha256}")),
        }),
    }
}

fn refresh(sha256: &str, now: i64, successor: Option<&str>) -> GrantCommand {
    refresh_as("a1", sha256, now, successor)
}

fn revoked(reason: GrantRevocation) -> GrantEvent {
    GrantEvent::GrantRevoked { reason }
}

fn family(more: impl IntoIterator<Item = GrantEvent>) -> impl Iterator<Item = GrantEvent> {
    [created(), code(Some("c")), redeemed(), first("r0")].into_iter().chain(more)
}

#[test]
fn a_grant_comes_with_its_code_once() {
    given::<Grant>([]).when(create("code")).then([created(), code(Some("c"))]);
    let past = given::<Grant>([created(), code(Some("c"))]);
    past.when(create("code")).then_nothing();
    past.when(create("other")).then_refused(GrantRefusal::Exists);
}

#[test]
fn a_code_is_exchanged_for_tokens() {
    let past = given::<Grant>([created(), code(Some("c"))]);
    past.when(redeem(&RIGHT)).then([redeemed()]);
    past.when(GrantCommand::RedeemCode {
        sha256: "code".into(),
        application: id("a1"),
        redirect_uri: URI.into(),
        verifier_challenge: Some("c".into()),
        dpop_jkt: None,
        refresh: Some(NewRefreshToken {
            sha256: "r0".into(),
            expires_at: UnixMillis(TOKEN_END),
            dpop_jkt: None,
        }),
        now: UnixMillis(10),
    })
    .then([redeemed(), first("r0")]);
}

#[test]
fn a_code_that_does_not_fit_is_refused_and_stays_good() {
    let past = given::<Grant>([created(), code(Some("c"))]);
    for show in [
        Show { sha256: "other", ..RIGHT },
        Show { application: "a2", ..RIGHT },
        Show { redirect_uri: "https://app.example.com/", ..RIGHT },
        Show { challenge: Some("d"), ..RIGHT },
        Show { challenge: None, ..RIGHT },
        Show { now: CODE_END, ..RIGHT },
    ] {
        past.when(redeem(&show)).then_refused(GrantRefusal::InvalidGrant);
    }
    given::<Grant>([]).when(redeem(&RIGHT)).then_refused(GrantRefusal::InvalidGrant);
}

#[test]
fn a_verifier_without_a_challenge_is_refused() {
    let past = given::<Grant>([created(), code(None)]);
    past.when(redeem(&RIGHT)).then_refused(GrantRefusal::InvalidGrant);
    past.when(redeem(&Show { challenge: None, ..RIGHT })).then([redeemed()]);
}

#[test]
fn a_second_presentation_of_the_code_revokes_the_grant_once() {
    let again = revoked(GrantRevocation::CodeReused);
    let past = given::<Grant>(family([]));
    past.when(redeem(&RIGHT)).then([again.clone()]);
    past.when(redeem(&Show { now: CODE_END, challenge: None, ..RIGHT })).then([again.clone()]);
    let after = given::<Grant>(family([again]));
    after.when(redeem(&RIGHT)).then_refused(GrantRefusal::InvalidGrant);
    after.when(refresh("r0", 20, None)).then_refused(GrantRefusal::InvalidGrant);
    assert!(after.state().is_revoked());
}

#[test]
fn a_stranger_cannot_revoke_by_presenting_the_code_again() {
    let past = given::<Grant>(family([]));
    past.when(redeem(&Show { application: "a2", ..RIGHT }))
        .then_refused(GrantRefusal::InvalidGrant);
    past.when(redeem(&Show { sha256: "other", ..RIGHT })).then_refused(GrantRefusal::InvalidGrant);
}

#[test]
fn the_current_refresh_token_is_rotated_or_kept() {
    let past = given::<Grant>(family([]));
    past.when(refresh("r0", 20, Some("r1"))).then([rotated("r1", 20)]);
    past.when(refresh("r0", 20, None)).then_nothing();
    assert_eq!(
        past.state().refresh_use("r0", &id("a1"), UnixMillis(20)),
        RefreshUse::Current {
            issued_at: UnixMillis(10),
            expires_at: UnixMillis(TOKEN_END),
            family_issued_at: UnixMillis(10),
        }
    );
}

#[test]
fn a_rotated_token_works_for_three_more_seconds_and_never_forks_the_family() {
    let past = given::<Grant>(family([rotated("r1", 20)]));
    past.when(refresh("r0", 3_020, Some("x"))).then_nothing();
    past.when(refresh("r0", 3_021, Some("x"))).then([revoked(GrantRevocation::RefreshTokenReused)]);
    assert_eq!(
        past.state().refresh_use("r0", &id("a1"), UnixMillis(3_020)),
        RefreshUse::Overlap {
            access_token: id("at-r1"),
            rotated_at: UnixMillis(20),
            successor_sha256: "r1".into(),
            successor_expires_at: UnixMillis(TOKEN_END),
        }
    );
    assert_eq!(past.state().family_issued_at(), Some(UnixMillis(10)));
}

#[test]
fn every_consumed_token_works_for_three_seconds_after_its_own_rotation() {
    let past = given::<Grant>(family([rotated("r1", 20), rotated("r2", 30)]));
    past.when(refresh("r0", 20 + OVERLAP_MILLIS, None)).then_nothing();
    past.when(refresh("r0", 21 + OVERLAP_MILLIS, None))
        .then([revoked(GrantRevocation::RefreshTokenReused)]);
    past.when(refresh("r1", 30 + OVERLAP_MILLIS, None)).then_nothing();
    past.when(refresh("r2", 31, Some("r3"))).then([rotated("r3", 31)]);
}

#[test]
fn a_late_use_in_the_overlap_is_answered_with_the_newest_rotation() {
    let past = given::<Grant>(family([rotated("r1", 20), rotated("r2", 30)]));
    let found = past.state().refresh_use("r0", &id("a1"), UnixMillis(31));
    let RefreshUse::Overlap { successor_sha256, access_token, rotated_at, .. } = found else {
        panic!("{found:?}")
    };
    assert_eq!((successor_sha256.as_str(), rotated_at), ("r2", UnixMillis(30)));
    assert_eq!(access_token, id("at-r2"));
}

#[test]
fn the_reuse_of_a_refresh_token_revokes_the_grant_once() {
    let past = family([rotated("r1", 20), revoked(GrantRevocation::RefreshTokenReused)]);
    let after = given::<Grant>(past);
    after.when(refresh("r0", 9_000, None)).then_refused(GrantRefusal::InvalidGrant);
    after.when(refresh("r1", 9_000, None)).then_refused(GrantRefusal::InvalidGrant);
}

#[test]
fn a_refresh_token_that_is_unknown_or_foreign_is_refused() {
    let past = given::<Grant>(family([rotated("r1", 20)]));
    past.when(refresh("other", 30, None)).then_refused(GrantRefusal::InvalidGrant);
    for sha256 in ["r0", "r1"] {
        past.when(refresh_as("a2", sha256, 9_000, None)).then_refused(GrantRefusal::InvalidGrant);
    }
    given::<Grant>([created(), code(Some("c"))])
        .when(refresh("r0", 30, None))
        .then_refused(GrantRefusal::InvalidGrant);
    given::<Grant>([]).when(refresh("r0", 30, None)).then_refused(GrantRefusal::InvalidGrant);
}

#[test]
fn a_refresh_token_works_until_it_expires() {
    let past = given::<Grant>(family([]));
    past.when(refresh("r0", TOKEN_END - 1, None)).then_nothing();
    past.when(refresh("r0", TOKEN_END, None)).then_refused(GrantRefusal::InvalidGrant);
    let at_the_end = given::<Grant>(family([rotated("r1", TOKEN_END - 1)]));
    at_the_end.when(refresh("r0", TOKEN_END - 1, None)).then_nothing();
    at_the_end.when(refresh("r0", TOKEN_END, None)).then_refused(GrantRefusal::InvalidGrant);
}

#[test]
fn nothing_comes_of_a_grant_that_has_expired() {
    let late = |sha256: &str, rotated_at| GrantEvent::RefreshTokenRotated {
        sha256: sha256.into(),
        rotated_at: UnixMillis(rotated_at),
        expires_at: UnixMillis(GRANT_END * 2),
        access_token: id("at"),
    };
    let past = given::<Grant>(family([late("r1", 20)]));
    past.when(refresh("r1", GRANT_END - 1, None)).then_nothing();
    past.when(refresh("r1", GRANT_END, None)).then_refused(GrantRefusal::InvalidGrant);
    let code = GrantEvent::AuthorizationCodeIssued {
        sha256: "code".into(),
        redirect_uri: URI.into(),
        code_challenge: Some("c".into()),
        expires_at: UnixMillis(GRANT_END * 2),
    };
    let unused = given::<Grant>([created(), code]);
    unused.when(redeem(&Show { now: GRANT_END - 1, ..RIGHT })).then([redeemed()]);
    unused.when(redeem(&Show { now: GRANT_END, ..RIGHT })).then_refused(GrantRefusal::InvalidGrant);
    assert!(past.state().is_live(UnixMillis(GRANT_END - 1)));
    assert!(!past.state().is_live(UnixMillis(GRANT_END)));
}

#[test]
fn a_thousand_consumed_tokens_are_recognised() {
    let many = |count: usize| {
        given::<Grant>(family((1..=count).map(|number| rotated(&format!("r{number}"), 20))))
    };
    // The newest two are the current and the previous token.
    many(CONSUMED_MAX + 1)
        .when(refresh("r0", 9_000, None))
        .then([revoked(GrantRevocation::RefreshTokenReused)]);
    let over = many(CONSUMED_MAX + 2);
    over.when(refresh("r0", 9_000, None)).then_refused(GrantRefusal::InvalidGrant);
    over.when(refresh("r1", 9_000, None)).then([revoked(GrantRevocation::RefreshTokenReused)]);
}

#[test]
fn a_grant_is_revoked_once() {
    let revoke = GrantCommand::RevokeGrant { reason: GrantRevocation::Revoked };
    given::<Grant>(family([])).when(revoke.clone()).then([revoked(GrantRevocation::Revoked)]);
    let past = given::<Grant>(family([revoked(GrantRevocation::ReturnedByClient)]));
    past.when(revoke.clone()).then_nothing();
    given::<Grant>([]).when(revoke).then_refused(GrantRefusal::Absent);
}

#[test]
fn a_grant_tells_what_was_granted() {
    let past = given::<Grant>([created(), code(Some("c"))]);
    let state = past.state();
    assert_eq!((state.user(), state.application()), (Some(&id("u1")), Some(&id("a1"))));
    assert_eq!((state.session(), state.scope()), (Some(&id("s1")), &["openid".to_owned()][..]));
    assert_eq!((state.nonce(), state.authenticated_at()), (Some("n"), Some(UnixMillis(1))));
    assert_eq!((state.granted_at(), state.family_issued_at()), (Some(UnixMillis(2)), None));
    assert!(state.requires_auth_time() && state.ends_with_session() && !state.is_revoked());
}
