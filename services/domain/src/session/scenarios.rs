//! Scenarios of a signed-in browser.

use events::{Personal, SessionEnding, SessionEvent, SessionOrigin, UnixMillis};

use super::{SESSION_GRANTS_MAX, Session, SessionCommand, SessionRefusal};
use crate::scenario::{given, id};

fn start(secret: &str) -> SessionCommand {
    SessionCommand::StartSession {
        continues: None,
        user: id("u1"),
        interaction: id("i1"),
        application: id("a1"),
        secret_sha256: secret.into(),
        amr: vec!["pwd".into()],
        authenticated_at: UnixMillis(5),
        expires_at: UnixMillis(100),
        origin: SessionOrigin::default(),
    }
}

fn started() -> SessionEvent {
    SessionEvent::SessionStarted {
        continues: None,
        user: id("u1"),
        interaction: id("i1"),
        application: id("a1"),
        secret_sha256: "h".into(),
        amr: vec!["pwd".into()],
        authenticated_at: UnixMillis(5),
        expires_at: UnixMillis(100),
        personal: Personal::Open(SessionOrigin::default()),
    }
}

fn authorize(grant: &str, now: i64) -> SessionCommand {
    SessionCommand::AuthorizeApplication {
        application: id("a1"),
        grant: id(grant),
        ends_with_session: true,
        now: UnixMillis(now),
    }
}

fn authorized(grant: &str, ends_with_session: bool) -> SessionEvent {
    SessionEvent::SessionApplicationAuthorized {
        application: id("a1"),
        grant: id(grant),
        ends_with_session,
    }
}

fn end(reason: SessionEnding) -> SessionCommand {
    SessionCommand::EndSession { reason }
}

fn ended() -> SessionEvent {
    SessionEvent::SessionEnded { reason: SessionEnding::SignedOut }
}

#[test]
fn a_session_starts_once() {
    given::<Session>([]).when(start("h")).then([started()]);
    let past = given::<Session>([started()]);
    past.when(start("h")).then_nothing();
    past.when(start("other")).then_refused(SessionRefusal::Exists);
}

#[test]
fn a_session_lets_applications_in_until_it_expires() {
    let past = given::<Session>([started()]);
    past.when(authorize("g1", 99)).then([authorized("g1", true)]);
    past.when(authorize("g1", 100)).then_refused(SessionRefusal::NotFound);
    assert!(past.state().live(UnixMillis(99)).is_some());
    assert!(past.state().live(UnixMillis(100)).is_none());
}

#[test]
fn the_same_grant_is_recorded_once() {
    for ends_with_session in [true, false] {
        given::<Session>([started(), authorized("g1", ends_with_session)])
            .when(authorize("g1", 99))
            .then_nothing();
    }
}

#[test]
fn a_session_ends_once() {
    given::<Session>([started()]).when(end(SessionEnding::SignedOut)).then([ended()]);
    let past = given::<Session>([started(), ended()]);
    past.when(end(SessionEnding::Revoked)).then_nothing();
    past.when(authorize("g1", 99)).then_refused(SessionRefusal::NotFound);
    assert!(past.state().live(UnixMillis(99)).is_none());
    assert_eq!(past.state().signed_in().unwrap().user, id("u1"));
}

#[test]
fn an_absent_session_does_nothing() {
    let past = given::<Session>([]);
    past.when(authorize("g1", 1)).then_refused(SessionRefusal::NotFound);
    past.when(end(SessionEnding::SignedOut)).then_refused(SessionRefusal::NotFound);
}

#[test]
fn the_newest_grants_that_end_with_the_session_are_remembered() {
    let many = |count: usize| {
        let grants = (0..count).map(|number| authorized(&format!("g{number}"), true));
        given::<Session>([started(), authorized("lasting", false)].into_iter().chain(grants))
    };
    let full = many(SESSION_GRANTS_MAX);
    assert_eq!(full.state().signed_in().unwrap().grants.front(), Some(&id("g0")));
    let over = many(SESSION_GRANTS_MAX + 1);
    let grants = &over.state().signed_in().unwrap().grants;
    assert_eq!((grants.len(), grants.front()), (SESSION_GRANTS_MAX, Some(&id("g1"))));
}
