//! How far a reactor has come, in a file that is replaced as a whole.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// A position that survives a restart.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    path: PathBuf,
    position: u64,
}

/// The file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the checkpoint {} cannot be used", path.display())]
pub(crate) struct CheckpointError {
    path: PathBuf,
    #[source]
    cause: io::Error,
}

impl Checkpoint {
    /// Reads the file; a missing one is position 0.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is there and holds no position.
    pub(crate) fn open(path: &Path) -> Result<Self, CheckpointError> {
        let failed = |cause| CheckpointError { path: path.to_owned(), cause };
        let position = match fs::read_to_string(path) {
            Ok(text) => text
                .trim()
                .parse()
                .map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error)))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(failed(error)),
        };
        Ok(Self { path: path.to_owned(), position })
    }

    /// The last position that was worked off.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Records that everything up to `position` was worked off.
    ///
    /// # Errors
    /// [`CheckpointError`]
    pub(crate) fn advance(&mut self, position: u64) -> Result<(), CheckpointError> {
        let written = self.write(position);
        written.map_err(|cause| CheckpointError { path: self.path.clone(), cause })?;
        self.position = position;
        Ok(())
    }

    fn write(&self, position: u64) -> io::Result<()> {
        let draft = self.path.with_extension("new");
        let mut file = File::create(&draft)?;
        file.write_all(position.to_string().as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_survives_a_restart_and_a_broken_file_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.checkpoint");
        let mut checkpoint = Checkpoint::open(&path).unwrap();
        assert_eq!(checkpoint.position(), 0);
        checkpoint.advance(7).unwrap();
        assert_eq!(Checkpoint::open(&path).unwrap().position(), 7);
        fs::write(&path, "seven").unwrap();
        assert!(Checkpoint::open(&path).is_err());
    }
}
