//! Columns as they are written and read: ids, words, JSON, positions.

use std::{error::Error, str::FromStr};

use rusqlite::{Error as SqlError, Row, types::Type};
use serde::{
    Serialize,
    de::{DeserializeOwned, IntoDeserializer, value::Error as ValueError},
};

/// A position or count as SQLite holds it.
pub(crate) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A position or count as SQLite held it.
pub(crate) fn natural(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(index)?).unwrap_or_default())
}

fn broken(index: usize, error: impl Error + Send + Sync + 'static) -> SqlError {
    SqlError::FromSqlConversionFailure(index, Type::Text, Box::new(error))
}

fn text<'a>(row: &'a Row<'_>, index: usize) -> rusqlite::Result<&'a str> {
    Ok(row.get_ref(index)?.as_str()?)
}

fn text_or_null<'a>(row: &'a Row<'_>, index: usize) -> rusqlite::Result<Option<&'a str>> {
    Ok(row.get_ref(index)?.as_str_or_null()?)
}

/// A typed id.
pub(crate) fn id<T>(row: &Row<'_>, index: usize) -> rusqlite::Result<T>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    text(row, index)?.parse().map_err(|error| broken(index, error))
}

/// A typed id, or none.
pub(crate) fn id_or_null<T>(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<T>>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    let text = text_or_null(row, index)?;
    text.map(|text| text.parse().map_err(|error| broken(index, error))).transpose()
}

/// Ids or other words without white space, written by [`join`].
pub(crate) fn words<T>(row: &Row<'_>, index: usize) -> rusqlite::Result<Vec<T>>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    let text = text_or_null(row, index)?.unwrap_or_default();
    text.split(' ')
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().map_err(|error| broken(index, error)))
        .collect()
}

/// Words without white space as one text.
pub(crate) fn join(words: &[String]) -> String {
    words.join(" ")
}

/// A word of an enum, spelled as on the wire.
pub(crate) fn word<T: DeserializeOwned>(row: &Row<'_>, index: usize) -> rusqlite::Result<T> {
    from_word(text(row, index)?).map_err(|error| broken(index, error))
}

/// A word of an enum, or none.
pub(crate) fn word_or_null<T: DeserializeOwned>(
    row: &Row<'_>,
    index: usize,
) -> rusqlite::Result<Option<T>> {
    let text = text_or_null(row, index)?;
    text.map(|text| from_word(text).map_err(|error| broken(index, error))).transpose()
}

fn from_word<T: DeserializeOwned>(text: &str) -> Result<T, ValueError> {
    T::deserialize(text.into_deserializer())
}

/// A value kept as JSON.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, index: usize) -> rusqlite::Result<T> {
    serde_json::from_str(text(row, index)?).map_err(|error| broken(index, error))
}

/// A value kept as JSON, or none.
pub(crate) fn json_or_null<T: DeserializeOwned>(
    row: &Row<'_>,
    index: usize,
) -> rusqlite::Result<Option<T>> {
    let text = text_or_null(row, index)?;
    text.map(|text| serde_json::from_str(text).map_err(|error| broken(index, error))).transpose()
}

/// A value as JSON.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(value)
}
