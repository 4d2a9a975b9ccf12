//! Members of bodies: absent, null or text of a bounded length (contract: management-00 §4).

use std::{ops::RangeInclusive, str::FromStr};

use serde::{Deserialize, Deserializer};

use crate::http::error::ApiError;

/// For `#[serde(default, deserialize_with = "clearable")]`: absent = `None`, null or empty text =
/// `Some(None)`.
///
/// # Errors
/// If the member is neither text nor null.
pub(crate) fn clearable<'de, D: Deserializer<'de>>(
    input: D,
) -> Result<Option<Option<String>>, D::Error> {
    let text = Option::<String>::deserialize(input)?;
    Ok(Some(text.filter(|text| !text.is_empty())))
}

/// For `#[serde(default, deserialize_with = "solid")]`: the member may be absent but not null.
///
/// # Errors
/// Whatever the member's type says about null.
pub(crate) fn solid<'de, D, T>(input: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(input).map(Some)
}

/// Text of so many characters.
///
/// # Errors
/// 400 `guard.invalid_input` that names the member.
pub(crate) fn check_length(
    member: &str,
    text: &str,
    characters: RangeInclusive<usize>,
) -> Result<(), ApiError> {
    if characters.contains(&text.chars().count()) {
        return Ok(());
    }
    let (min, max) = (characters.start(), characters.end());
    let message = format!("This text must have {min} to {max} characters.");
    Err(ApiError::invalid_input("body", &[member], &message))
}

/// Most ids in one body.
pub(crate) const IDS_MAX: usize = 500;

/// The ids in a list of at least `min`. What has not the form of an id names nothing: `absent`.
///
/// # Errors
/// 400 `guard.invalid_input` for too few, too many or empty ones; `absent`
pub(crate) fn ids<T: FromStr>(
    member: &str,
    texts: &[String],
    min: usize,
    absent: fn() -> ApiError,
) -> Result<Vec<T>, ApiError> {
    if !(min..=IDS_MAX).contains(&texts.len()) {
        let message = format!("This list must have {min} to {IDS_MAX} ids.");
        return Err(ApiError::invalid_input("body", &[member], &message));
    }
    if let Some(at) = texts.iter().position(String::is_empty) {
        let message = "An id must not be empty.";
        return Err(ApiError::invalid_input("body", &[member, &at.to_string()], message));
    }
    texts.iter().map(|text| text.parse().map_err(|_| absent())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Body {
        #[serde(default, deserialize_with = "clearable")]
        name: Option<Option<String>>,
        #[serde(default, deserialize_with = "solid")]
        flag: Option<bool>,
    }

    fn body(text: &str) -> Result<Body, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn absent_null_and_empty_are_told_apart() {
        let of = |name| Body { name, flag: None };
        assert_eq!(body("{}").unwrap(), of(None));
        assert_eq!(body(r#"{"name":null}"#).unwrap(), of(Some(None)));
        assert_eq!(body(r#"{"name":""}"#).unwrap(), of(Some(None)));
        assert_eq!(body(r#"{"name":"a"}"#).unwrap(), of(Some(Some("a".into()))));
        assert!(body(r#"{"name":1}"#).is_err());
        assert!(body(r#"{"flag":null}"#).is_err());
    }

    #[test]
    fn length_counts_characters_and_is_held_on_both_sides() {
        assert!(check_length("a", "", 1..=2).is_err());
        assert!(check_length("a", "üü", 1..=2).is_ok());
        assert!(check_length("a", "üüü", 1..=2).is_err());
    }
}
