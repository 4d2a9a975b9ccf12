//! A JSON object as names and values: a member that is written twice stays twice, so that it can be
//! refused like a repeated parameter of a form.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// Members in the order in which they are written.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collector)
    }
}

struct Collector;

impl<'de> Visitor<'de> for Collector {
    type Value = Members;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

/// The texts of an object's members; `None` for anything but an object of texts, numbers, booleans
/// and arrays of them. A member that is null is left out.
pub(super) fn pairs(body: &[u8]) -> Option<Vec<(String, String)>> {
    let Members(members) = serde_json::from_slice(body).ok()?;
    let mut pairs = Vec::new();
    for (name, value) in members {
        if let Value::Array(values) = value {
            for value in values {
                push(&mut pairs, &name, value)?;
            }
        } else {
            push(&mut pairs, &name, value)?;
        }
    }
    Some(pairs)
}

fn push(pairs: &mut Vec<(String, String)>, name: &str, value: Value) -> Option<()> {
    let text = match value {
        Value::Null => return Some(()),
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Array(_) | Value::Object(_) => return None,
    };
    pairs.push((name.to_owned(), text));
    Some(())
}
