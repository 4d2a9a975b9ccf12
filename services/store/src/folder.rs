//! The data folder: where each file lies, and the lock that keeps a second process from writing.

use std::{
    fs::{DirBuilder, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder or its lock cannot be made or opened.
    #[error("the data folder {} cannot be used", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another process writes here.
    #[error("the data folder {} is in use by another process", .0.display())]
    InUse(PathBuf),
}

/// The data folder; for writing it is locked until this value is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: Option<File>,
}

impl DataFolder {
    /// Locks the folder, or creates it with mode 0700.
    ///
    /// # Errors
    /// [`FolderError`] if it cannot be used or is in use.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let failed = |source| FolderError::Io { path: path.to_owned(), source };
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(failed)?;
        builder.create(path.join("views")).map_err(failed)?;
        let lock = path.join("lock");
        crate::embedded::schema::create_private(&lock).map_err(failed)?;
        let lock = File::options().write(true).open(lock).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: Some(lock) }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// The folder for looking only, also while another process writes.
    ///
    /// # Errors
    /// [`FolderError::Io`] if there is none.
    pub fn open_read_only(path: &Path) -> Result<Self, FolderError> {
        std::fs::read_dir(path)
            .map_err(|source| FolderError::Io { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), _lock: None })
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The log.
    pub fn log(&self) -> PathBuf {
        self.path.join("log.db")
    }

    /// The key store.
    pub fn keys(&self) -> PathBuf {
        self.path.join("keys.db")
    }

    /// The master key.
    pub fn master_key(&self) -> PathBuf {
        self.path.join("master.key")
    }

    /// The folder of the views: everything in it can be deleted.
    pub fn views(&self) -> PathBuf {
        self.path.join("views")
    }

    /// What the first start tells about the client that manages the rest.
    pub fn management(&self) -> PathBuf {
        self.path.join("management.json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_cannot_write_in_one_folder() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("data");
        let first = DataFolder::open(&path).unwrap();
        assert!(matches!(DataFolder::open(&path), Err(FolderError::InUse(_))));
        assert!(DataFolder::open_read_only(&path).is_ok());
        drop(first);
        assert!(DataFolder::open(&path).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_folder_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("deep/data");
        let folder = DataFolder::open(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        assert!(folder.views().is_dir());
    }

    #[test]
    fn a_folder_that_is_not_there_is_not_made_for_looking() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("data");
        assert!(matches!(DataFolder::open_read_only(&path), Err(FolderError::Io { .. })));
        assert!(!path.exists());
    }
}
