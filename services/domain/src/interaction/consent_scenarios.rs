//! Scenarios of a visitor who is asked for consent.

use events::{InteractionEvent, UnixMillis};

use super::{Interaction, InteractionCommand, InteractionRefusal};
use crate::scenario::{given, id};

fn started(session: Option<&str>) -> InteractionEvent {
    InteractionEvent::InteractionStarted {
        application: id("a1"),
        request: serde_json::json!({}),
        session: session.map(id),
        expires_at: UnixMillis(100),
    }
}

fn consent(now: i64) -> InteractionCommand {
    InteractionCommand::RecordConsent { now: UnixMillis(now) }
}

#[test]
fn a_visitor_who_is_signed_in_says_yes_once() {
    let consented = InteractionEvent::InteractionConsented {};
    let past = given::<Interaction>([started(Some("s1"))]);
    assert!(!past.state().has_consented());
    past.when(consent(99)).then([consented.clone()]);
    let past = given::<Interaction>([started(Some("s1")), consented]);
    past.when(consent(99)).then_nothing();
    assert!(past.state().has_consented());
}

#[test]
fn a_visitor_whom_nobody_knows_says_nothing() {
    given::<Interaction>([started(None)])
        .when(consent(99))
        .then_refused(InteractionRefusal::NotIdentified);
}

#[test]
fn a_visit_that_has_expired_takes_no_yes() {
    given::<Interaction>([started(Some("s1"))])
        .when(consent(100))
        .then_refused(InteractionRefusal::NotFound);
}
