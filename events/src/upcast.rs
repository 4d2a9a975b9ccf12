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
        "AccessTokenIssued.v1" => {
            let members =
                [("organization", Value::Null), ("actor", Value::Null), ("dpop_jkt", Value::Null)];
            Ok(("AccessTokenIssued.v2", with_members(&data, members)?.into()))
        }
        "GrantCreated.v1" => {
            let members = [("kind", json!("authorization_code"))];
            Ok(("GrantCreated.v2", with_members(&data, members)?.into()))
        }
        "MachineTokenIssued.v1" => {
            let members = [("organization", Value::Null), ("dpop_jkt", Value::Null)];
            Ok(("MachineTokenIssued.v2", with_members(&data, members)?.into()))
        }
        "SessionStarted.v1" => {
            Ok(("SessionStarted.v2", with_members(&data, [("amr", json!(["pwd"]))])?.into()))
        }
        _ => Ok((event_type, data)),
    }
}

fn with_members<const N: usize>(
    data: &str,
    added: [(&str, Value); N],
) -> Result<String, EnvelopeError> {
    let mut members: serde_json::Map<String, Value> =
        serde_json::from_str(data).map_err(EnvelopeError::Json)?;
    members.extend(added.map(|(name, value)| (name.to_owned(), value)));
    Ok(Value::Object(members).to_string())
}
