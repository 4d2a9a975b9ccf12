//! Replay: throws the tables of views away and folds them from the whole log, with no server
//! running on the folder.

use std::{fs, path::Path, sync::Arc};

use crate::{
    Catalogue, OpenError, Source, SourceError, Stop,
    build::{self, Guide, Member},
    file::ViewFile,
    folder,
    writer::Writer,
};

/// What a replay did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replayed {
    /// Events read from the log.
    pub events: u64,
    /// Position that the views have reached.
    pub position: u64,
    /// Views whose fold failed, and where.
    pub stopped: Vec<(&'static str, Stop)>,
}

/// Why a replay did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The catalogue holds no such view.
    #[error("there is no view {0}")]
    Unknown(String),
    /// A file cannot be removed or made.
    #[error("a view cannot be opened")]
    Open(#[source] OpenError),
    /// The log failed.
    #[error("the events cannot be read")]
    Source(#[source] SourceError),
}

/// Tells the caller how far it is.
pub(crate) struct Telling<F> {
    pub(crate) events: u64,
    pub(crate) position: u64,
    pub(crate) tell: F,
}

impl<F: FnMut(u64, u64)> Guide for Telling<F> {
    fn read(&mut self, position: u64, events: usize) -> bool {
        self.events += u64::try_from(events).unwrap_or_default();
        self.position = position;
        (self.tell)(self.events, position);
        true
    }

    fn failed(&mut self, _error: &SourceError) -> bool {
        false
    }
}

/// Drops the named views of a catalogue (all, if none is named) and folds them anew up to the head
/// of the log. `tell` gets the events read so far and the position after each batch.
///
/// # Errors
/// [`ReplayError`]
pub fn replay(
    folder: &Path,
    source: &dyn Source,
    catalogue: &Catalogue,
    names: &[&str],
    tell: impl FnMut(u64, u64),
) -> Result<Replayed, ReplayError> {
    let unusable = |error| ReplayError::Open(OpenError::Folder(folder.to_owned(), error));
    if let Some(name) = names.iter().find(|name| !catalogue.names().any(|known| known == **name)) {
        return Err(ReplayError::Unknown((*name).to_owned()));
    }
    fs::create_dir_all(folder).map_err(unusable)?;
    let mut members = Vec::new();
    for (group, fold) in catalogue.folds() {
        if !names.is_empty() && !names.contains(&fold.name()) {
            continue;
        }
        for found in folder::find(folder, fold.name()).map_err(unusable)? {
            folder::remove(&found.path).map_err(unusable)?;
        }
        let path = folder::path(folder, fold.name(), fold.version(), 0);
        let file = Arc::new(ViewFile::new(path, fold.version()));
        let writer = Writer::open(Arc::clone(fold), file)
            .map_err(|error| ReplayError::Open(OpenError::File(fold.name(), error)))?;
        members.push(Member { writer, slot: None, group, stop: None });
    }
    let mut telling = Telling { events: 0, position: 0, tell };
    let (members, result) = build::build(source, members, &mut telling);
    result.map_err(ReplayError::Source)?;
    let mut replayed =
        Replayed { events: telling.events, position: telling.position, stopped: Vec::new() };
    for mut member in members {
        let name = member.writer.fold.name();
        match member.stop {
            Some(stop) => replayed.stopped.push((name, stop)),
            None => {
                if let Err(error) = member.writer.settle() {
                    tracing::warn!(view = name, %error, "checkpoint not stored");
                }
            }
        }
    }
    Ok(replayed)
}
