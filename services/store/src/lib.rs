//! The log of Evident: one port, its engines, the key store that can forget, and the way from a
//! command to durable events.

#[doc(hidden)]
pub mod conformance;
pub mod master_key;

mod at;
mod embedded;
mod execute;
mod failure;
mod folder;
mod keys;
mod log;
mod memory;
mod port;
mod states;
mod unstoppable;
mod work;

pub use embedded::{Embedded, OpenError, QUEUE_COMMITS_MAX};
pub use execute::{Done, RETRIES_MAX};
pub use failure::{ExecuteError, LogError, TransactError};
pub use folder::{DataFolder, FolderError};
pub use keys::{KeyError, KeyState, KeyStore, KeyStoreError};
pub use log::{Loaded, Log};
pub use memory::Memory;
pub use port::{
    AppendError, COMMIT_BYTES_MAX, COMMIT_EVENTS_MAX, Capabilities, Commit, Engine, EngineFuture,
    READ_EVENTS_MAX, ReadError, StreamAppend,
};
pub use work::{Context, Work};
