//! Several decisions that happen together or not at all.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use crypto::sealing::DataKey;
use domain::Decider;
use events::{
    Actor, CorrelationId, Draft, Event, EventId, SealedPersonal, StreamName, TenantId, UnixMillis,
    Unsealed,
};

use crate::{
    failure::{ExecuteError, LogError},
    log::{Loaded, Log},
    port::{AppendError, Commit, StreamAppend},
    states::{AnyState, Cached, Ticket},
};

/// The request that causes events, as their envelopes tell it.
#[derive(Debug, Clone)]
pub struct Context {
    /// The tenant in which everything happens.
    pub tenant: TenantId,
    /// Who asks.
    pub actor: Actor,
    /// The request.
    pub correlation: CorrelationId,
    /// The event that a reactor answers.
    pub causation: Option<EventId>,
    /// The moment of the request.
    pub time: UnixMillis,
}

/// Decisions so far. Only streams that were decided with events, or required, take part in the
/// commit; their events stand in the order of the streams' first decisions.
///
/// It is handed to the work by value, so that the work's future can move between threads.
pub struct Work(Arc<Shared>);

struct Shared {
    log: Log,
    context: Context,
    /// Whether others were quicker: then states at hand are not taken on trust.
    again: bool,
    decisions: Mutex<Decisions>,
}

#[derive(Default)]
struct Decisions {
    parts: Vec<Part>,
    decided: usize,
}

/// What a decision takes for granted about a stream that was not loaded yet.
#[derive(Clone, Copy)]
enum Presumed {
    Anything,
    /// The commit would conflict if it were otherwise.
    Absent,
}

/// The half that stays with whoever commits.
pub(crate) struct Pending(Arc<Shared>);

struct Part {
    stream: StreamName,
    ticket: Ticket,
    /// Whether its state is worth remembering.
    is_kept: bool,
    /// What the stream held when it was loaded.
    held: u64,
    /// With the pending events.
    state: AnyState,
    pending: Vec<Event>,
    is_required: bool,
    /// When it was decided first, among the decided.
    turn: usize,
}

/// Why a commit did not happen.
pub(crate) enum CommitError {
    Conflict,
    Log(LogError),
}

impl From<LogError> for CommitError {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl Work {
    pub(crate) fn new(log: Log, context: Context, again: bool) -> (Self, Pending) {
        let shared = Arc::new(Shared { log, context, again, decisions: Mutex::default() });
        (Self(Arc::clone(&shared)), Pending(shared))
    }

    /// The request on behalf of which all this happens.
    pub fn context(&self) -> &Context {
        &self.0.context
    }

    /// The state of a stream, with the events decided so far.
    ///
    /// # Errors
    /// [`LogError`] if it cannot be read.
    pub async fn load<D: Decider>(&self, id: &D::Id) -> Result<Loaded<D>, LogError> {
        self.0.with::<D, _>(id, Presumed::Anything, |_, loaded| loaded).await
    }

    /// The state of a stream; the commit fails if others change it meanwhile.
    ///
    /// # Errors
    /// [`LogError`] if it cannot be read.
    pub async fn require<D: Decider>(&self, id: &D::Id) -> Result<Loaded<D>, LogError> {
        let require = |(part, _): (&mut Part, &mut usize), loaded| {
            part.is_required = true;
            loaded
        };
        self.0.with::<D, _>(id, Presumed::Anything, require).await
    }

    /// Decides a command. The events are durable once the whole work is.
    ///
    /// # Errors
    /// The refusal, if a rule says no; [`ExecuteError::Log`] if the stream cannot be read.
    pub async fn decide<D: Decider>(
        &self,
        id: &D::Id,
        command: D::Command,
    ) -> Result<Vec<D::Event>, ExecuteError<D::Refusal>> {
        let presumed = if D::IS_WRITTEN_ONCE { Presumed::Absent } else { Presumed::Anything };
        self.decide_on::<D>(id, presumed, command).await
    }

    /// As [`Work::decide`] for a stream that most likely does not exist yet: it is read only
    /// if the commit shows that it does. The command must be one that a stream without events
    /// answers with events.
    ///
    /// # Errors
    /// As [`Work::decide`].
    pub async fn begin<D: Decider>(
        &self,
        id: &D::Id,
        command: D::Command,
    ) -> Result<Vec<D::Event>, ExecuteError<D::Refusal>> {
        self.decide_on::<D>(id, Presumed::Absent, command).await
    }

    async fn decide_on<D: Decider>(
        &self,
        id: &D::Id,
        presumed: Presumed,
        command: D::Command,
    ) -> Result<Vec<D::Event>, ExecuteError<D::Refusal>> {
        let decide = |(part, decided): (&mut Part, &mut usize), loaded: Loaded<D>| {
            let events = D::decide(&loaded.state, command)?;
            if !events.is_empty() {
                part.append::<D>(loaded.state, &events, *decided);
                *decided += 1;
            }
            Ok(events)
        };
        self.0.with::<D, _>(id, presumed, decide).await?.map_err(ExecuteError::Refused)
    }
}

impl Part {
    fn append<D: Decider>(&mut self, state: Arc<D::State>, events: &[D::Event], turn: usize) {
        if self.pending.is_empty() {
            self.turn = turn;
        }
        let state: Arc<D::State> =
            Arc::new(events.iter().fold(Arc::unwrap_or_clone(state), D::evolve));
        self.state = state;
        self.pending.extend(events.iter().cloned().map(Into::into));
    }
}

impl Shared {
    fn decisions(&self) -> MutexGuard<'_, Decisions> {
        self.decisions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Loads the stream unless it was loaded before, then does something with it.
    async fn with<D: Decider, T>(
        &self,
        id: &D::Id,
        presumed: Presumed,
        act: impl FnOnce((&mut Part, &mut usize), Loaded<D>) -> T,
    ) -> Result<T, LogError> {
        let stream = D::stream(&self.context.tenant, id);
        let is_known = self.decisions().parts.iter().any(|part| part.stream == stream);
        let fresh = if is_known {
            None
        } else {
            Some(match presumed {
                Presumed::Absent if !self.again => self.log.presume_absent::<D>(&stream),
                Presumed::Absent | Presumed::Anything => {
                    self.log.load_stream::<D>(&stream, self.again).await?
                }
            })
        };
        let mut decisions = self.decisions();
        let Decisions { parts, decided } = &mut *decisions;
        // Looked up again, for the work may do several things at once.
        let at = parts.iter().position(|part| part.stream == stream).unwrap_or(parts.len());
        if let (Some((ticket, loaded)), true) = (fresh, at == parts.len()) {
            parts.push(Part {
                stream: stream.clone(),
                ticket,
                is_kept: !D::IS_WRITTEN_ONCE,
                held: loaded.revision,
                state: loaded.state,
                pending: Vec::new(),
                is_required: false,
                turn: 0,
            });
        }
        let mistaken = || LogError::TwoDeciders(stream.clone());
        let part = parts.get_mut(at).ok_or_else(mistaken)?;
        let state = Arc::clone(&part.state).downcast::<D::State>().map_err(|_| mistaken())?;
        let revision = part.held + part.pending.len() as u64;
        Ok(act((part, decided), Loaded { state, revision }))
    }
}

impl Pending {
    /// Appends everything at once; `None` if nothing was decided.
    pub(crate) async fn commit(self) -> Result<Option<u64>, CommitError> {
        let Decisions { parts, decided } = std::mem::take(&mut *self.0.decisions());
        if decided == 0 {
            return Ok(None);
        }
        let Shared { log, context, .. } = &*self.0;
        let (mut decided, others): (Vec<Part>, Vec<Part>) =
            parts.into_iter().partition(|part| !part.pending.is_empty());
        decided.sort_by_key(|part| part.turn);

        let mut unsealed = Vec::with_capacity(decided.len());
        for part in &mut decided {
            let pending = std::mem::take(&mut part.pending);
            unsealed.push(draft_all(log, context, &part.stream, pending)?);
        }
        let is_new = |subject: &StreamName| {
            decided.iter().any(|part| part.held == 0 && part.stream == *subject)
        };
        let keys = keys_for(log, unsealed.iter().flatten(), is_new).await?;
        let mut streams = Vec::with_capacity(decided.len());
        let mut after = Vec::with_capacity(decided.len());
        for (part, unsealed) in decided.into_iter().zip(unsealed) {
            let Part { stream, ticket, is_kept, held, state, .. } = part;
            let bodies = seal_all(log, &keys, &stream, held, unsealed)?;
            let revision = held + bodies.len() as u64;
            if is_kept {
                after.push((ticket, stream.clone(), Cached { state, revision }));
            }
            streams.push(StreamAppend { stream, expected: held, bodies });
        }
        streams.extend(others.into_iter().filter(|part| part.is_required).map(|part| {
            StreamAppend { stream: part.stream, expected: part.held, bodies: Vec::new() }
        }));
        match log.append(Commit { streams }, after).await {
            Ok(position) => Ok(Some(position)),
            Err(AppendError::Conflict { .. }) => Err(CommitError::Conflict),
            Err(AppendError::Overloaded) => Err(LogError::Overloaded.into()),
            Err(error @ (AppendError::Shape | AppendError::Engine(_))) => {
                Err(LogError::Append(error).into())
            }
        }
    }
}

/// Keys by subject; a commit has few.
type Keys = Vec<(StreamName, u32, Arc<DataKey>)>;

async fn keys_for(
    log: &Log,
    events: impl Iterator<Item = &Unsealed>,
    is_new: impl Fn(&StreamName) -> bool,
) -> Result<Keys, LogError> {
    let mut subjects: Vec<StreamName> = Vec::new();
    for subject in events.filter_map(Unsealed::subject) {
        if !subjects.contains(subject) {
            subjects.push(subject.clone());
        }
    }
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let keys = log.keys().get_or_begin(&subjects, is_new).await?;
    Ok(subjects.into_iter().zip(keys).map(|(name, (number, key))| (name, number, key)).collect())
}

fn draft_all(
    log: &Log,
    context: &Context,
    stream: &StreamName,
    events: Vec<Event>,
) -> Result<Vec<Unsealed>, LogError> {
    let draft = |event| Draft {
        id: EventId::new(context.time, &log.random().bytes()),
        time: context.time,
        actor: context.actor.clone(),
        correlation: context.correlation.clone(),
        causation: context.causation,
        event,
    };
    events
        .into_iter()
        .map(|event| draft(event).into_unsealed(stream))
        .collect::<Result<_, _>>()
        .map_err(|source| LogError::Write { stream: stream.clone(), source })
}

fn seal_all(
    log: &Log,
    keys: &Keys,
    stream: &StreamName,
    held: u64,
    events: Vec<Unsealed>,
) -> Result<Vec<Box<[u8]>>, LogError> {
    let mut bodies = Vec::with_capacity(events.len());
    for (revision, unsealed) in (held..).zip(events) {
        let key = unsealed
            .subject()
            .and_then(|subject| keys.iter().find(|(name, _, _)| name == subject))
            .map(|(_, number, key)| (*number, Arc::clone(key)));
        let body = unsealed.into_bytes(revision, |subject, bound, plain| {
            let (key, sealed) = match &key {
                Some((number, key)) => (*number, key.seal(log.random(), bound, plain)),
                None => return Err(crate::KeyError::Missing(subject)),
            };
            Ok(SealedPersonal { subject, key, sealed: BASE64_STANDARD.encode(sealed) })
        });
        bodies.push(body.map_err(|source| LogError::Write { stream: stream.clone(), source })?);
    }
    Ok(bodies)
}
