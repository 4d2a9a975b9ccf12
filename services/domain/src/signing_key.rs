//! Rules of a tenant's ring of signing keys: one signs, at most one waits and one only verifies
//! (contract: management-60-system 1).

use events::{
    Event, Personal, SigningAlgorithm, SigningKeyEvent, SigningKeyId, SigningKeyMaterial,
    StreamName, TenantId,
};
use serde_json::Value;

use crate::{Decider, Kind, Refusal};

/// A tenant's ring of signing keys.
pub struct SigningKey;

/// Wishes about the ring. No `Debug`: they carry private keys.
#[derive(Clone)]
pub enum SigningKeyCommand {
    /// Sign with a new key at once; the old one only verifies, an older one is deleted.
    RotateSigningKey {
        /// Id in the ring.
        key: SigningKeyId,
        /// What it signs with.
        algorithm: SigningAlgorithm,
        /// Public part as in the JWKS, with `kid`.
        public_jwk: Value,
        /// Private part: PKCS#8 in base64url without padding.
        pkcs8: String,
    },
    /// Stop verifying what a previous key signed.
    DeleteSigningKey {
        /// Id in the ring.
        key: SigningKeyId,
    },
}

/// What the rules know of the ring.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SigningKeyState {
    keys: Vec<RingKey>,
}

impl SigningKeyState {
    /// The keys in the order next, current, previous.
    pub fn keys(&self) -> &[RingKey] {
        &self.keys
    }

    /// The key that signs.
    pub fn current(&self) -> Option<&RingKey> {
        self.in_status(SigningKeyStatus::Current).next()
    }

    fn in_status(&self, status: SigningKeyStatus) -> impl Iterator<Item = &RingKey> {
        self.keys.iter().filter(move |held| held.status == status)
    }

    fn with_status(mut self, key: &SigningKeyId, status: SigningKeyStatus) -> Self {
        for held in self.keys.iter_mut().filter(|held| held.key == *key) {
            held.status = status;
        }
        self.keys.sort_by_key(|held| held.status);
        self
    }
}

/// A key of the ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingKey {
    /// Id in the ring.
    pub key: SigningKeyId,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// What it is for now.
    pub status: SigningKeyStatus,
}

/// What a key of the ring is for, in the order of listings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SigningKeyStatus {
    /// Published; will sign.
    Next,
    /// Signs.
    Current,
    /// Only verifies.
    Previous,
}

impl SigningKeyStatus {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Next => "Next",
            Self::Current => "Current",
            Self::Previous => "Previous",
        }
    }
}

/// Why a wish about the ring is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyRefusal {
    /// The id is in the ring already.
    #[error("the key is in the ring already")]
    Exists,
    /// A key waits to be promoted, so another cannot take its place at once.
    #[error("another key is waiting to sign")]
    NextIsWaiting,
    /// The last key cannot be deleted.
    #[error("a ring has at least one key")]
    KeyRequired,
    /// The key is not in the ring.
    #[error("the key is not in the ring")]
    KeyNotFound,
    /// The key signs or will sign.
    #[error("only a previous key can be deleted")]
    OnlyPrevious,
}

impl Refusal for SigningKeyRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Exists => "entity.unique_integrity_violation",
            Self::NextIsWaiting => "oidc.invalid_request",
            Self::KeyRequired => "oidc.key_required",
            Self::KeyNotFound => "oidc.key_not_found",
            Self::OnlyPrevious => "oidc.only_previous_key_can_be_deleted",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::KeyNotFound => Kind::Absent,
            Self::Exists | Self::NextIsWaiting | Self::KeyRequired | Self::OnlyPrevious => {
                Kind::Unprocessable
            }
        }
    }
}

impl Decider for SigningKey {
    type Id = ();
    type Command = SigningKeyCommand;
    type Event = SigningKeyEvent;
    type Refusal = SigningKeyRefusal;
    type State = SigningKeyState;

    fn stream(tenant: &TenantId, (): &()) -> StreamName {
        StreamName::signing_keys(tenant)
    }

    fn event(event: &Event) -> Option<&SigningKeyEvent> {
        if let Event::SigningKey(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &SigningKeyState,
        command: SigningKeyCommand,
    ) -> Result<Vec<SigningKeyEvent>, SigningKeyRefusal> {
        match command {
            SigningKeyCommand::RotateSigningKey { key, algorithm, public_jwk, pkcs8 } => {
                match status(state, &key) {
                    Some(SigningKeyStatus::Current) => return Ok(vec![]),
                    Some(SigningKeyStatus::Next | SigningKeyStatus::Previous) => {
                        return Err(SigningKeyRefusal::Exists);
                    }
                    None => {}
                }
                if state.in_status(SigningKeyStatus::Next).next().is_some() {
                    return Err(SigningKeyRefusal::NextIsWaiting);
                }
                let generated = SigningKeyEvent::SigningKeyGenerated {
                    key: key.clone(),
                    algorithm,
                    public_jwk,
                    personal: Personal::Open(SigningKeyMaterial { pkcs8 }),
                };
                let retired = state
                    .in_status(SigningKeyStatus::Current)
                    .map(|held| SigningKeyEvent::SigningKeyRetired { key: held.key.clone() });
                let promoted = SigningKeyEvent::SigningKeyPromoted { key };
                let deleted = state
                    .in_status(SigningKeyStatus::Previous)
                    .map(|held| SigningKeyEvent::SigningKeyDeleted { key: held.key.clone() });
                Ok([generated]
                    .into_iter()
                    .chain(retired)
                    .chain([promoted])
                    .chain(deleted)
                    .collect())
            }
            SigningKeyCommand::DeleteSigningKey { key } => {
                if state.keys.len() <= 1 {
                    return Err(SigningKeyRefusal::KeyRequired);
                }
                match status(state, &key) {
                    Some(SigningKeyStatus::Previous) => {
                        Ok(vec![SigningKeyEvent::SigningKeyDeleted { key }])
                    }
                    Some(SigningKeyStatus::Next | SigningKeyStatus::Current) => {
                        Err(SigningKeyRefusal::OnlyPrevious)
                    }
                    None => Err(SigningKeyRefusal::KeyNotFound),
                }
            }
        }
    }

    fn evolve(mut state: SigningKeyState, event: &SigningKeyEvent) -> SigningKeyState {
        match event {
            SigningKeyEvent::SigningKeyGenerated { key, algorithm, .. } => {
                let status = SigningKeyStatus::Next;
                state.keys.insert(0, RingKey { key: key.clone(), algorithm: *algorithm, status });
                state
            }
            SigningKeyEvent::SigningKeyPromoted { key } => {
                state.with_status(key, SigningKeyStatus::Current)
            }
            SigningKeyEvent::SigningKeyRetired { key } => {
                state.with_status(key, SigningKeyStatus::Previous)
            }
            SigningKeyEvent::SigningKeyDeleted { key } => {
                state.keys.retain(|held| held.key != *key);
                state
            }
        }
    }
}

fn status(state: &SigningKeyState, key: &SigningKeyId) -> Option<SigningKeyStatus> {
    state.keys.iter().find(|held| held.key == *key).map(|held| held.status)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scenario::{given, id};

    fn rotate(key: &str) -> SigningKeyCommand {
        SigningKeyCommand::RotateSigningKey {
            key: id(key),
            algorithm: SigningAlgorithm::EdDSA,
            public_jwk: json!({"kid": key}),
            pkcs8: "p".into(),
        }
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
}
