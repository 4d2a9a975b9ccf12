//! Rich search over named fields (contract: management-00 §6.1): `search`, `search.<field>`, `mode`,
//! `mode.<field>`, `joint` and `isCaseSensitive`.
//!
//! The modes `similar_to` and `posix` need expressions that the views do not know; they are refused
//! by name.

use projections::{
    ApplicationField, Condition, Filter, Joint, Pattern, RoleField, ScopeField, UserField,
};

use crate::http::{error::ApiError, query::Query};

/// Longest text that is searched for, in bytes.
const VALUE_BYTES_MAX: usize = 1_024;
/// Most texts that are searched for at once.
const VALUES_MAX: usize = 100;

/// A field that can be searched, by its name on the wire.
pub(crate) trait SearchField: Copy + PartialEq {
    /// The field of that name, in camel or snake case.
    fn named(name: &str) -> Option<Self>;
}

impl SearchField for UserField {
    fn named(name: &str) -> Option<Self> {
        match name {
            "id" => Some(Self::Id),
            "primaryEmail" | "primary_email" => Some(Self::PrimaryEmail),
            "primaryPhone" | "primary_phone" => Some(Self::PrimaryPhone),
            "username" => Some(Self::Username),
            "name" => Some(Self::Name),
            _ => None,
        }
    }
}

macro_rules! described {
    ($($field:ident),*) => {$(
        impl SearchField for $field {
            fn named(name: &str) -> Option<Self> {
                match name {
                    "id" => Some(Self::Id),
                    "name" => Some(Self::Name),
                    "description" => Some(Self::Description),
                    _ => None,
                }
            }
        }
    )*};
}

described!(ApplicationField, RoleField, ScopeField);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Like,
    Exact,
    SimilarTo,
    Posix,
}

impl Mode {
    fn named(name: &str) -> Result<Self, ApiError> {
        match name {
            "like" => Ok(Self::Like),
            "exact" => Ok(Self::Exact),
            "similar_to" => Ok(Self::SimilarTo),
            "posix" => Ok(Self::Posix),
            other => Err(wrong(&format!("Search mode `{other}` is not valid."))),
        }
    }
}

/// The conditions that a query asks for; none if it does not search.
///
/// # Errors
/// 400 `request.invalid_input`, the reason in its message.
pub(crate) fn filter<F: SearchField>(query: &Query) -> Result<Filter<F>, ApiError> {
    let is_case_sensitive = query.flag("isCaseSensitive");
    let joint = joint(query)?;
    let modes = modes::<F>(query)?;
    let mut conditions = Vec::new();
    for (key, field) in searched::<F>(query)? {
        let values: Vec<&str> = query.all(key).collect();
        check_values(&values)?;
        let mode = mode_of(&modes, field);
        let pattern = pattern(mode, &values, is_case_sensitive)?;
        conditions.push(Condition { field, pattern });
    }
    Ok(Filter { conditions, joint, is_case_sensitive })
}

/// Each key that searches, once, with its field; `None` = any field.
fn searched<F: SearchField>(query: &Query) -> Result<Vec<(&str, Option<F>)>, ApiError> {
    let mut found: Vec<(&str, Option<F>)> = Vec::new();
    for (key, _) in query.parameters() {
        if found.iter().any(|(known, _)| *known == key) {
            continue;
        }
        if key == "search" {
            found.push((key, None));
        } else if let Some(name) = key.strip_prefix("search.") {
            found.push((key, Some(field(name)?)));
        }
    }
    Ok(found)
}

/// Each mode that is named, with its field; `None` = all fields without one of their own.
fn modes<F: SearchField>(query: &Query) -> Result<Vec<(Option<F>, Mode)>, ApiError> {
    let mut found = Vec::new();
    for (key, value) in query.parameters() {
        if key == "mode" {
            found.push((None, Mode::named(value)?));
        } else if let Some(name) = key.strip_prefix("mode.") {
            found.push((Some(field(name)?), Mode::named(value)?));
        }
    }
    Ok(found)
}

fn mode_of<F: SearchField>(modes: &[(Option<F>, Mode)], field: Option<F>) -> Mode {
    let of = |wanted: Option<F>| modes.iter().find(|(field, _)| *field == wanted);
    of(field).or_else(|| of(None)).map_or(Mode::Like, |(_, mode)| *mode)
}

fn field<F: SearchField>(name: &str) -> Result<F, ApiError> {
    F::named(name).ok_or_else(|| wrong(&format!("Search field `{name}` is not valid.")))
}

fn joint(query: &Query) -> Result<Joint, ApiError> {
    match query.first("joint").or_else(|| query.first("jointMode")) {
        None | Some("or") => Ok(Joint::Or),
        Some("and") => Ok(Joint::And),
        Some(other) => Err(wrong(&format!("Search joint mode `{other}` is not valid."))),
    }
}

fn check_values(values: &[&str]) -> Result<(), ApiError> {
    if values.iter().any(|value| value.is_empty()) {
        return Err(wrong("A search value cannot be empty."));
    }
    if values.iter().any(|value| value.len() > VALUE_BYTES_MAX) || values.len() > VALUES_MAX {
        let limits = format!("{VALUES_MAX} search values of {VALUE_BYTES_MAX} bytes");
        return Err(wrong(&format!("More than {limits} are not valid.")));
    }
    Ok(())
}

fn pattern(mode: Mode, values: &[&str], is_case_sensitive: bool) -> Result<Pattern, ApiError> {
    if mode != Mode::Exact && values.len() > 1 {
        return Err(wrong("Only search mode `exact` takes several values of one key."));
    }
    match mode {
        Mode::Exact => Ok(Pattern::Exact(values.iter().map(|value| (*value).to_owned()).collect())),
        Mode::Like => Ok(Pattern::Like(values.concat())),
        Mode::SimilarTo if !is_case_sensitive => {
            Err(wrong("Search mode `similar_to` has no case-insensitive form."))
        }
        Mode::SimilarTo => Err(unsupported("similar_to")),
        Mode::Posix => Err(unsupported("posix")),
    }
}

fn unsupported(mode: &str) -> ApiError {
    wrong(&format!("Search mode `{mode}` is not valid here: it is not supported."))
}

fn wrong(reason: &str) -> ApiError {
    ApiError::invalid_request(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(text: &str) -> Result<Filter<UserField>, ApiError> {
        filter(&Query::try_new(&format!("/api/users?{text}").parse().unwrap()).unwrap())
    }

    fn refused(text: &str, fragment: &str) {
        let error = search(text).unwrap_err();
        assert_eq!(error.code, Some("request.invalid_input"), "{text}");
        assert!(error.message.contains(fragment), "{text}: {}", error.message);
    }

    fn like(field: Option<UserField>, text: &str) -> Condition<UserField> {
        Condition { field, pattern: Pattern::Like(text.into()) }
    }

    #[test]
    fn a_query_without_search_lets_everything_through() {
        assert_eq!(search("page=1&includePasswordHash=1").unwrap(), Filter::default());
    }

    #[test]
    fn a_bare_search_is_a_pattern_on_any_field_without_added_wildcards() {
        let found = search("search=%25tom_").unwrap();
        assert_eq!(found.conditions, [like(None, "%tom_")]);
        assert!(!found.is_case_sensitive);
    }

    #[test]
    fn fields_are_known_in_both_spellings_and_joined_as_asked() {
        let found = search("search.primaryEmail=a&search.primary_phone=b&joint=and").unwrap();
        let email = like(Some(UserField::PrimaryEmail), "a");
        assert_eq!(found.conditions, [email, like(Some(UserField::PrimaryPhone), "b")]);
        assert_eq!(found.joint, Joint::And);
        assert_eq!(search("search=a&jointMode=and").unwrap().joint, Joint::And);
    }

    #[test]
    fn a_mode_of_a_field_wins_over_the_common_one() {
        let text = "search.name=a&search.id=b&search.id=c&mode.id=exact&isCaseSensitive=true";
        let found = search(text).unwrap();
        let exact = Pattern::Exact(vec!["b".into(), "c".into()]);
        assert_eq!(found.conditions[1], Condition { field: Some(UserField::Id), pattern: exact });
        assert_eq!(found.conditions[0], like(Some(UserField::Name), "a"));
        assert!(found.is_case_sensitive);
    }

    #[test]
    fn every_mistake_is_told_in_the_message() {
        refused("search=a&search=b", "`exact`");
        refused("search.name=", "cannot be empty");
        refused("search=a&search=&mode=exact", "cannot be empty");
        refused("search=a&mode=similar_to", "case-insensitive");
        refused("search=a&mode=fuzzy", "is not valid");
        refused("search=a&mode=posix", "is not valid");
        refused("search=a&joint=xor", "is not valid");
        refused("search.password=a", "is not valid");
        refused("search.name.x=a", "is not valid");
        refused("search=a&mode.password=like", "is not valid");
        refused(&format!("search={}", "a".repeat(VALUE_BYTES_MAX + 1)), "bytes");
        assert!(search(&format!("search={}", "a".repeat(VALUE_BYTES_MAX))).is_ok());
    }
}
