//! Rules of a tenant's ring of cookie keys: the newest signs, two verify
//! (contract: management-60-system 1).

use events::{
    CookieKeyEvent, CookieKeyId, CookieKeyMaterial, Event, Personal, StreamName, TenantId,
};

use crate::{Decider, Kind, Refusal};

/// Keys that a rotation leaves in the ring.
const KEYS_MAX: usize = 2;

/// A tenant's ring of cookie keys.
pub struct CookieKey;

/// Wishes about the ring. No `Debug`: they carry keys.
#[derive(Clone)]
pub enum CookieKeyCommand {
    /// Sign with a new key; the one before still verifies, older ones are deleted.
    RotateCookieKey {
        /// Id in the ring.
        key: CookieKeyId,
        /// 32 bytes in base64url without padding.
        secret: String,
    },
    /// Stop verifying what a key signed.
    DeleteCookieKey {
        /// Id in the ring.
        key: CookieKeyId,
    },
}

/// What the rules know of the ring.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CookieKeyState {
    keys: Vec<CookieKeyId>,
}

impl CookieKeyState {
    /// The keys, newest first: the first one signs.
    pub fn keys(&self) -> &[CookieKeyId] {
        &self.keys
    }
}

/// Why a wish about the ring is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CookieKeyRefusal {
    /// The id is in the ring already, and signs no more.
    #[error("the key is in the ring already")]
    Exists,
    /// The last key cannot be deleted.
    #[error("a ring has at least one key")]
    KeyRequired,
    /// The key is not in the ring.
    #[error("the key is not in the ring")]
    KeyNotFound,
}

impl Refusal for CookieKeyRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Exists => "entity.unique_integrity_violation",
            Self::KeyRequired => "oidc.key_required",
            Self::KeyNotFound => "oidc.key_not_found",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::KeyNotFound => Kind::Absent,
            Self::Exists | Self::KeyRequired => Kind::Unprocessable,
        }
    }
}

impl Decider for CookieKey {
    type Id = ();
    type Command = CookieKeyCommand;
    type Event = CookieKeyEvent;
    type Refusal = CookieKeyRefusal;
    type State = CookieKeyState;

    fn stream(tenant: &TenantId, (): &()) -> StreamName {
        StreamName::cookie_keys(tenant)
    }

    fn event(event: &Event) -> Option<&CookieKeyEvent> {
        if let Event::CookieKey(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &CookieKeyState,
        command: CookieKeyCommand,
    ) -> Result<Vec<CookieKeyEvent>, CookieKeyRefusal> {
        match command {
            CookieKeyCommand::RotateCookieKey { key, secret } => {
                if state.keys.first() == Some(&key) {
                    return Ok(vec![]);
                }
                if state.keys.contains(&key) {
                    return Err(CookieKeyRefusal::Exists);
                }
                let personal = Personal::Open(CookieKeyMaterial { secret });
                let generated = CookieKeyEvent::CookieKeyGenerated { key, personal };
                let deleted = state
                    .keys
                    .iter()
                    .skip(KEYS_MAX - 1)
                    .map(|old| CookieKeyEvent::CookieKeyDeleted { key: old.clone() });
                Ok([generated].into_iter().chain(deleted).collect())
            }
            CookieKeyCommand::DeleteCookieKey { key } => {
                if state.keys.len() <= 1 {
                    return Err(CookieKeyRefusal::KeyRequired);
                }
                if !state.keys.contains(&key) {
                    return Err(CookieKeyRefusal::KeyNotFound);
                }
                Ok(vec![CookieKeyEvent::CookieKeyDeleted { key }])
            }
        }
    }

    fn evolve(mut state: CookieKeyState, event: &CookieKeyEvent) -> CookieKeyState {
        match event {
            CookieKeyEvent::CookieKeyGenerated { key, .. } => state.keys.insert(0, key.clone()),
            CookieKeyEvent::CookieKeyDeleted { key } => state.keys.retain(|held| held != key),
        }
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{given, id};

    fn rotate(key: &str) -> CookieKeyCommand {
        CookieKeyCommand::RotateCookieKey { key: id(key), secret: "s".into() }
    }

    fn delete(key: &str) -> CookieKeyCommand {
        CookieKeyCommand::DeleteCookieKey { key: id(key) }
    }

    fn generated(key: &str) -> CookieKeyEvent {
        let personal = Personal::Open(CookieKeyMaterial { secret: "s".into() });
        CookieKeyEvent::CookieKeyGenerated { key: id(key), personal }
    }

    fn deleted(key: &str) -> CookieKeyEvent {
        CookieKeyEvent::CookieKeyDeleted { key: id(key) }
    }

    #[test]
    fn two_keys_stay_the_newest_first() {
        given::<CookieKey>([]).when(rotate("c1")).then([generated("c1")]);
        given::<CookieKey>([generated("c1")]).when(rotate("c2")).then([generated("c2")]);
        let ring = given::<CookieKey>([generated("c1"), generated("c2")]);
        ring.when(rotate("c3")).then([generated("c3"), deleted("c1")]);
        assert_eq!(ring.state().keys(), [id("c2"), id("c1")]);
    }

    #[test]
    fn rotating_to_the_same_key_again_changes_nothing() {
        let ring = given::<CookieKey>([generated("c1"), generated("c2")]);
        ring.when(rotate("c2")).then_nothing();
        ring.when(rotate("c1")).then_refused(CookieKeyRefusal::Exists);
    }

    #[test]
    fn any_key_but_the_last_is_deleted() {
        let ring = given::<CookieKey>([generated("c1"), generated("c2")]);
        ring.when(delete("c1")).then([deleted("c1")]);
        ring.when(delete("c2")).then([deleted("c2")]);
        ring.when(delete("c9")).then_refused(CookieKeyRefusal::KeyNotFound);
        let last = given::<CookieKey>([generated("c1")]);
        last.when(delete("c1")).then_refused(CookieKeyRefusal::KeyRequired);
        last.when(delete("c9")).then_refused(CookieKeyRefusal::KeyRequired);
    }
}
