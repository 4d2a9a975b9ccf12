//! Data keys of subjects, wrapped by the master key, in a store that can forget – unlike the log.
//!
//! A key is durable before anything sealed with it can be appended. What was forgotten stays
//! forgotten: the subject's row remains as an empty mark, so that no later write makes a second key
//! without anybody noticing. The cache of opened keys changes only under the lock of the rows, in
//! the order of the commits, so it never shows a key that was forgotten.

mod file;
mod rows;

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crypto::{
    Random,
    sealing::{DataKey, MasterKey, SealError},
};
use events::StreamName;
use moka::{policy::EvictionPolicy, sync::Cache};

use self::{
    file::{KeyFile, Settled},
    rows::{Row, Rows},
};
use crate::embedded::OpenError;

/// Opened keys that are kept at hand.
const KEYS_CACHED_MAX: u64 = 10_000;
/// How long a process that only reads may use a key that another process has destroyed.
const READ_ONLY_TTL: Duration = Duration::from_secs(1);
/// Number of the only key that a subject has so far.
const FIRST: u32 = 1;

/// Why a key could not be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The subject was forgotten: nothing more can be written about it.
    #[error("{0} was forgotten")]
    Forgotten(StreamName),
    /// Something is sealed with a key that was never here: this is not the key store of this log.
    #[error("the data key of {0} is missing")]
    Missing(StreamName),
    /// The wrapped key does not open.
    #[error("the data key cannot be unwrapped")]
    Unwrap(#[source] SealError),
    /// The queue of the writer is full: try again.
    #[error("the key store is overloaded")]
    Overloaded,
    /// The file of the key store failed.
    #[error("the key store failed")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a key store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// The file.
    #[error("the file of the key store cannot be opened")]
    Open(#[source] OpenError),
    /// Its keys were wrapped by another master key.
    #[error("the master key is not the one that this key store was made with")]
    Master(#[source] SealError),
}

/// What is known about the key of a subject.
#[derive(Debug, Clone)]
pub enum KeyState {
    /// The number of its newest key, and the key.
    Open(u32, Arc<DataKey>),
    /// It had one, or could have had one, and was forgotten.
    Forgotten,
    /// It has none yet.
    Absent,
}

/// The key store.
pub struct KeyStore {
    shared: Arc<Shared>,
    file: Option<KeyFile>,
}

struct Shared {
    master: MasterKey,
    random: Random,
    /// Never [`KeyState::Absent`].
    cache: Cache<StreamName, KeyState>,
    rows: Mutex<Rows>,
}

/// A key that waits to become durable.
struct NewKey {
    subject: StreamName,
    wrapped: Vec<u8>,
    key: Arc<DataKey>,
}

impl KeyStore {
    /// Opens the key store in `path`, or creates it.
    ///
    /// # Errors
    /// [`KeyStoreError`] if it is not one, or not one of this master key.
    pub fn open(path: &Path, master: MasterKey, random: Random) -> Result<Self, KeyStoreError> {
        let writer = file::open(path, &master, &random)?;
        let rows = Rows::read_only(path, &master)?;
        let shared = Shared::new(master, random, rows, None);
        let file = KeyFile::start(writer, Arc::clone(&shared)).map_err(KeyStoreError::Open)?;
        Ok(Self { shared, file: Some(file) })
    }

    /// Opens the key store for reading, also while another process writes it.
    ///
    /// # Errors
    /// [`KeyStoreError`] if there is none of this master key.
    pub fn open_read_only(
        path: &Path,
        master: MasterKey,
        random: Random,
    ) -> Result<Self, KeyStoreError> {
        let rows = Rows::read_only(path, &master)?;
        Ok(Self { shared: Shared::new(master, random, rows, Some(READ_ONLY_TTL)), file: None })
    }

    /// A key store that is gone with the process, for tests.
    pub fn in_memory(random: Random) -> Self {
        let master = MasterKey::generate(&random);
        let rows = Rows::Memory(HashMap::new());
        Self { shared: Shared::new(master, random, rows, None), file: None }
    }

    /// What is known about the key of a subject.
    ///
    /// # Errors
    /// [`KeyError`] if the store fails.
    pub fn data_key(&self, subject: &StreamName) -> Result<KeyState, KeyError> {
        self.shared.find(subject)
    }

    /// The key with which something was sealed; `None` if it was destroyed.
    ///
    /// # Errors
    /// [`KeyError::Missing`] if there never was one, or the store fails.
    pub fn opening_key(
        &self,
        subject: &StreamName,
        number: u32,
    ) -> Result<Option<Arc<DataKey>>, KeyError> {
        match self.shared.find(subject)? {
            KeyState::Open(found, key) if found == number => Ok(Some(key)),
            KeyState::Forgotten => Ok(None),
            KeyState::Open(..) | KeyState::Absent => Err(KeyError::Missing(subject.clone())),
        }
    }

    /// The keys to seal with, in the order of `subjects`; what is missing is created and durable
    /// when this returns.
    ///
    /// # Errors
    /// [`KeyError::Forgotten`] if one of them was forgotten, or the store fails.
    pub async fn get_or_create(
        &self,
        subjects: &[StreamName],
    ) -> Result<Vec<(u32, Arc<DataKey>)>, KeyError> {
        self.get_or_begin(subjects, |_| false).await
    }

    /// As [`KeyStore::get_or_create`]; subjects of which `is_new` says that they have most likely no
    /// key yet are looked up only if it turns out that they have.
    pub(crate) async fn get_or_begin(
        &self,
        subjects: &[StreamName],
        is_new: impl Fn(&StreamName) -> bool,
    ) -> Result<Vec<(u32, Arc<DataKey>)>, KeyError> {
        let mut fresh = Vec::new();
        for subject in subjects {
            let is_absent = if is_new(subject) {
                self.shared.cache.get(subject).is_none()
            } else {
                matches!(self.shared.find(subject)?, KeyState::Absent)
            };
            if is_absent {
                fresh.push(self.shared.generate(subject));
            }
        }
        let mut created = HashMap::new();
        if !fresh.is_empty() {
            let keys = fresh.iter().map(|new| (new.subject.clone(), Arc::clone(&new.key)));
            created.extend(keys);
            let settled = match &self.file {
                Some(file) => file.create(fresh).await?,
                None => self.shared.create_in_memory(fresh)?,
            };
            // Whoever came second uses the key of whoever came first.
            settled.into_iter().for_each(|(subject, state)| match state {
                Settled::Created => {}
                Settled::Kept => drop(created.remove(&subject)),
            });
        }
        subjects
            .iter()
            .map(|subject| match created.get(subject) {
                Some(key) => Ok((FIRST, Arc::clone(key))),
                None => match self.shared.find(subject)? {
                    KeyState::Open(number, key) => Ok((number, key)),
                    KeyState::Forgotten => Err(KeyError::Forgotten(subject.clone())),
                    KeyState::Absent => Err(KeyError::Missing(subject.clone())),
                },
            })
            .collect()
    }

    /// Destroys the key of a subject for good. Once more changes nothing.
    ///
    /// # Errors
    /// [`KeyError`] if the store fails; then the key may still be there.
    pub async fn forget(&self, subject: &StreamName) -> Result<(), KeyError> {
        self.forget_all(std::slice::from_ref(subject)).await
    }

    /// As [`KeyStore::forget`], for many at once.
    ///
    /// # Errors
    /// [`KeyError`] if the store fails; then any of the keys may still be there.
    pub async fn forget_all(&self, subjects: &[StreamName]) -> Result<(), KeyError> {
        match &self.file {
            Some(file) => file.forget(subjects.to_vec()).await,
            None => subjects.iter().try_for_each(|subject| self.shared.forget_in_memory(subject)),
        }
    }
}

impl Shared {
    fn new(master: MasterKey, random: Random, rows: Rows, ttl: Option<Duration>) -> Arc<Self> {
        let cache =
            Cache::builder().max_capacity(KEYS_CACHED_MAX).eviction_policy(EvictionPolicy::lru());
        let cache = match ttl {
            Some(ttl) => cache.time_to_live(ttl).build(),
            None => cache.build(),
        };
        Arc::new(Self { master, random, cache, rows: Mutex::new(rows) })
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, subject: &StreamName) -> Result<KeyState, KeyError> {
        if let Some(state) = self.cache.get(subject) {
            return Ok(state);
        }
        let rows = self.rows();
        let state = match rows.find(subject)? {
            None => return Ok(KeyState::Absent),
            Some(Row::Forgotten) => KeyState::Forgotten,
            Some(Row::Wrapped(number, wrapped)) => {
                let place = place(subject, number);
                let key = self.master.unwrap(&place, &wrapped).map_err(KeyError::Unwrap)?;
                KeyState::Open(number, Arc::new(key))
            }
        };
        self.cache.insert(subject.clone(), state.clone());
        Ok(state)
    }

    fn generate(&self, subject: &StreamName) -> NewKey {
        let key = DataKey::generate(&self.random);
        let wrapped = self.master.wrap(&self.random, &place(subject, FIRST), &key);
        NewKey { subject: subject.clone(), wrapped, key: Arc::new(key) }
    }

    fn create_in_memory(&self, fresh: Vec<NewKey>) -> Result<Vec<(StreamName, Settled)>, KeyError> {
        let mut rows = self.rows();
        fresh
            .into_iter()
            .map(|new| {
                let settled = rows.create_in_memory(&new)?;
                if let Settled::Created = settled {
                    self.cache.insert(new.subject.clone(), KeyState::Open(FIRST, new.key));
                }
                Ok((new.subject, settled))
            })
            .collect()
    }

    fn forget_in_memory(&self, subject: &StreamName) -> Result<(), KeyError> {
        let mut rows = self.rows();
        rows.forget_in_memory(subject)?;
        self.cache.insert(subject.clone(), KeyState::Forgotten);
        Ok(())
    }
}

/// What a wrapped key is bound to, so that it cannot be moved to another subject.
fn place(subject: &StreamName, number: u32) -> Vec<u8> {
    format!("{subject}/{number}").into_bytes()
}
