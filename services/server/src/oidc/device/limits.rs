//! How often a device may ask and a person may guess. Kept in memory, bounded: a record of every poll
//! would cost more than it tells.

use std::net::IpAddr;

use events::{DeviceAuthorizationId, UnixMillis};
use protocol::{
    device_flow::{INTERVAL_SECONDS, SLOW_DOWN_SECONDS},
    ttl::DEVICE_CODE_TTL_SECONDS,
};

use crate::{bounded::Recent, call::Call};

/// Device codes whose polls are watched.
const POLLS_MAX: usize = 50_000;
/// Browsers, or addresses, whose guesses are counted.
const GUESSERS_MAX: usize = 20_000;
/// A poll may come earlier by so much: networks are not punctual.
const EARLY_MILLIS: i64 = 500;
/// Longest interval between polls that a hasty device is given.
const INTERVAL_SECONDS_MAX: i64 = 60;
/// Wrong guesses count for so long.
const GUESSES_SECONDS: i64 = 600;
/// Most wrong guesses of a browser in that time.
const GUESSES_OF_BROWSER_MAX: u32 = 10;
/// Most wrong guesses from an address in that time. Many people may share one, a proxy for instance,
/// and 100 guesses among 20^8 codes find one of a thousand live codes once in 250,000 tries.
const GUESSES_OF_ADDRESS_MAX: u32 = 100;

/// The limits of a tenant's device flow.
pub(crate) struct DeviceLimits {
    polls: Recent<DeviceAuthorizationId, Polls>,
    browsers: Recent<String, Guesses>,
    addresses: Recent<Option<IpAddr>, Guesses>,
}

/// Polls of one device.
#[derive(Default)]
struct Polls {
    last: Option<UnixMillis>,
    delay_seconds: i64,
}

/// Wrong guesses of one guesser.
#[derive(Default)]
struct Guesses {
    since: UnixMillis,
    count: u32,
}

impl Default for DeviceLimits {
    fn default() -> Self {
        Self {
            polls: Recent::new(POLLS_MAX, DEVICE_CODE_TTL_SECONDS),
            browsers: Recent::new(GUESSERS_MAX, GUESSES_SECONDS),
            addresses: Recent::new(GUESSERS_MAX, GUESSES_SECONDS),
        }
    }
}

impl DeviceLimits {
    /// Notes a poll and says whether it came too early. Then the device must wait longer from now on
    /// (RFC 8628 3.5).
    pub(crate) fn is_poll_early(&self, id: &DeviceAuthorizationId, now: UnixMillis) -> bool {
        self.polls.with(id.clone(), now, |polls| {
            let interval = INTERVAL_SECONDS + polls.delay_seconds;
            let due = |last: UnixMillis| last.plus_seconds(interval).0 - EARLY_MILLIS;
            let is_early = polls.last.is_some_and(|last| now.0 < due(last));
            if is_early {
                let longest = INTERVAL_SECONDS_MAX - INTERVAL_SECONDS;
                polls.delay_seconds = (polls.delay_seconds + SLOW_DOWN_SECONDS).min(longest);
            }
            polls.last = Some(now);
            is_early
        })
    }

    /// Whether so many wrong codes came from a browser, or from its address, that no code is looked
    /// up for it, right or wrong.
    pub(super) fn is_barred(&self, call: &Call, browser: &str) -> bool {
        let count = |guesses: &mut Guesses| guesses.count_at(call.now);
        let of_browser = self.browsers.with(browser.to_owned(), call.now, count);
        let of_address = self.addresses.with(network(call), call.now, count);
        of_browser >= GUESSES_OF_BROWSER_MAX || of_address >= GUESSES_OF_ADDRESS_MAX
    }

    /// A wrong code came from a browser.
    pub(super) fn note_wrong_guess(&self, call: &Call, browser: &str) {
        let note = |guesses: &mut Guesses| guesses.count = guesses.count_at(call.now) + 1;
        self.browsers.with(browser.to_owned(), call.now, note);
        self.addresses.with(network(call), call.now, note);
    }
}

impl Guesses {
    fn count_at(&mut self, now: UnixMillis) -> u32 {
        if now >= self.since.plus_seconds(GUESSES_SECONDS) {
            *self = Self { since: now, count: 0 };
        }
        self.count
    }
}

/// Where a call comes from: whoever has one address of IPv6 has 2^64.
fn network(call: &Call) -> Option<IpAddr> {
    call.address().map(|address| match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_asks_too_early_waits_longer_from_then_on() {
        let limits = DeviceLimits::default();
        let id = "d1".parse().unwrap();
        let early = |millis: i64| limits.is_poll_early(&id, UnixMillis(1_000_000 + millis));
        assert!(!early(0), "the first poll");
        assert!(!early(5_000));
        assert!(!early(9_500), "half a second is the network's");
        assert!(early(13_999));
        assert!(early(23_498), "now ten seconds are due");
        assert!(!early(23_498 + 14_500), "and now fifteen");
        let other = "d2".parse().unwrap();
        assert!(!limits.is_poll_early(&other, UnixMillis(1_000_000)));
    }

    #[test]
    fn a_hasty_device_is_not_kept_waiting_for_ever() {
        let limits = DeviceLimits::default();
        let id = "d1".parse().unwrap();
        for poll in 0..100 {
            limits.is_poll_early(&id, UnixMillis(poll));
        }
        assert!(!limits.is_poll_early(&id, UnixMillis(100 + INTERVAL_SECONDS_MAX * 1_000)));
    }
}
