//! The master key: from a file that only its owner can read, or from text that was passed in.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use crypto::{
    Random,
    sealing::{MasterKey, SealError},
};

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file cannot be read or made.
    #[error("the file of the master key cannot be used")]
    File(#[source] io::Error),
    /// Others than the owner may use the file.
    #[error("the file of the master key has mode {0:o}; only its owner may use it")]
    Mode(u32),
    /// It holds no key.
    #[error("the master key cannot be read")]
    Text(#[source] SealError),
}

/// Reads the file, or makes one with a new key and mode 0600.
///
/// # Errors
/// [`MasterKeyError`] if it cannot be used, others may use it, or it holds no key.
pub fn load_or_create(path: &Path, random: &Random) -> Result<MasterKey, MasterKeyError> {
    if !path.try_exists().map_err(MasterKeyError::File)? {
        create(path, &MasterKey::generate(random)).map_err(MasterKeyError::File)?;
    }
    load(path)
}

/// Reads the file.
///
/// # Errors
/// As [`load_or_create`], and if there is none.
pub fn load(path: &Path) -> Result<MasterKey, MasterKeyError> {
    #[cfg(unix)]
    {
        let metadata = path.metadata().map_err(MasterKeyError::File)?;
        let mode = std::os::unix::fs::MetadataExt::mode(&metadata) & 0o7777;
        if mode & 0o077 != 0 {
            return Err(MasterKeyError::Mode(mode));
        }
    }
    let text = fs::read_to_string(path).map_err(MasterKeyError::File)?;
    from_text(&zeroize::Zeroizing::new(text))
}

/// Reads a key that was passed in, for instance in the environment.
///
/// # Errors
/// [`MasterKeyError::Text`] if it is none.
pub fn from_text(text: &str) -> Result<MasterKey, MasterKeyError> {
    MasterKey::from_text(text).map_err(MasterKeyError::Text)
}

/// Writes the file under another name first: a crash leaves a whole key or none.
fn create(path: &Path, key: &MasterKey) -> io::Result<()> {
    let draft = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(key.to_text().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    // A link, unlike a renaming, never replaces a key that appeared meanwhile.
    fs::hard_link(&draft, path)?;
    fs::remove_file(&draft)?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        Some(_) | None => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_key_that_was_made_is_the_key_that_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let made = load_or_create(&path, &Random::system()).unwrap();
        let read = load_or_create(&path, &Random::system()).unwrap();
        assert_eq!(made.to_text(), read.to_text());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        load_or_create(&path, &Random::system()).unwrap();
        for (mode, refused) in [(0o640, true), (0o604, true), (0o620, true), (0o400, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let outcome = load_or_create(&path, &Random::system());
            assert_eq!(matches!(outcome, Err(MasterKeyError::Mode(_))), refused, "{mode:o}");
        }
    }

    #[test]
    fn text_that_is_no_key_is_refused() {
        assert!(matches!(from_text("secret"), Err(MasterKeyError::Text(_))));
        let key = MasterKey::generate(&Random::seeded(1));
        assert_eq!(from_text(&key.to_text()).unwrap().to_text(), key.to_text());
    }
}
