//! Scenarios of a visit to the sign-in pages.

use events::{
    IdentifierKind, InteractionEvent, InteractionPurpose, NewIdentity, PasswordScheme, Personal,
    UnixMillis,
};
use serde_json::json;

use super::{Interaction, InteractionCommand, InteractionRefusal, REJECTIONS_MAX};
use crate::scenario::{given, id};

/// The visit ends at 100.
const NOW: UnixMillis = UnixMillis(99);
const LATE: UnixMillis = UnixMillis(100);

fn start_with(session: Option<&str>) -> InteractionCommand {
    InteractionCommand::StartInteraction {
        application: id("a1"),
        request: json!({"scope": "openid"}),
        session: session.map(id),
        expires_at: UnixMillis(100),
    }
}

fn started_with(session: Option<&str>) -> InteractionEvent {
    InteractionEvent::InteractionStarted {
        application: id("a1"),
        request: json!({"scope": "openid"}),
        session: session.map(id),
        expires_at: UnixMillis(100),
    }
}

fn started() -> InteractionEvent {
    started_with(None)
}

fn choose(purpose: InteractionPurpose, restart: bool) -> InteractionCommand {
    InteractionCommand::ChoosePurpose { purpose, restart, now: NOW }
}

fn chosen(purpose: InteractionPurpose, restarted: bool) -> InteractionEvent {
    InteractionEvent::InteractionPurposeChosen { purpose, restarted }
}

fn sign_in() -> InteractionEvent {
    chosen(InteractionPurpose::SignIn, true)
}

fn register() -> InteractionEvent {
    chosen(InteractionPurpose::Register, true)
}

fn verify(verification: &str, user: &str) -> InteractionCommand {
    InteractionCommand::RecordPasswordVerified {
        verification: id(verification),
        user: id(user),
        identifier: IdentifierKind::Username,
        scheme: PasswordScheme::Argon2id,
        now: NOW,
    }
}

fn verified(verification: &str, user: &str) -> InteractionEvent {
    InteractionEvent::PasswordVerified {
        verification: id(verification),
        user: id(user),
        identifier: IdentifierKind::Username,
        scheme: PasswordScheme::Argon2id,
    }
}

fn reject() -> InteractionCommand {
    InteractionCommand::RecordPasswordRejected {
        identifier_digest: "d".into(),
        user: None,
        now: NOW,
    }
}

fn rejected() -> InteractionEvent {
    InteractionEvent::PasswordRejected { identifier_digest: "d".into(), user: None }
}

fn new_identity() -> NewIdentity {
    NewIdentity {
        identifier: IdentifierKind::Username,
        value: "tom".into(),
        digest: "$argon2id".into(),
    }
}

fn propose(verification: &str, user: &str) -> InteractionCommand {
    InteractionCommand::RecordNewIdentity {
        verification: id(verification),
        user: id(user),
        scheme: PasswordScheme::Argon2id,
        identity: new_identity(),
        now: NOW,
    }
}

fn proposed(verification: &str, user: &str) -> InteractionEvent {
    InteractionEvent::NewIdentityVerified {
        verification: id(verification),
        user: id(user),
        scheme: PasswordScheme::Argon2id,
        personal: Personal::Open(new_identity()),
    }
}

fn identify(verification: &str) -> InteractionCommand {
    InteractionCommand::Identify { verification: id(verification), now: NOW }
}

fn identified(verification: &str, user: &str, registered: bool) -> InteractionEvent {
    InteractionEvent::UserIdentified { verification: id(verification), user: id(user), registered }
}

fn submit() -> InteractionCommand {
    InteractionCommand::SubmitInteraction { session: id("s1"), now: NOW }
}

fn submitted() -> InteractionEvent {
    InteractionEvent::InteractionSubmitted { user: id("u1"), session: id("s1") }
}

fn complete() -> InteractionCommand {
    InteractionCommand::CompleteInteraction { grant: id("g1"), now: NOW }
}

fn completed() -> InteractionEvent {
    InteractionEvent::InteractionCompleted { grant: id("g1") }
}

fn abort() -> InteractionCommand {
    InteractionCommand::AbortInteraction { error: "access_denied".into(), now: NOW }
}

fn aborted() -> InteractionEvent {
    InteractionEvent::InteractionAborted { error: "access_denied".into() }
}

fn signed_in() -> [InteractionEvent; 5] {
    [started(), sign_in(), verified("v1", "u1"), identified("v1", "u1", false), submitted()]
}

/// Every command but the start.
fn all() -> [InteractionCommand; 10] {
    [
        choose(InteractionPurpose::SignIn, true),
        choose(InteractionPurpose::Register, false),
        verify("v9", "u9"),
        reject(),
        propose("v9", "u9"),
        identify("v1"),
        submit(),
        InteractionCommand::RecordConsent { now: NOW },
        complete(),
        abort(),
    ]
}

#[test]
fn a_visit_starts_once() {
    given::<Interaction>([]).when(start_with(None)).then([started()]);
    let past = given::<Interaction>([started()]);
    past.when(start_with(None)).then_nothing();
    past.when(start_with(Some("s0"))).then_refused(InteractionRefusal::Exists);
}

#[test]
fn nothing_happens_in_a_visit_that_is_absent_or_over() {
    for past in [
        given::<Interaction>([]),
        given(signed_in().into_iter().chain([completed()])),
        given([started(), aborted()]),
    ] {
        for command in all() {
            past.when(command).then_refused(InteractionRefusal::NotFound);
        }
    }
}

#[test]
fn a_visit_lasts_until_it_expires() {
    let past = given::<Interaction>([started()]);
    let at = |now| InteractionCommand::ChoosePurpose {
        purpose: InteractionPurpose::SignIn,
        restart: true,
        now,
    };
    past.when(at(NOW)).then([sign_in()]);
    past.when(at(LATE)).then_refused(InteractionRefusal::NotFound);
    assert!(past.state().is_live(NOW) && !past.state().is_live(LATE));
    let past = given::<Interaction>(signed_in());
    past.when(InteractionCommand::CompleteInteraction { grant: id("g1"), now: LATE })
        .then_refused(InteractionRefusal::NotFound);
}

#[test]
fn without_a_purpose_nothing_is_collected() {
    let past = given::<Interaction>([started()]);
    for command in [
        choose(InteractionPurpose::SignIn, false),
        verify("v1", "u1"),
        reject(),
        propose("v1", "u1"),
        identify("v1"),
        submit(),
    ] {
        past.when(command).then_refused(InteractionRefusal::NoPurpose);
    }
}

#[test]
fn a_password_signs_in() {
    given::<Interaction>([started(), sign_in()])
        .when(verify("v1", "u1"))
        .then([verified("v1", "u1")]);
    let proved = given::<Interaction>([started(), sign_in(), verified("v1", "u1")]);
    proved.when(verify("v1", "u1")).then_nothing();
    proved.when(identify("v1")).then([identified("v1", "u1", false)]);
    let known = given::<Interaction>(signed_in().into_iter().take(4));
    known.when(identify("v1")).then_nothing();
    known.when(submit()).then([submitted()]);
    given::<Interaction>(signed_in()).when(complete()).then([completed()]);
}

#[test]
fn a_new_identity_registers() {
    given::<Interaction>([started(), register()])
        .when(propose("v1", "u1"))
        .then([proposed("v1", "u1")]);
    let past = given::<Interaction>([started(), register(), proposed("v1", "u1")]);
    past.when(propose("v1", "u1")).then_nothing();
    past.when(identify("v1")).then([identified("v1", "u1", true)]);
    let proof = past.state().new_identity(&id("v1")).unwrap();
    assert_eq!((&proof.user, &proof.identity), (&id("u1"), &Some(new_identity())));
    assert_eq!(past.state().new_identity(&id("v2")), None);
}

#[test]
fn a_proof_serves_only_its_purpose() {
    given::<Interaction>([started(), register(), verified("v1", "u1")])
        .when(identify("v1"))
        .then_refused(InteractionRefusal::WrongProof);
    given::<Interaction>([started(), sign_in(), proposed("v1", "u1")])
        .when(identify("v1"))
        .then_refused(InteractionRefusal::WrongProof);
    let forgot = chosen(InteractionPurpose::ForgotPassword, true);
    for proof in [verified("v1", "u1"), proposed("v1", "u1")] {
        given::<Interaction>([started(), forgot.clone(), proof])
            .when(identify("v1"))
            .then_refused(InteractionRefusal::ForgotPasswordProof);
    }
}

#[test]
fn only_the_newest_proof_of_its_kind_counts() {
    let past = given::<Interaction>([
        started(),
        sign_in(),
        verified("v1", "u1"),
        verified("v2", "u2"),
        proposed("v3", "u3"),
    ]);
    past.when(identify("v1")).then_refused(InteractionRefusal::ProofNotFound);
    past.when(identify("v2")).then([identified("v2", "u2", false)]);
}

#[test]
fn nobody_takes_the_place_of_who_was_identified() {
    let past = given::<Interaction>([
        started(),
        sign_in(),
        verified("v1", "u1"),
        identified("v1", "u1", false),
        verified("v2", "u2"),
    ]);
    past.when(identify("v2")).then_refused(InteractionRefusal::IdentityConflict);
    given::<Interaction>([
        started(),
        sign_in(),
        verified("v1", "u1"),
        identified("v1", "u1", false),
        verified("v2", "u1"),
    ])
    .when(identify("v2"))
    .then_nothing();
}

#[test]
fn another_purpose_forgets_who_was_identified_but_keeps_the_proofs() {
    let past = signed_in().into_iter().take(4);
    let before = given::<Interaction>(past.clone());
    before.when(choose(InteractionPurpose::SignIn, false)).then_nothing();
    let switched = chosen(InteractionPurpose::Register, false);
    before.when(choose(InteractionPurpose::Register, false)).then([switched.clone()]);
    let back = chosen(InteractionPurpose::SignIn, false);
    let after = given::<Interaction>(past.chain([switched, back]));
    assert_eq!(after.state().identified(), None);
    after.when(submit()).then_refused(InteractionRefusal::NotIdentified);
    after.when(identify("v1")).then([identified("v1", "u1", false)]);
}

#[test]
fn a_restart_forgets_everything_collected() {
    let past = signed_in().into_iter().take(4);
    let before = given::<Interaction>(past.clone());
    before.when(choose(InteractionPurpose::SignIn, true)).then([sign_in()]);
    let after = given::<Interaction>(past.chain([proposed("v2", "u2"), sign_in()]));
    assert_eq!(after.state().new_identity(&id("v2")), None);
    after.when(choose(InteractionPurpose::SignIn, true)).then_nothing();
    after.when(identify("v1")).then_refused(InteractionRefusal::ProofNotFound);
    assert_eq!(after.state().identified(), None);
}

#[test]
fn a_forgotten_password_is_neither_switched_to_nor_from() {
    let forgot = InteractionPurpose::ForgotPassword;
    let past = given::<Interaction>([started(), sign_in()]);
    past.when(choose(forgot, false)).then_refused(InteractionRefusal::ForgotPasswordSwitch);
    past.when(choose(forgot, true)).then([chosen(forgot, true)]);
    let past = given::<Interaction>([started(), chosen(forgot, true)]);
    past.when(choose(InteractionPurpose::SignIn, false))
        .then_refused(InteractionRefusal::ForgotPasswordSwitch);
    past.when(choose(forgot, false)).then_nothing();
}

#[test]
fn twenty_wrong_passwords_block_the_visit() {
    let wrong = |times: u32| (0..times).map(|_| rejected());
    let nineteen =
        given::<Interaction>([started(), sign_in()].into_iter().chain(wrong(REJECTIONS_MAX - 1)));
    nineteen.when(reject()).then([rejected()]);
    nineteen.when(verify("v1", "u1")).then([verified("v1", "u1")]);
    assert!(!nineteen.state().is_blocked());
    let twenty =
        given::<Interaction>([started(), sign_in()].into_iter().chain(wrong(REJECTIONS_MAX)));
    for command in [reject(), verify("v1", "u1"), propose("v1", "u1")] {
        twenty.when(command).then_refused(InteractionRefusal::Blocked);
    }
    assert!(twenty.state().is_blocked());
}

#[test]
fn a_restart_does_not_lift_the_block() {
    let past = [started(), sign_in()]
        .into_iter()
        .chain((0..REJECTIONS_MAX).map(|_| rejected()))
        .chain([register(), sign_in()]);
    given::<Interaction>(past).when(verify("v1", "u1")).then_refused(InteractionRefusal::Blocked);
}

#[test]
fn nobody_is_signed_in_without_being_identified() {
    given::<Interaction>([started(), sign_in(), verified("v1", "u1")])
        .when(submit())
        .then_refused(InteractionRefusal::NotIdentified);
}

#[test]
fn after_the_sign_in_only_the_answer_is_due() {
    let past = given::<Interaction>(signed_in());
    for command in all().into_iter().take(7) {
        past.when(command).then_refused(InteractionRefusal::NotFound);
    }
    past.when(abort()).then([aborted()]);
    assert_eq!(past.state().submitted(), Some((&id("u1"), &id("s1"))));
}

#[test]
fn an_answer_needs_a_sign_in_or_a_session() {
    given::<Interaction>(signed_in().into_iter().take(4))
        .when(complete())
        .then_refused(InteractionRefusal::NotIdentified);
    given::<Interaction>([started_with(Some("s0"))]).when(complete()).then([completed()]);
}

#[test]
fn a_visit_that_is_over_can_still_be_read() {
    let past = given::<Interaction>(signed_in().into_iter().chain([completed()]));
    let state = past.state();
    assert!(state.is_over());
    assert_eq!(state.application(), Some(&id("a1")));
    assert_eq!(state.request(), Some(&json!({"scope": "openid"})));
    assert_eq!((state.session(), state.expires_at()), (None, Some(UnixMillis(100))));
    assert_eq!(state.purpose(), Some(InteractionPurpose::SignIn));
}
