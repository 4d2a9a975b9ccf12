//! Verification: folds the log from scratch and compares every table with the live one, row by row.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::{Connection, Row, Rows as SqlRows, types::ValueRef};

use crate::{
    Catalogue, Source, SourceError, Stop,
    build::{self, Member},
    file::{self, ViewFile},
    folder,
    replay::Telling,
    writer::Writer,
};

/// A table that is not what the log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The view.
    pub view: &'static str,
    /// Its table.
    pub table: String,
    /// Number of the first differing row in the order of the primary key, from 0.
    pub row: u64,
    /// Primary key of that row in the live view; `None` = the row is missing there.
    pub live: Option<String>,
    /// Primary key of that row as folded from the log; `None` = there is no such row.
    pub folded: Option<String>,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// View, table, rows and a digest of the rows, for each table that is as the log says.
    pub equal: Vec<(&'static str, String, u64, u64)>,
    /// Tables that are not.
    pub different: Vec<Difference>,
    /// Views without built tables: nothing to compare.
    pub absent: Vec<&'static str>,
    /// Views whose fold fails.
    pub stopped: Vec<(&'static str, Stop)>,
}

impl Verified {
    /// Whether every table that exists is as the log says.
    pub fn is_good(&self) -> bool {
        self.different.is_empty() && self.stopped.is_empty()
    }
}

/// Why nothing could be compared.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A folder cannot be used.
    #[error("the folder {0} cannot be used")]
    Folder(PathBuf, #[source] io::Error),
    /// A file of a view cannot be read.
    #[error("the file of view {0} cannot be read")]
    File(&'static str, #[source] rusqlite::Error),
    /// The log failed.
    #[error("the events cannot be read")]
    Source(#[source] SourceError),
}

struct Live {
    connection: Connection,
    name: &'static str,
}

/// Folds every view from scratch in `scratch`, up to where the live view in `folder` is, and
/// compares. The live views may be in use. `tell` gets events read so far and the position.
///
/// # Errors
/// [`VerifyError`]
pub fn verify(
    folder: &Path,
    source: &dyn Source,
    scratch: &Path,
    catalogue: &Catalogue,
    tell: impl FnMut(u64, u64),
) -> Result<Verified, VerifyError> {
    fs::create_dir_all(scratch).map_err(|error| VerifyError::Folder(scratch.into(), error))?;
    let mut verified = Verified::default();
    let mut lives = Vec::new();
    let mut members = Vec::new();
    for (group, fold) in catalogue.folds() {
        let name = fold.name();
        let broken = |error| VerifyError::File(name, error);
        let found = folder::find(folder, name)
            .map_err(|error| VerifyError::Folder(folder.into(), error))?;
        let live =
            found.into_iter().rev().find(|file| file.version == fold.version() && file.is_built);
        let Some(live) = live else {
            verified.absent.push(name);
            continue;
        };
        let connection = file::open_reader(&live.path).map_err(broken)?;
        // From here on the connection sees the view as it stands now.
        connection.execute_batch("BEGIN").map_err(broken)?;
        let checkpoint = file::read_checkpoint(&connection).map_err(broken)?;
        let path = folder::path(scratch, name, fold.version(), 0);
        folder::remove(&path).map_err(|error| VerifyError::Folder(scratch.into(), error))?;
        let file = Arc::new(ViewFile::new(path, fold.version()));
        file.retire();
        let mut writer = Writer::open(Arc::clone(fold), file).map_err(broken)?;
        writer.limit = checkpoint.position;
        members.push(Member { writer, slot: None, group, stop: None });
        lives.push(Live { connection, name });
    }
    let mut telling = Telling { events: 0, position: 0, tell };
    let (members, result) = build::build(source, members, &mut telling);
    result.map_err(VerifyError::Source)?;
    for live in &lives {
        let member = members.iter().find(|member| member.writer.fold.name() == live.name);
        let Some(member) = member else { continue };
        match &member.stop {
            Some(stop) => verified.stopped.push((live.name, stop.clone())),
            None => compare(live, &member.writer.file, &mut verified)
                .map_err(|error| VerifyError::File(live.name, error))?,
        }
    }
    Ok(verified)
}

fn compare(live: &Live, folded: &ViewFile, verified: &mut Verified) -> rusqlite::Result<()> {
    folded.query(|folded| {
        for table in tables(folded)? {
            let sql = select(folded, &table)?;
            let keys = keys(folded, &table)?;
            let mut live_statement = live.connection.prepare(&sql)?;
            let mut folded_statement = folded.prepare(&sql)?;
            let compared =
                rows(&mut live_statement.query(())?, &mut folded_statement.query(())?, &keys)?;
            match compared {
                Ok((rows, digest)) => verified.equal.push((live.name, table, rows, digest)),
                Err((row, live_key, folded_key)) => verified.different.push(Difference {
                    view: live.name,
                    table,
                    row,
                    live: live_key,
                    folded: folded_key,
                }),
            }
        }
        Ok(())
    })
}

type Compared = Result<(u64, u64), (u64, Option<String>, Option<String>)>;

fn rows(
    live: &mut SqlRows<'_>,
    folded: &mut SqlRows<'_>,
    keys: &[usize],
) -> rusqlite::Result<Compared> {
    let mut hasher = DefaultHasher::new();
    let mut count = 0;
    loop {
        match (live.next()?, folded.next()?) {
            (None, None) => return Ok(Ok((count, hasher.finish()))),
            (Some(left), Some(right)) if is_equal(left, right, &mut hasher)? => count += 1,
            (left, right) => {
                let left = left.map(|row| key(row, keys)).transpose()?;
                let right = right.map(|row| key(row, keys)).transpose()?;
                return Ok(Err((count, left, right)));
            }
        }
    }
}

fn is_equal(left: &Row<'_>, right: &Row<'_>, hasher: &mut DefaultHasher) -> rusqlite::Result<bool> {
    for column in 0..left.as_ref().column_count() {
        let value = left.get_ref(column)?;
        if value != right.get_ref(column)? {
            return Ok(false);
        }
        show(value).hash(hasher);
    }
    Ok(true)
}

fn key(row: &Row<'_>, keys: &[usize]) -> rusqlite::Result<String> {
    let parts = keys.iter().map(|&column| row.get_ref(column).map(show));
    Ok(parts.collect::<rusqlite::Result<Vec<_>>>()?.join(" "))
}

fn show(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".into(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into(),
    }
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_master
        WHERE type = 'table' AND name != 'checkpoint' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    connection.prepare(sql)?.query_map((), |row| row.get(0))?.collect()
}

/// Numbers of the columns of the primary key.
fn keys(connection: &Connection, table: &str) -> rusqlite::Result<Vec<usize>> {
    let sql = "SELECT cid FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk";
    let numbers: Vec<u32> =
        connection.prepare(sql)?.query_map([table], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(numbers.into_iter().filter_map(|number| usize::try_from(number).ok()).collect())
}

fn select(connection: &Connection, table: &str) -> rusqlite::Result<String> {
    let sql = "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk";
    let names: Vec<String> =
        connection.prepare(sql)?.query_map([table], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(format!("SELECT * FROM {table} ORDER BY {}", names.join(", ")))
}
