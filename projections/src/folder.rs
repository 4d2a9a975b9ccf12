//! The folder of view files: `<name>-v<version>.db`, and `<name>-v<version>-<generation>.db` for a
//! file that was built beside one of the same version.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{catalogue::Fold, file};

/// A file of a view.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub(crate) version: u32,
    pub(crate) generation: u32,
    pub(crate) path: PathBuf,
    pub(crate) is_built: bool,
}

/// What to do with a view at the start.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The file that the fold goes on with; it may not exist yet.
    pub(crate) file: Found,
    /// An older version that serves until `file` is built.
    pub(crate) older: Option<Found>,
    /// Files of no more use.
    pub(crate) stale: Vec<PathBuf>,
}

/// Path of a file.
pub(crate) fn path(folder: &Path, name: &str, version: u32, generation: u32) -> PathBuf {
    match generation {
        0 => folder.join(format!("{name}-v{version}.db")),
        _ => folder.join(format!("{name}-v{version}-{generation}.db")),
    }
}

fn parse(file_name: &str, name: &str) -> Option<(u32, u32)> {
    let rest = file_name.strip_prefix(name)?.strip_prefix("-v")?.strip_suffix(".db")?;
    match rest.split_once('-') {
        None => Some((rest.parse().ok()?, 0)),
        Some((version, generation)) => Some((version.parse().ok()?, generation.parse().ok()?)),
    }
}

/// The files of a view, oldest first. A file that cannot be read counts as not built.
pub(crate) fn find(folder: &Path, name: &str) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let file_name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if let Some((version, generation)) = parse(file_name, name) {
            let is_built = file::checkpoint(&path).is_ok_and(|checkpoint| checkpoint.is_built);
            found.push(Found { version, generation, path, is_built });
        }
    }
    found.sort();
    Ok(found)
}

/// A generation that no file of the version has.
pub(crate) fn next_generation(found: &[Found], version: u32) -> u32 {
    let generations = found.iter().filter(|file| file.version == version);
    generations.map(|file| file.generation + 1).max().unwrap_or_default()
}

/// Chooses what a view starts with. Files of newer versions are left alone.
pub(crate) fn choose(folder: &Path, fold: &dyn Fold) -> io::Result<Choice> {
    let found = find(folder, fold.name())?;
    let version = fold.version();
    let of_version = |file: &&Found| file.version == version;
    let built = found.iter().rev().find(|file| of_version(file) && file.is_built);
    let begun =
        found.iter().rev().find(of_version).filter(|file| file::checkpoint(&file.path).is_ok());
    let older = found
        .iter()
        .rev()
        .find(|file| (fold.serves_since()..version).contains(&file.version) && file.is_built);
    let (file, older) = match (built, begun) {
        (Some(built), _) => (built.clone(), None),
        (None, Some(begun)) => (begun.clone(), older.cloned()),
        (None, None) => {
            let generation = next_generation(&found, version);
            let path = path(folder, fold.name(), version, generation);
            (Found { version, generation, path, is_built: false }, older.cloned())
        }
    };
    let keeps =
        |path: &Path| path == file.path || older.as_ref().is_some_and(|older| path == older.path);
    let stale = found
        .iter()
        .filter(|other| other.version <= version && !keeps(&other.path))
        .map(|other| other.path.clone())
        .collect();
    Ok(Choice { file, older, stale })
}

/// Removes a file with what SQLite keeps beside it; a file that is not there is no error.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_tells_view_version_and_generation() {
        assert_eq!(parse("users-v3.db", "users"), Some((3, 0)));
        assert_eq!(parse("users-v3-2.db", "users"), Some((3, 2)));
        for other in ["users-v3.db-wal", "users-vx.db", "roles-v3.db", "users.db"] {
            assert_eq!(parse(other, "users"), None, "{other}");
        }
        assert_eq!(parse("organization_roles-v1.db", "roles"), None);
    }
}
