//! Two small deciders and logs to try them on.
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crypto::Random;
use domain::{Decider, Kind, Refusal};
use events::{
    Actor, Event, Personal, RoleEvent, RoleId, StoredEvent, StreamName, TenantId, UnixMillis,
    UserEvent, UserId, UserIdentity, UserOrigin,
};
use store::{
    AppendError, Capabilities, Commit, Context, Engine, EngineFuture, KeyStore, Log, Memory,
    ReadError,
};
use tokio::sync::watch;

/// A list of names, over the stream of a role.
pub(crate) struct Names;

#[derive(Debug, Clone)]
pub(crate) enum Name {
    /// Adds the name unless it is there.
    Add(String),
    /// Adds the name if it is the first.
    AddFirst(String),
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the first")]
pub(crate) struct NotFirst;

impl Refusal for NotFirst {
    fn code(&self) -> &'static str {
        "test.not_first"
    }
    fn kind(&self) -> Kind {
        Kind::Conflict
    }
}

impl Decider for Names {
    type Id = RoleId;
    type Command = Name;
    type Event = RoleEvent;
    type Refusal = NotFirst;
    type State = Vec<String>;

    fn stream(tenant: &TenantId, id: &RoleId) -> StreamName {
        StreamName::role(tenant, id)
    }

    fn event(event: &Event) -> Option<&RoleEvent> {
        if let Event::Role(event) = event { Some(event) } else { None }
    }

    fn decide(state: &Vec<String>, command: Name) -> Result<Vec<RoleEvent>, NotFirst> {
        let name = match command {
            Name::AddFirst(_) if !state.is_empty() => return Err(NotFirst),
            Name::Add(name) if state.contains(&name) => return Ok(vec![]),
            Name::Add(name) | Name::AddFirst(name) => name,
        };
        Ok(vec![RoleEvent::RoleChanged { name, description: String::new(), is_default: false }])
    }

    fn evolve(mut state: Vec<String>, event: &RoleEvent) -> Vec<String> {
        if let RoleEvent::RoleChanged { name, .. } = event {
            state.push(name.clone());
        }
        state
    }
}

/// A person's name.
pub(crate) struct Person;

impl Decider for Person {
    type Id = UserId;
    type Command = String;
    type Event = UserEvent;
    type Refusal = NotFirst;
    type State = Option<Personal<UserIdentity>>;

    fn stream(tenant: &TenantId, id: &UserId) -> StreamName {
        StreamName::user(tenant, id)
    }

    fn event(event: &Event) -> Option<&UserEvent> {
        if let Event::User(event) = event { Some(event) } else { None }
    }

    fn decide(_: &Self::State, name: String) -> Result<Vec<UserEvent>, NotFirst> {
        let personal = Personal::Open(UserIdentity { name: Some(name), ..UserIdentity::default() });
        let origin = UserOrigin::SignUp;
        Ok(vec![UserEvent::UserCreated { origin, application: None, roles: vec![], personal }])
    }

    fn evolve(_: Self::State, event: &UserEvent) -> Self::State {
        let UserEvent::UserCreated { personal, .. } = event else { panic!("{event:?}") };
        Some(personal.clone())
    }
}

pub(crate) fn tenant() -> TenantId {
    "default".parse().unwrap()
}

pub(crate) fn context() -> Context {
    Context {
        tenant: tenant(),
        actor: Actor::System,
        correlation: "request-1".parse().unwrap(),
        causation: None,
        time: UnixMillis(1_700_000_000_000),
    }
}

pub(crate) fn role(id: &str) -> RoleId {
    id.parse().unwrap()
}

pub(crate) fn user(id: &str) -> UserId {
    id.parse().unwrap()
}

pub(crate) fn add(name: impl ToString) -> Name {
    Name::Add(name.to_string())
}

pub(crate) fn log() -> Log {
    over(Arc::new(Memory::new()))
}

pub(crate) fn over(engine: Arc<dyn Engine>) -> Log {
    Log::new(engine, KeyStore::in_memory(Random::seeded(1)), Random::seeded(2))
}

/// An engine that refuses its first appends, and counts how many were asked of it.
#[derive(Default)]
pub(crate) struct Unlucky {
    pub(crate) inner: Memory,
    pub(crate) refusals: usize,
    pub(crate) overloaded: bool,
    pub(crate) asked: AtomicUsize,
}

impl Engine for Unlucky {
    fn name(&self) -> &'static str {
        "unlucky"
    }
    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
    fn append(&self, commit: Commit) -> EngineFuture<'_, Result<u64, AppendError>> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        if self.overloaded {
            return Box::pin(async { Err(AppendError::Overloaded) });
        }
        if asked < self.refusals {
            let stream = commit.streams[0].stream.clone();
            return Box::pin(async { Err(AppendError::Conflict { stream, actual: 0 }) });
        }
        self.inner.append(commit)
    }
    fn read_stream<'a>(
        &'a self,
        stream: &'a StreamName,
        from_revision: u64,
        max: usize,
    ) -> EngineFuture<'a, Result<Vec<StoredEvent>, ReadError>> {
        self.inner.read_stream(stream, from_revision, max)
    }
    fn read_all(
        &self,
        after: u64,
        max: usize,
    ) -> EngineFuture<'_, Result<Vec<StoredEvent>, ReadError>> {
        self.inner.read_all(after, max)
    }
    fn head(&self) -> watch::Receiver<u64> {
        self.inner.head()
    }
}
