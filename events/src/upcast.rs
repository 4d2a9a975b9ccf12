//! Older versions of events, read as the newest: the only place that knows them.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::EnvelopeError;

/// The newest name and data of an event that was stored as `event_type` with `data` (a JSON object,
/// opened). Costs nothing for events that are stored in their newest version.
///
/// # Errors
/// [`EnvelopeError::Json`] if the data of an older version is no JSON object.
pub(crate) fn upcast<'a>(
    event_type: &'a str,
    data: Cow<'a, str>,
) -> Result<(&'a str, Cow<'a, str>), EnvelopeError> {
    match event_type {
        "SessionStarted.v1" => {
            Ok(("SessionStarted.v2", with_member(&data, "amr", json!(["pwd"]))?.into()))
        }
        _ => Ok((event_type, data)),
    }
}

fn with_member(data: &str, name: &str, value: Value) -> Result<String, EnvelopeError> {
    let mut members: serde_json::Map<String, Value> =
        serde_json::from_str(data).map_err(EnvelopeError::Json)?;
    members.insert(name.to_owned(), value);
    Ok(Value::Object(members).to_string())
}
