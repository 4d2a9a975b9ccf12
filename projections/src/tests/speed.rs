//! How fast a mixed history goes into all views. Prints; asserts no time.

use std::time::Duration;

use super::{
    history::{History, Memory},
    random::{Dice, grant, machine_grant, session, token, user},
};
use crate::{Catalogue, replay};

/// What happens when people sign up, sign in and use tokens, twenty events a person.
fn mixed(people: u16) -> History {
    let mut history = History::default();
    for id in 0..people {
        // Ids are spread as random ones are, so that no index has an easy life.
        let id = id.wrapping_mul(40_503);
        let dice = |kind| Dice { kind, id, other: id, is_erased: false };
        let named = |category: &str, letter: &str| format!("{category}-default.{letter}{id}");
        history
            .then(&named("user", "u"), user(dice(0)))
            .then(&named("user", "u"), user(dice(2)))
            .then(&named("user", "u"), user(dice(3)))
            .then(&named("session", "s"), session(dice(32)))
            .then(&named("grant", "g"), grant(dice(34)));
        for number in 0..7 {
            let name = format!("access_token-default.t{id}_{number}");
            history.then(&name, token(dice(36)));
        }
        for number in 0..7 {
            let name = format!("machine_grant-default.m{id}_{number}");
            history.then(&name, machine_grant(dice(37)));
        }
        history.then(&named("session", "s"), session(dice(33)));
    }
    history
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the figure is printed, nothing depends on it")]
fn fifty_thousand_events_go_into_all_views() {
    let history = mixed(2_500);
    let memory = Memory::of(&history.0);
    let catalogue = Catalogue::standard();
    let names: Vec<_> = catalogue.names().map(Some).chain([None]).collect();
    for name in names {
        let folder = tempfile::tempdir().unwrap();
        let start = std::time::Instant::now();
        let done = replay(folder.path(), &*memory, &catalogue, name.as_slice(), |_, _| ()).unwrap();
        let took: Duration = start.elapsed();
        assert_eq!((done.events, done.stopped.len()), (50_000, 0));
        let rate = done.events as f64 / took.as_secs_f64();
        println!("{:>20}: {rate:>9.0} events/s", name.unwrap_or("all views"));
    }
}
