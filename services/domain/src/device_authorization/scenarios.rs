//! Given, when, then of the wish of a device.

use events::{DeviceAuthorizationEvent as Event, UnixMillis};

use super::{
    DeviceAuthorization, DeviceAuthorizationCommand as Command,
    DeviceAuthorizationRefusal as Refused, DeviceCodeUse, DeviceRequest, started,
};
use crate::scenario::{given, id};

const LAST: UnixMillis = UnixMillis(99);
const LATE: UnixMillis = UnixMillis(100);

fn request() -> DeviceRequest {
    DeviceRequest {
        application: id("tv"),
        scope: vec!["openid".into()],
        resources: vec![],
        device_code_sha256: "digest".into(),
        user_code_digest: "0af".into(),
        expires_at: LATE,
    }
}

fn begun() -> Event {
    started(request())
}

fn approved() -> Event {
    Event::DeviceAuthorizationApproved { grant: id("g1"), user: id("tom") }
}

fn denied() -> Event {
    Event::DeviceAuthorizationDenied {}
}

fn redeemed() -> Event {
    Event::DeviceCodeRedeemed {}
}

fn approve(now: UnixMillis) -> Command {
    Command::Approve { grant: id("g1"), user: id("tom"), now }
}

fn deny(now: UnixMillis) -> Command {
    Command::Deny { now }
}

fn redeem(now: UnixMillis) -> Command {
    Command::Redeem { sha256: "digest".into(), application: id("tv"), now }
}

#[test]
fn a_device_asks_once() {
    let start = || Command::StartDeviceAuthorization(request());
    given::<DeviceAuthorization>([]).when(start()).then([begun()]);
    let past = given::<DeviceAuthorization>([begun()]);
    past.when(start()).then_nothing();
    let other = DeviceRequest { device_code_sha256: "other".into(), ..request() };
    past.when(Command::StartDeviceAuthorization(other)).then_refused(Refused::Exists);
}

#[test]
fn a_person_decides_once_and_in_time() {
    let past = given::<DeviceAuthorization>([begun()]);
    past.when(approve(LAST)).then([approved()]);
    past.when(approve(LATE)).then_refused(Refused::Expired);
    past.when(deny(LAST)).then([denied()]);
    past.when(deny(LATE)).then_refused(Refused::Expired);
    assert!(!past.state().is_decided());

    let yes = given::<DeviceAuthorization>([begun(), approved()]);
    yes.when(approve(LATE)).then_nothing();
    yes.when(Command::Approve { grant: id("g2"), user: id("tom"), now: LAST })
        .then_refused(Refused::AlreadyUsed);
    yes.when(deny(LAST)).then_refused(Refused::AlreadyUsed);
    assert!(yes.state().is_decided());

    let no = given::<DeviceAuthorization>([begun(), denied()]);
    no.when(deny(LATE)).then_nothing();
    no.when(approve(LAST)).then_refused(Refused::AlreadyUsed);
    assert!(no.state().is_decided());
}

#[test]
fn a_device_hears_how_it_stands_until_its_time_is_over() {
    let pending = given::<DeviceAuthorization>([begun()]);
    pending.when(redeem(LAST)).then_refused(Refused::Pending);
    pending.when(redeem(LATE)).then_refused(Refused::Expired);
    let no = given::<DeviceAuthorization>([begun(), denied()]);
    no.when(redeem(LAST)).then_refused(Refused::Denied);
    no.when(redeem(LATE)).then_refused(Refused::Expired);
    let yes = given::<DeviceAuthorization>([begun(), approved()]);
    yes.when(redeem(LAST)).then([redeemed()]);
    yes.when(redeem(LATE)).then_refused(Refused::Expired);
}

#[test]
fn a_code_is_exchanged_once_and_its_second_use_shows_even_when_it_is_late() {
    let past = given::<DeviceAuthorization>([begun(), approved(), redeemed()]);
    for now in [LAST, LATE] {
        past.when(redeem(now)).then_refused(Refused::AlreadyUsed);
        let used = past.state().device_code_use("digest", &id("tv"), now);
        assert_eq!(used, DeviceCodeUse::Redeemed(id("g1")));
    }
}

#[test]
fn another_code_and_another_application_learn_nothing() {
    let histories =
        [vec![begun()], vec![begun(), denied()], vec![begun(), approved(), redeemed()], vec![]];
    for past in histories {
        let past = given::<DeviceAuthorization>(past);
        for (sha256, application) in [("digest", "other"), ("other", "tv")] {
            let command =
                Command::Redeem { sha256: sha256.into(), application: id(application), now: LAST };
            past.when(command).then_refused(Refused::InvalidGrant);
        }
    }
}

#[test]
fn nothing_can_be_said_about_what_nobody_asked() {
    let nothing = given::<DeviceAuthorization>([]);
    for command in [approve(LAST), deny(LAST), redeem(LAST)] {
        nothing.when(command).then_refused(Refused::InvalidGrant);
    }
}
