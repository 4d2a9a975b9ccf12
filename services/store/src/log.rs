//! The log as the rest of the product sees it: opened events, states, secrets of tenants.
//!
//! Knows no clock: the moment of a change comes with its [`crate::Context`]. Clones are cheap and
//! share everything.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use crypto::{Random, digest::KeyedDigest, sealing::DataKey};
use domain::Decider;
use events::{Recorded, SealedPersonal, StoredEvent, StreamName, TenantId};
use moka::sync::Cache;
use tokio::sync::watch;

use crate::{
    failure::LogError,
    keys::{KeyError, KeyStore},
    port::{AppendError, Commit, Engine, READ_EVENTS_MAX},
    states::{Cached, Found, States, Ticket},
    unstoppable::Unstoppable,
};

/// States that are kept at hand unless told otherwise.
const STATES_MAX: u64 = 10_000;
/// Tenants whose keyed digest is kept at hand.
const DIGESTS_MAX: u64 = 1_000;
/// What the key of a tenant's keyed digest is derived for.
const DIGEST_LABEL: &str = "evident/keyed-digest/1";
/// What begins the label of every other secret of a tenant.
const SECRET_LABEL: &str = "evident/tenant-secret/1/";

/// The log.
#[derive(Clone)]
pub struct Log(Arc<Inner>);

struct Inner {
    engine: Arc<dyn Engine>,
    keys: KeyStore,
    random: Random,
    states: States,
    digests: Cache<TenantId, Arc<KeyedDigest>>,
}

/// What a stream's events led to.
pub struct Loaded<D: Decider> {
    /// The state.
    pub state: Arc<D::State>,
    /// How many events led to it; 0 = there is no such thing yet.
    pub revision: u64,
}

impl<D: Decider> Clone for Loaded<D> {
    fn clone(&self) -> Self {
        Self { state: Arc::clone(&self.state), revision: self.revision }
    }
}

impl Log {
    /// A log over an engine and a key store.
    pub fn new(engine: Arc<dyn Engine>, keys: KeyStore, random: Random) -> Self {
        Self::with_states_max(engine, keys, random, STATES_MAX)
    }

    /// The same with another number of states kept at hand.
    pub fn with_states_max(
        engine: Arc<dyn Engine>,
        keys: KeyStore,
        random: Random,
        states_max: u64,
    ) -> Self {
        let states = States::new(states_max);
        Self(Arc::new(Inner { engine, keys, random, states, digests: Cache::new(DIGESTS_MAX) }))
    }

    /// The state of a stream, with everything that this process appended; what other processes
    /// appended may be missing until a conflict shows it.
    ///
    /// # Errors
    /// [`LogError`] if it cannot be read.
    pub async fn load<D: Decider>(
        &self,
        tenant: &TenantId,
        id: &D::Id,
    ) -> Result<Loaded<D>, LogError> {
        let stream = D::stream(tenant, id);
        Ok(self.load_stream::<D>(&stream, false).await?.1)
    }

    /// Opened events after a position, in order, at most `max`; none means that there are no more.
    ///
    /// # Errors
    /// [`LogError`] if they cannot be read or opened.
    pub async fn read(&self, after: u64, max: usize) -> Result<Vec<Recorded>, LogError> {
        self.open(&self.stored(after, max).await?)
    }

    /// Opened events of a stream from a revision on, in order, at most `max`.
    ///
    /// # Errors
    /// [`LogError`] if they cannot be read or opened.
    pub async fn read_stream(
        &self,
        stream: &StreamName,
        from_revision: u64,
        max: usize,
    ) -> Result<Vec<Recorded>, LogError> {
        let read = self.0.engine.read_stream(stream, from_revision, max).await;
        self.open(&read.map_err(LogError::Read)?)
    }

    /// Events after a position as they are stored, in order, at most `max`.
    ///
    /// # Errors
    /// [`LogError`] if they cannot be read.
    pub async fn stored(&self, after: u64, max: usize) -> Result<Vec<StoredEvent>, LogError> {
        self.0.engine.read_all(after, max).await.map_err(LogError::Read)
    }

    /// Opens one stored event.
    ///
    /// # Errors
    /// [`LogError`] if its bytes or its key are not what they should be.
    pub fn open_event(&self, stored: &StoredEvent) -> Result<Recorded, LogError> {
        stored
            .open(|sealed, bound| self.unseal(sealed, bound))
            .map_err(|source| LogError::Open { position: stored.position, source })
    }

    /// Position of the last durable event; changes wake the receiver.
    pub fn head(&self) -> watch::Receiver<u64> {
        self.0.engine.head()
    }

    /// The engine underneath.
    pub fn engine(&self) -> &dyn Engine {
        &*self.0.engine
    }

    /// Destroys the data key of a subject: its personal parts read as erased from here on, and
    /// nothing personal can be written about it any more. Once more changes nothing.
    ///
    /// # Errors
    /// [`LogError`] if the key store fails; then the key may still be there.
    pub async fn forget(&self, subject: &StreamName) -> Result<(), LogError> {
        let (log, subject) = (self.clone(), subject.clone());
        // A task of its own: whoever waits may go away, but not before the states went.
        let forgetting = tokio::spawn(async move {
            let outcome = log.0.keys.forget(&subject).await;
            log.0.states.drop_all();
            log.0.digests.invalidate_all();
            outcome
        });
        Ok(forgetting.await.map_err(|_| LogError::BrokenOff)??)
    }

    /// Destroys the data keys of streams that each have nothing personal in their newest state, such
    /// as those of what was used up: unlike after [`Log::forget`] no state is dropped.
    ///
    /// # Errors
    /// [`LogError`] if the key store fails; then any of the keys may still be there.
    pub async fn forget_spent(&self, streams: &[StreamName]) -> Result<(), LogError> {
        Ok(self.0.keys.forget_all(streams).await?)
    }

    /// The digest that names what must be unique in a tenant without telling it.
    ///
    /// # Errors
    /// [`LogError`] if the key of the tenant cannot be had.
    pub async fn keyed_digest(&self, tenant: &TenantId) -> Result<Arc<KeyedDigest>, LogError> {
        if let Some(digest) = self.0.digests.get(tenant) {
            return Ok(digest);
        }
        let key = self.tenant_key(tenant).await?;
        let digest = Arc::new(KeyedDigest::new(key.derive(DIGEST_LABEL)));
        self.0.digests.insert(tenant.clone(), Arc::clone(&digest));
        Ok(digest)
    }

    /// A secret of a tenant for one purpose: the same each time, another for each label.
    ///
    /// # Errors
    /// [`LogError`] if the key of the tenant cannot be had.
    pub async fn tenant_secret(
        &self,
        tenant: &TenantId,
        label: &str,
    ) -> Result<[u8; 32], LogError> {
        let key = self.tenant_key(tenant).await?;
        Ok(key.derive(&[SECRET_LABEL, label].concat()))
    }

    async fn tenant_key(&self, tenant: &TenantId) -> Result<Arc<DataKey>, LogError> {
        let mut keys = self.0.keys.get_or_create(&[StreamName::of_tenant(tenant)]).await?;
        let missing = || KeyError::Missing(StreamName::of_tenant(tenant));
        Ok(keys.pop().map(|(_, key)| key).ok_or_else(missing)?)
    }

    pub(crate) fn keys(&self) -> &KeyStore {
        &self.0.keys
    }

    pub(crate) fn random(&self) -> &Random {
        &self.0.random
    }

    /// A stream's state, and a ticket that is older than it. `again` asks the engine for events that
    /// came after the state at hand.
    pub(crate) async fn load_stream<D: Decider>(
        &self,
        stream: &StreamName,
        again: bool,
    ) -> Result<(Ticket, Loaded<D>), LogError> {
        let (ticket, found) = self.0.states.find(stream);
        let (is_current, cached) = match found {
            Found::Current(cached) => (!again, Some(cached)),
            Found::Doubtful(cached) => (false, Some(cached)),
            Found::Nothing => (false, None),
        };
        let typed = cached.and_then(|Cached { state, revision }| {
            Some(Loaded { state: state.downcast::<D::State>().ok()?, revision })
        });
        let base = match typed {
            Some(loaded) if is_current => return Ok((ticket, loaded)),
            Some(loaded) => loaded,
            None => Loaded { state: Arc::default(), revision: 0 },
        };
        let found = base.revision;
        let loaded = self.catch_up::<D>(stream, base).await?;
        if loaded.revision > found && !D::IS_WRITTEN_ONCE {
            let state: Arc<D::State> = Arc::clone(&loaded.state);
            let cached = Cached { state, revision: loaded.revision };
            self.0.states.put_read(ticket, stream, cached);
        }
        Ok((ticket, loaded))
    }

    /// What a stream that is taken not to exist holds, and a ticket as old as that belief.
    pub(crate) fn presume_absent<D: Decider>(&self, stream: &StreamName) -> (Ticket, Loaded<D>) {
        (self.0.states.ticket(stream), Loaded { state: Arc::default(), revision: 0 })
    }

    async fn catch_up<D: Decider>(
        &self,
        stream: &StreamName,
        base: Loaded<D>,
    ) -> Result<Loaded<D>, LogError> {
        let Loaded { mut state, mut revision } = base;
        loop {
            let page = self.read_stream(stream, revision, READ_EVENTS_MAX).await?;
            for recorded in &page {
                if let Some(event) = D::event(&recorded.event) {
                    state = Arc::new(D::evolve(Arc::unwrap_or_clone(state), event));
                }
            }
            revision += page.len() as u64;
            if page.len() < READ_EVENTS_MAX {
                return Ok(Loaded { state, revision });
            }
        }
    }

    /// Appends and brings the states up to date, even if nobody waits for the answer any more.
    pub(crate) async fn append(
        &self,
        commit: Commit,
        after: Vec<(Ticket, StreamName, Cached)>,
    ) -> Result<u64, AppendError> {
        let log = self.clone();
        Unstoppable::new(async move {
            let states = &log.0.states;
            after.iter().for_each(|(ticket, _, _)| states.begin(*ticket));
            let outcome = log.0.engine.append(commit).await;
            for (ticket, stream, cached) in after {
                match &outcome {
                    Ok(_) => states.put_appended(ticket, &stream, cached),
                    Err(AppendError::Engine(_)) => states.doubt(ticket, &stream),
                    Err(
                        AppendError::Conflict { .. } | AppendError::Shape | AppendError::Overloaded,
                    ) => {}
                }
                states.end(ticket);
            }
            outcome
        })
        .await
    }

    fn open(&self, stored: &[StoredEvent]) -> Result<Vec<Recorded>, LogError> {
        stored.iter().map(|stored| self.open_event(stored)).collect()
    }

    fn unseal(&self, sealed: &SealedPersonal, bound: &[u8]) -> Result<Option<Vec<u8>>, Unsealing> {
        let key = self.0.keys.opening_key(&sealed.subject, sealed.key).map_err(Unsealing::Key)?;
        let Some(key) = key else { return Ok(None) };
        let bytes = BASE64_STANDARD.decode(&sealed.sealed).map_err(Unsealing::Base64)?;
        key.open(bound, &bytes).map(Some).map_err(Unsealing::Seal)
    }
}

/// Why a personal part does not open.
#[derive(Debug, thiserror::Error)]
enum Unsealing {
    #[error("the key cannot be had")]
    Key(#[source] KeyError),
    #[error("the sealed part is not base64")]
    Base64(#[source] base64::DecodeError),
    #[error("the sealed part does not open")]
    Seal(#[source] crypto::sealing::SealError),
}
