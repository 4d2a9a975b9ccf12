//! The envelope: what the log stores of an event, to the byte, and how it is read back.
//!
//! The stored bytes are one JSON object and never change; the position is not part of them, for it
//! is the log's. The personal part is sealed before the bytes are made and opened after they are
//! read; the keys are the caller's business.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    Actor, CorrelationId, Event, EventId, StreamName, TenantId, UnixMillis, time::rfc3339,
    upcast::upcast,
};

/// Member of an event's data that holds the personal part.
const PERSONAL: &str = "personal";

/// Bytes that are no envelope, or an event that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// Not the JSON that an envelope or an event is.
    #[error("the envelope is not the JSON expected")]
    Json(#[source] serde_json::Error),
    /// The event and the stream are of different categories.
    #[error("the event does not belong in stream {0}")]
    Category(StreamName),
    /// The personal part could not be sealed or opened.
    #[error("the personal part could not be sealed or opened")]
    Seal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// An event that is about to be appended.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Its id.
    pub id: EventId,
    /// The moment of the request that caused it.
    pub time: UnixMillis,
    /// Who asked.
    pub actor: Actor,
    /// The request.
    pub correlation: CorrelationId,
    /// The event that a reactor answered, if any.
    pub causation: Option<EventId>,
    /// What happened.
    pub event: Event,
}

/// A personal part as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedPersonal {
    /// The stream of the person, or of the thing, whose key seals it.
    pub subject: StreamName,
    /// Number of the key among the keys of the subject, from 1.
    pub key: u32,
    /// Nonce, ciphertext and tag in base64.
    pub sealed: String,
}

/// An event as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Place in the whole log, from 1, without gaps.
    pub position: u64,
    /// The exact bytes.
    pub body: Box<[u8]>,
}

/// An event as it is read: opened, in its newest version.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its id.
    pub id: EventId,
    /// Name and version, for instance `UserCreated.v1`.
    pub event_type: Box<str>,
    /// The stream it stands in.
    pub stream: StreamName,
    /// Place in the stream, from 0.
    pub revision: u64,
    /// Place in the whole log, from 1.
    pub position: u64,
    /// When it was asked for.
    pub time: UnixMillis,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Who asked.
    pub actor: Actor,
    /// The request.
    pub correlation: CorrelationId,
    /// The event that a reactor answered, if any.
    pub causation: Option<EventId>,
    /// What happened.
    pub event: Event,
}

/// An event that belongs in a stream, but has no place there yet and is not sealed.
#[derive(Debug)]
pub struct Unsealed {
    draft: Draft,
    stream: StreamName,
    tenant: TenantId,
    event_type: String,
    data: Box<RawValue>,
    /// Whose key seals the personal part, and the part.
    personal: Option<(StreamName, String)>,
}

#[derive(Serialize)]
struct Written<'a> {
    id: EventId,
    #[serde(rename = "type")]
    event_type: &'a str,
    stream: &'a StreamName,
    revision: u64,
    #[serde(with = "rfc3339")]
    time: UnixMillis,
    tenant: &'a TenantId,
    actor: &'a Actor,
    correlation: &'a CorrelationId,
    causation: Option<EventId>,
    data: &'a RawValue,
    personal: Option<SealedPersonal>,
}

#[derive(Deserialize)]
struct Read<'a> {
    id: EventId,
    #[serde(rename = "type", borrow)]
    event_type: Cow<'a, str>,
    stream: StreamName,
    revision: u64,
    #[serde(with = "rfc3339")]
    time: UnixMillis,
    tenant: TenantId,
    actor: Actor,
    correlation: CorrelationId,
    causation: Option<EventId>,
    #[serde(borrow)]
    data: &'a RawValue,
    personal: Option<SealedPersonal>,
}

#[derive(Deserialize)]
struct Tagged<'a> {
    #[serde(rename = "type")]
    event_type: String,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// What a seal is bound to, so that it cannot be moved to another event: id and type.
fn associated_data(id: EventId, event_type: &str) -> Vec<u8> {
    [id.as_bytes().as_slice(), event_type.as_bytes()].concat()
}

impl Draft {
    /// The event with its personal part set apart.
    ///
    /// # Errors
    /// [`EnvelopeError`] if the event does not belong in the stream.
    pub fn into_unsealed(self, stream: &StreamName) -> Result<Unsealed, EnvelopeError> {
        let foreign = || EnvelopeError::Category(stream.clone());
        if self.event.category() != stream.category() {
            return Err(foreign());
        }
        let tenant = stream.tenant().parse().map_err(|_| foreign())?;
        let text = serde_json::to_string(&self.event).map_err(EnvelopeError::Json)?;
        let tagged: Tagged<'_> = serde_json::from_str(&text).map_err(EnvelopeError::Json)?;
        let (data, personal) = set_apart(tagged.data)?;
        let personal = personal.map(|part| (self.event.subject(stream), part));
        let stream = stream.clone();
        Ok(Unsealed { event_type: tagged.event_type, draft: self, stream, tenant, data, personal })
    }

    /// The bytes to store. `seal` gets the subject, the associated data and the personal part.
    ///
    /// # Errors
    /// [`EnvelopeError`] if the event does not belong in the stream or `seal` fails.
    pub fn to_bytes<E>(
        &self,
        stream: &StreamName,
        revision: u64,
        seal: impl FnOnce(StreamName, &[u8], &[u8]) -> Result<SealedPersonal, E>,
    ) -> Result<Box<[u8]>, EnvelopeError>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        self.clone().into_unsealed(stream)?.into_bytes(revision, seal)
    }
}

impl Unsealed {
    /// Whose key seals the personal part, if there is one.
    pub fn subject(&self) -> Option<&StreamName> {
        self.personal.as_ref().map(|(subject, _)| subject)
    }

    /// The bytes to store at a place in the stream. `seal` is called only if there is a
    /// [`Unsealed::subject`]; it gets the subject, the associated data and the personal part.
    ///
    /// # Errors
    /// [`EnvelopeError`] if `seal` fails.
    pub fn into_bytes<E>(
        self,
        revision: u64,
        seal: impl FnOnce(StreamName, &[u8], &[u8]) -> Result<SealedPersonal, E>,
    ) -> Result<Box<[u8]>, EnvelopeError>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let Self { draft, stream, tenant, event_type, data, personal } = self;
        let bound = associated_data(draft.id, &event_type);
        let personal = personal
            .map(|(subject, plain)| seal(subject, &bound, plain.as_bytes()))
            .transpose()
            .map_err(|error| EnvelopeError::Seal(Box::new(error)))?;
        let written = Written {
            id: draft.id,
            event_type: &event_type,
            stream: &stream,
            revision,
            time: draft.time,
            tenant: &tenant,
            actor: &draft.actor,
            correlation: &draft.correlation,
            causation: draft.causation,
            data: &data,
            personal,
        };
        serde_json::to_vec(&written).map(Vec::into_boxed_slice).map_err(EnvelopeError::Json)
    }
}

/// The data without its personal member, and that member unless it is `null`.
fn set_apart(data: &RawValue) -> Result<(Box<RawValue>, Option<String>), EnvelopeError> {
    if !data.get().contains(PERSONAL) {
        return Ok((data.to_owned(), None));
    }
    let mut members: BTreeMap<&str, &RawValue> =
        serde_json::from_str(data.get()).map_err(EnvelopeError::Json)?;
    let personal = members.remove(PERSONAL).map(RawValue::get).filter(|part| *part != "null");
    let rest = serde_json::value::to_raw_value(&members).map_err(EnvelopeError::Json)?;
    Ok((rest, personal.map(str::to_owned)))
}

impl StoredEvent {
    /// The event, opened and in its newest version. `open` gets the sealed part and the associated
    /// data; `None` from it means that the key was destroyed.
    ///
    /// # Errors
    /// [`EnvelopeError`] if the bytes are no envelope, the event type is not known, or `open` fails.
    pub fn open<E>(
        &self,
        open: impl FnOnce(&SealedPersonal, &[u8]) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Recorded, EnvelopeError>
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let wire: Read<'_> = serde_json::from_slice(&self.body).map_err(EnvelopeError::Json)?;
        let personal = match &wire.personal {
            None => None,
            Some(sealed) => open(sealed, &associated_data(wire.id, &wire.event_type))
                .map_err(|error| EnvelopeError::Seal(Box::new(error)))?,
        };
        let data = match &personal {
            None => Cow::Borrowed(wire.data.get()),
            Some(plain) => Cow::Owned(splice(wire.data.get(), plain)?),
        };
        let (event_type, data) = upcast(&wire.event_type, data)?;
        let tagged = [r#"{"type":""#, event_type, r#"","data":"#, &data, "}"].concat();
        let event = Event::parse(wire.stream.category(), &tagged)?;
        Ok(Recorded {
            id: wire.id,
            event_type: event_type.into(),
            stream: wire.stream,
            revision: wire.revision,
            position: self.position,
            time: wire.time,
            tenant: wire.tenant,
            actor: wire.actor,
            correlation: wire.correlation,
            causation: wire.causation,
            event,
        })
    }
}

/// Puts the opened personal part back into the data: `{…}` becomes `{"personal":…,…}`.
fn splice(data: &str, personal: &[u8]) -> Result<String, EnvelopeError> {
    let personal =
        std::str::from_utf8(personal).map_err(|error| EnvelopeError::Seal(Box::new(error)))?;
    let rest = data.strip_prefix('{').unwrap_or(data).trim_start();
    let comma = if rest.starts_with('}') { "" } else { "," };
    Ok([r#"{"personal":"#, personal, comma, rest].concat())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::{Personal, UserEvent, UserIdentity, UserOrigin};

    fn created() -> Draft {
        let identity = UserIdentity { name: Some("Tom".into()), ..UserIdentity::default() };
        Draft {
            id: EventId::new(UnixMillis(1_700_000_000_000), &[7; 10]),
            time: UnixMillis(1_700_000_000_000),
            actor: Actor::Visitor,
            correlation: "request-1".parse().unwrap(),
            causation: None,
            event: Event::User(UserEvent::UserCreated {
                origin: UserOrigin::SignUp,
                application: None,
                roles: vec![],
                personal: Personal::Open(identity),
            }),
        }
    }

    fn stored(draft: &Draft, stream: &str) -> Result<StoredEvent, EnvelopeError> {
        let stream = stream.parse().unwrap();
        let body = draft.to_bytes(&stream, 0, |subject, _, plain| {
            let sealed = plain.iter().map(|byte| format!("{byte:02x}")).collect();
            Ok::<_, Infallible>(SealedPersonal { subject, key: 1, sealed })
        })?;
        Ok(StoredEvent { position: 1, body })
    }

    fn unhex(text: &str) -> Vec<u8> {
        let pair = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
        (0..text.len()).step_by(2).map(pair).collect()
    }

    #[test]
    fn an_event_reads_back_what_was_written() {
        let draft = created();
        let stored = stored(&draft, "user-default.x1").unwrap();
        assert!(!String::from_utf8_lossy(&stored.body).contains("Tom"));
        let read = stored.open(|sealed, _| Ok::<_, Infallible>(Some(unhex(&sealed.sealed))));
        let read = read.unwrap();
        assert_eq!((read.event, read.revision, read.position), (draft.event, 0, 1));
        assert_eq!(&*read.event_type, "UserCreated.v1");
    }

    #[test]
    fn an_event_whose_key_is_destroyed_reads_as_erased() {
        let stored = stored(&created(), "user-default.x1").unwrap();
        let read = stored.open(|_, _| Ok::<_, Infallible>(None)).unwrap();
        let Event::User(UserEvent::UserCreated { personal, .. }) = read.event else { panic!() };
        assert_eq!(personal, Personal::Erased);
    }

    #[test]
    fn an_event_is_not_written_to_a_stream_of_another_category() {
        let refused = stored(&created(), "role-default.x1");
        assert!(matches!(refused, Err(EnvelopeError::Category(_))));
    }

    #[test]
    fn the_first_version_of_a_session_reads_as_signed_in_by_password() {
        let body = br#"{"id":"018bcfe5-6800-7000-8000-000000000000","type":"SessionStarted.v1",
            "stream":"session-default.s1","revision":0,"time":"2023-11-14T22:13:20.000Z",
            "tenant":"default","actor":{"kind":"visitor"},"correlation":"r1","causation":null,
            "data":{"user":"u1","interaction":"i1","application":"a1","secret_sha256":"x",
            "authenticated_at":1,"expires_at":2},"personal":null}"#;
        let stored = StoredEvent { position: 9, body: body.as_slice().into() };
        let read = stored.open(|_, _| Ok::<_, Infallible>(None)).unwrap();
        let Event::Session(crate::SessionEvent::SessionStarted { amr, .. }) = read.event else {
            panic!()
        };
        assert_eq!(amr, ["pwd"]);
        assert_eq!(&*read.event_type, "SessionStarted.v2");
    }
}
