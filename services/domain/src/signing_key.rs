//! Rules of a tenant's ring of signing keys: one signs, at most one waits and one only verifies
//! (contract: management-60-system 1).

use events::{
    Event, Personal, SigningAlgorithm, SigningKeyEvent, SigningKeyId, SigningKeyMaterial,
    StreamName, TenantId, UnixMillis,
};
use serde_json::Value;

use crate::{Decider, Kind, Refusal};

#[cfg(test)]
mod scenarios;

/// A tenant's ring of signing keys.
pub struct SigningKey;

/// Wishes about the ring. No `Debug`: they carry private keys.
#[derive(Clone)]
pub enum SigningKeyCommand {
    /// Sign with a new key at once; the old one only verifies, an older one is deleted.
    RotateSigningKey(NewSigningKey),
    /// Publish a new key that will sign from a moment on. One that waited before is deleted.
    StageSigningKey {
        /// The key.
        new: NewSigningKey,
        /// The moment from which it signs.
        effective_at: UnixMillis,
    },
    /// Sign with the key that waits, if its moment has come.
    PromoteSigningKey {
        /// Id in the ring.
        key: SigningKeyId,
        /// The moment of the request.
        now: UnixMillis,
    },
    /// Stop verifying what a previous key signed.
    DeleteSigningKey {
        /// Id in the ring.
        key: SigningKeyId,
    },
}

/// A key that was made. No `Debug`: it carries the private key.
#[derive(Clone)]
pub struct NewSigningKey {
    /// Id in the ring.
    pub key: SigningKeyId,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// Public part as in the JWKS, with `kid`.
    pub public_jwk: Value,
    /// Private part: PKCS#8 in base64url without padding.
    pub pkcs8: String,
}

impl NewSigningKey {
    fn generated(self) -> SigningKeyEvent {
        SigningKeyEvent::SigningKeyGenerated {
            key: self.key,
            algorithm: self.algorithm,
            public_jwk: self.public_jwk,
            personal: Personal::Open(SigningKeyMaterial { pkcs8: self.pkcs8 }),
        }
    }
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

    /// The key that waits.
    pub fn next(&self) -> Option<&RingKey> {
        self.in_status(SigningKeyStatus::Next).next()
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
    /// From when on it signs, if that was set.
    pub effective_at: Option<UnixMillis>,
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
    /// The moment of the key that waits has not come.
    #[error("the key is not to sign yet")]
    NotDue,
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
            Self::NextIsWaiting | Self::NotDue => "oidc.invalid_request",
            Self::KeyRequired => "oidc.key_required",
            Self::KeyNotFound => "oidc.key_not_found",
            Self::OnlyPrevious => "oidc.only_previous_key_can_be_deleted",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::KeyNotFound => Kind::Absent,
            Self::Exists
            | Self::NextIsWaiting
            | Self::NotDue
            | Self::KeyRequired
            | Self::OnlyPrevious => Kind::Unprocessable,
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
            SigningKeyCommand::RotateSigningKey(new) => rotate(state, new),
            SigningKeyCommand::StageSigningKey { new, effective_at } => {
                stage(state, new, effective_at)
            }
            SigningKeyCommand::PromoteSigningKey { key, now } => promote(state, key, now),
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
                let made = RingKey {
                    key: key.clone(),
                    algorithm: *algorithm,
                    status: SigningKeyStatus::Next,
                    effective_at: None,
                };
                state.keys.insert(0, made);
                state
            }
            SigningKeyEvent::SigningKeyScheduled { key, effective_at } => {
                for held in state.keys.iter_mut().filter(|held| held.key == *key) {
                    held.effective_at = Some(*effective_at);
                }
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

/// A key takes the place of the current one at once.
fn rotate(
    state: &SigningKeyState,
    new: NewSigningKey,
) -> Result<Vec<SigningKeyEvent>, SigningKeyRefusal> {
    match status(state, &new.key) {
        Some(SigningKeyStatus::Current) => return Ok(vec![]),
        Some(SigningKeyStatus::Next | SigningKeyStatus::Previous) => {
            return Err(SigningKeyRefusal::Exists);
        }
        None => {}
    }
    if state.next().is_some() {
        return Err(SigningKeyRefusal::NextIsWaiting);
    }
    let key = new.key.clone();
    Ok([new.generated()].into_iter().chain(promotion(state, key)).collect())
}

/// A key is published and waits; with nothing to wait behind it signs at once.
fn stage(
    state: &SigningKeyState,
    new: NewSigningKey,
    effective_at: UnixMillis,
) -> Result<Vec<SigningKeyEvent>, SigningKeyRefusal> {
    if let Some(held) = state.keys.iter().find(|held| held.key == new.key) {
        let is_repeated = held.effective_at == Some(effective_at);
        return if is_repeated { Ok(vec![]) } else { Err(SigningKeyRefusal::Exists) };
    }
    if state.current().is_none() {
        return rotate(state, new);
    }
    let key = new.key.clone();
    let replaced = deleted(state, SigningKeyStatus::Next);
    let scheduled = SigningKeyEvent::SigningKeyScheduled { key, effective_at };
    Ok(replaced.chain([new.generated(), scheduled]).collect())
}

/// The key that waits takes the place of the current one. One that does not wait any more, because
/// it was promoted or replaced, is left alone.
fn promote(
    state: &SigningKeyState,
    key: SigningKeyId,
    now: UnixMillis,
) -> Result<Vec<SigningKeyEvent>, SigningKeyRefusal> {
    match state.next().filter(|next| next.key == key) {
        None => Ok(vec![]),
        Some(next) if next.effective_at.is_some_and(|due| due > now) => {
            Err(SigningKeyRefusal::NotDue)
        }
        Some(_) => Ok(promotion(state, key).collect()),
    }
}

/// What makes a published key the current one: never more than two stay.
fn promotion(
    state: &SigningKeyState,
    key: SigningKeyId,
) -> impl Iterator<Item = SigningKeyEvent> + use<'_> {
    let retired = state
        .in_status(SigningKeyStatus::Current)
        .map(|held| SigningKeyEvent::SigningKeyRetired { key: held.key.clone() });
    let promoted = SigningKeyEvent::SigningKeyPromoted { key };
    retired.chain([promoted]).chain(deleted(state, SigningKeyStatus::Previous))
}

fn deleted(
    state: &SigningKeyState,
    status: SigningKeyStatus,
) -> impl Iterator<Item = SigningKeyEvent> + use<'_> {
    state.in_status(status).map(|held| SigningKeyEvent::SigningKeyDeleted { key: held.key.clone() })
}

fn status(state: &SigningKeyState, key: &SigningKeyId) -> Option<SigningKeyStatus> {
    state.keys.iter().find(|held| held.key == *key).map(|held| held.status)
}
