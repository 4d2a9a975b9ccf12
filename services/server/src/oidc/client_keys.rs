//! The public keys of clients: registered ones, or fetched from where the client keeps them.
//!
//! What was fetched is kept for a while. A token that names a key which is not among them leads to
//! one more look, at most once a minute, whoever asks how often. While nobody answers, the last keys
//! count on for a day at most: their owner may have taken them back.

use std::sync::Arc;

use crypto::{jws::ForeignToken, jwt::JwtError, key::ForeignKeys};
use events::UnixMillis;
use moka::sync::Cache;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use crate::{
    call::Call,
    clients::{Client, ClientKeys},
};

/// Most key sets that are remembered.
const SETS_MAX: u64 = 1_000;
/// How long a fetched set is used without another look.
const FRESH_MILLIS: i64 = 600_000;
/// How long a fetched set counts while no newer one can be had.
const STALE_MILLIS: i64 = 86_400_000;
/// Least time between two looks at one address.
const PAUSE_MILLIS: i64 = 60_000;
/// What a key set is asked for as.
const ACCEPT: &str = "application/jwk-set+json, application/json";

/// Key sets by address.
pub(crate) struct FetchedKeys(Cache<String, Arc<Mutex<Held>>>);

/// What the last looks at one address brought.
#[derive(Default)]
struct Held {
    keys: Option<Arc<ForeignKeys>>,
    fetched_at: Option<UnixMillis>,
    asked_at: Option<UnixMillis>,
}

impl Default for FetchedKeys {
    fn default() -> Self {
        Self(Cache::new(SETS_MAX))
    }
}

/// The claims of `token`, if the client signed it.
///
/// # Errors
/// As [`ForeignToken::verify_by_keys`]; [`JwtError::KeyUnknown`] too for a client without keys, or
/// whose keys cannot be fetched.
pub(super) async fn verify<'a>(
    call: &Call,
    client: &Client,
    token: &'a ForeignToken,
) -> Result<&'a Map<String, Value>, JwtError> {
    match &client.keys {
        ClientKeys::None => Err(JwtError::KeyUnknown),
        ClientKeys::Registered(keys) => token.verify_by_keys(keys),
        ClientKeys::At(url) => {
            let keys = fetched(call, url, token.kid()).await.ok_or(JwtError::KeyUnknown)?;
            token.verify_by_keys(&keys)
        }
    }
}

/// The keys at `url`, with a new look if they are old or lack `kid`. Who asks while somebody looks
/// waits for the answer.
async fn fetched(call: &Call, url: &str, kid: Option<&str>) -> Option<Arc<ForeignKeys>> {
    let held = call.site.fetched_keys().0.get_with(url.to_owned(), Arc::default);
    let mut held = held.lock().await;
    if held.is_look_due(kid, call.now) {
        held.asked_at = Some(call.now);
        if let Some(keys) = fetch(call, url).await {
            held.keys = Some(Arc::new(keys));
            held.fetched_at = Some(call.now);
        }
    }
    held.counting(call.now)
}

impl Held {
    /// Whether the keys are old or lack `kid`, and the last look is long enough ago.
    fn is_look_due(&self, kid: Option<&str>, now: UnixMillis) -> bool {
        let is_fresh = age(self.fetched_at, now).is_some_and(|age| age < FRESH_MILLIS);
        let knows = self.keys.as_ref().is_some_and(|keys| kid.is_none_or(|kid| keys.has(kid)));
        let may_look = age(self.asked_at, now).is_none_or(|pause| pause >= PAUSE_MILLIS);
        !(is_fresh && knows) && may_look
    }

    /// The keys, if they still count.
    fn counting(&self, now: UnixMillis) -> Option<Arc<ForeignKeys>> {
        let counts = age(self.fetched_at, now).is_some_and(|age| age < STALE_MILLIS);
        self.keys.clone().filter(|_| counts)
    }
}

fn age(moment: Option<UnixMillis>, now: UnixMillis) -> Option<i64> {
    moment.map(|then| now.0.saturating_sub(then.0))
}

async fn fetch(call: &Call, url: &str) -> Option<ForeignKeys> {
    let answer = match call.site.app().egress.get(url, ACCEPT).await {
        Ok(answer) if answer.is_success() => answer,
        Ok(answer) => {
            tracing::info!(status = answer.status, "no keys where a client keeps them");
            return None;
        }
        Err(error) => {
            tracing::info!(%error, "keys of a client cannot be fetched");
            return None;
        }
    };
    let jwks = serde_json::from_slice::<Value>(&answer.body).ok()?;
    ForeignKeys::usable(&jwks).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_nobody_confirms_count_for_a_day() {
        let mut held = Held {
            keys: Some(Arc::default()),
            fetched_at: Some(UnixMillis(0)),
            asked_at: Some(UnixMillis(0)),
        };
        assert!(!held.is_look_due(None, UnixMillis(FRESH_MILLIS - 1)));
        assert!(held.is_look_due(None, UnixMillis(FRESH_MILLIS)));
        assert!(held.is_look_due(Some("other"), UnixMillis(PAUSE_MILLIS)));
        assert!(!held.is_look_due(Some("other"), UnixMillis(PAUSE_MILLIS - 1)));
        // Looks that bring nothing change nothing about that.
        held.asked_at = Some(UnixMillis(STALE_MILLIS));
        assert!(held.counting(UnixMillis(STALE_MILLIS - 1)).is_some());
        assert!(held.counting(UnixMillis(STALE_MILLIS)).is_none());
    }
}
