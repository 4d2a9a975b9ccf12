//! The ring of signing keys, case by case.

use serde_json::json;

use super::*;
use crate::scenario::{given, id};

fn rotate(key: &str) -> SigningKeyCommand {
    SigningKeyCommand::RotateSigningKey(made(key))
}

fn stage(key: &str, effective_at: i64) -> SigningKeyCommand {
    let effective_at = UnixMillis(effective_at);
    SigningKeyCommand::StageSigningKey { new: made(key), effective_at }
}

fn promote(key: &str, now: i64) -> SigningKeyCommand {
    SigningKeyCommand::PromoteSigningKey { key: id(key), now: UnixMillis(now) }
}

fn made(key: &str) -> NewSigningKey {
    NewSigningKey {
        key: id(key),
        algorithm: SigningAlgorithm::EdDSA,
        public_jwk: json!({"kid": key}),
        pkcs8: "p".into(),
    }
}

fn scheduled(key: &str, effective_at: i64) -> SigningKeyEvent {
    let effective_at = UnixMillis(effective_at);
    SigningKeyEvent::SigningKeyScheduled { key: id(key), effective_at }
}

/// A ring with the current key k2, the previous key k1, and k3 that signs from 100 on.
fn three_keys() -> impl Iterator<Item = SigningKeyEvent> {
    two_keys().into_iter().chain([generated("k3"), scheduled("k3", 100)])
}

fn delete(key: &str) -> SigningKeyCommand {
    SigningKeyCommand::DeleteSigningKey { key: id(key) }
}

fn generated(key: &str) -> SigningKeyEvent {
    SigningKeyEvent::SigningKeyGenerated {
        key: id(key),
        algorithm: SigningAlgorithm::EdDSA,
        public_jwk: json!({"kid": key}),
        personal: Personal::Open(SigningKeyMaterial { pkcs8: "p".into() }),
    }
}

fn promoted(key: &str) -> SigningKeyEvent {
    SigningKeyEvent::SigningKeyPromoted { key: id(key) }
}

fn retired(key: &str) -> SigningKeyEvent {
    SigningKeyEvent::SigningKeyRetired { key: id(key) }
}

fn deleted(key: &str) -> SigningKeyEvent {
    SigningKeyEvent::SigningKeyDeleted { key: id(key) }
}

/// A ring with the current key k2 and the previous key k1.
fn two_keys() -> [SigningKeyEvent; 5] {
    [generated("k1"), promoted("k1"), generated("k2"), retired("k1"), promoted("k2")]
}

#[test]
fn the_first_key_signs_at_once() {
    given::<SigningKey>([]).when(rotate("k1")).then([generated("k1"), promoted("k1")]);
}

#[test]
fn at_most_two_keys_stay() {
    given::<SigningKey>([generated("k1"), promoted("k1")]).when(rotate("k2")).then([
        generated("k2"),
        retired("k1"),
        promoted("k2"),
    ]);
    given::<SigningKey>(two_keys()).when(rotate("k3")).then([
        generated("k3"),
        retired("k2"),
        promoted("k3"),
        deleted("k1"),
    ]);
}

#[test]
fn keys_are_listed_as_next_current_previous() {
    let ring = given::<SigningKey>(two_keys().into_iter().chain([generated("k3")]));
    let listed: Vec<_> =
        ring.state().keys().iter().map(|held| (held.key.as_str(), held.status)).collect();
    assert_eq!(
        listed,
        [
            ("k3", SigningKeyStatus::Next),
            ("k2", SigningKeyStatus::Current),
            ("k1", SigningKeyStatus::Previous),
        ]
    );
    assert_eq!(ring.state().current().unwrap().key, id("k2"));
}

#[test]
fn rotating_to_the_same_key_again_changes_nothing() {
    let ring = given::<SigningKey>(two_keys());
    ring.when(rotate("k2")).then_nothing();
    ring.when(rotate("k1")).then_refused(SigningKeyRefusal::Exists);
}

#[test]
fn a_waiting_key_is_not_overtaken() {
    given::<SigningKey>([generated("k1"), promoted("k1"), generated("k2")])
        .when(rotate("k3"))
        .then_refused(SigningKeyRefusal::NextIsWaiting);
}

#[test]
fn only_a_previous_key_is_deleted() {
    let ring = given::<SigningKey>(two_keys());
    ring.when(delete("k1")).then([deleted("k1")]);
    ring.when(delete("k2")).then_refused(SigningKeyRefusal::OnlyPrevious);
    ring.when(delete("k9")).then_refused(SigningKeyRefusal::KeyNotFound);
}

#[test]
fn the_last_key_stays_whichever_is_named() {
    let ring = given::<SigningKey>([generated("k1"), promoted("k1")]);
    ring.when(delete("k1")).then_refused(SigningKeyRefusal::KeyRequired);
    ring.when(delete("k9")).then_refused(SigningKeyRefusal::KeyRequired);
    given::<SigningKey>(two_keys().into_iter().chain([deleted("k1")]))
        .when(delete("k1"))
        .then_refused(SigningKeyRefusal::KeyRequired);
}

#[test]
fn a_staged_key_waits_beside_the_others() {
    let ring = given::<SigningKey>(two_keys());
    ring.when(stage("k3", 100)).then([generated("k3"), scheduled("k3", 100)]);
    let ring = given::<SigningKey>(three_keys());
    ring.when(stage("k3", 100)).then_nothing();
    ring.when(stage("k3", 101)).then_refused(SigningKeyRefusal::Exists);
    let next = ring.state().next().unwrap();
    assert_eq!((&next.key, next.effective_at), (&id("k3"), Some(UnixMillis(100))));
    ring.when(rotate("k4")).then_refused(SigningKeyRefusal::NextIsWaiting);
    ring.when(delete("k3")).then_refused(SigningKeyRefusal::OnlyPrevious);
}

#[test]
fn staging_again_replaces_the_key_that_waits_and_its_moment() {
    given::<SigningKey>(three_keys()).when(stage("k4", 200)).then([
        deleted("k3"),
        generated("k4"),
        scheduled("k4", 200),
    ]);
}

#[test]
fn a_staged_key_signs_from_its_moment_on_and_not_before() {
    let ring = given::<SigningKey>(three_keys());
    ring.when(promote("k3", 99)).then_refused(SigningKeyRefusal::NotDue);
    ring.when(promote("k3", 100)).then([retired("k2"), promoted("k3"), deleted("k1")]);
}

#[test]
fn a_key_is_promoted_once_and_never_after_it_was_replaced() {
    let promotion = [retired("k2"), promoted("k3"), deleted("k1")];
    let ring = given::<SigningKey>(three_keys().chain(promotion));
    ring.when(promote("k3", 100)).then_nothing();
    let replaced = [deleted("k3"), generated("k4"), scheduled("k4", 200)];
    given::<SigningKey>(three_keys().chain(replaced)).when(promote("k3", 100)).then_nothing();
}

#[test]
fn the_first_key_signs_at_once_although_it_was_to_wait() {
    given::<SigningKey>([]).when(stage("k1", 100)).then([generated("k1"), promoted("k1")]);
}
