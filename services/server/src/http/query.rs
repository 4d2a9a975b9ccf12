//! The query of a request as the Management API reads it (contract: management-00 §4).

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{Uri, request::Parts},
};

use crate::http::error::ApiError;

/// Most parameters of a query.
const PARAMETERS_MAX: usize = 200;
/// Spellings of "yes", in any case.
const YES: [&str; 6] = ["1", "true", "y", "yes", "yep", "yeah"];

/// The decoded parameters of a request, in the order given, and its path.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    path: String,
    parameters: Vec<(String, String)>,
}

impl Query {
    /// Reads path and parameters.
    ///
    /// # Errors
    /// 400 `guard.invalid_input` for a NUL or too many parameters.
    pub(crate) fn try_new(uri: &Uri) -> Result<Self, ApiError> {
        let text = uri.query().unwrap_or_default();
        let parameters = form_urlencoded::parse(text.as_bytes()).into_owned();
        let parameters: Vec<(String, String)> = parameters.take(PARAMETERS_MAX + 1).collect();
        if parameters.len() > PARAMETERS_MAX {
            return Err(ApiError::invalid_input("query", &[], "There are too many parameters."));
        }
        let broken = parameters.iter().find(|(name, value)| has_nul(name) || has_nul(value));
        if let Some((name, _)) = broken {
            let name = name.replace('\0', "");
            let message = "Text must not contain NUL.";
            return Err(ApiError::invalid_input("query", &[&name], message));
        }
        Ok(Self { path: uri.path().to_owned(), parameters })
    }

    /// Path of the request, with every prefix.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Every parameter, in the order given.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a parameter, in the order given.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.parameters().filter(move |(found, _)| *found == name).map(|(_, value)| value)
    }

    /// The first value of a parameter, even if it is empty.
    pub(crate) fn first<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// The first value of a parameter, unless it is empty.
    pub(crate) fn text<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.first(name).filter(|value| !value.is_empty())
    }

    /// Whether a parameter says "yes"; anything else is "no".
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.first(name).is_some_and(|value| YES.iter().any(|yes| value.eq_ignore_ascii_case(yes)))
    }

    /// The simple search `q`: text to be found anywhere, literally; an empty one asks for nothing.
    pub(crate) fn q(&self) -> Option<&str> {
        self.text("q")
    }

    /// A typed value; an absent or empty parameter is none.
    ///
    /// # Errors
    /// 400 `guard.invalid_input` that names the parameter.
    pub(crate) fn parsed<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let wrong = |_| ApiError::invalid_input("query", &[name], "This value is not valid.");
        text.parse().map(Some).map_err(wrong)
    }
}

fn has_nul(text: &str) -> bool {
    text.contains('\0')
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let original = parts.extensions.get::<OriginalUri>();
        Self::try_new(original.map_or(&parts.uri, |original| &original.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        Query::try_new(&format!("/api/users?{text}").parse().unwrap()).unwrap()
    }

    #[test]
    fn yes_has_six_spellings_and_everything_else_is_no() {
        for yes in ["1", "true", "Y", "yes", "YEP", "yeah"] {
            assert!(query(&format!("a={yes}")).flag("a"), "{yes}");
        }
        for no in ["a=0", "a=false", "a=on", "a", "b=1", "a=&a=1"] {
            assert!(!query(no).flag("a"), "{no}");
        }
    }

    #[test]
    fn a_repeated_key_keeps_its_values_in_order() {
        let query = query("a=x+y&b=1&a=%C3%BC");
        assert_eq!(query.all("a").collect::<Vec<_>>(), ["x y", "ü"]);
        assert_eq!(query.first("a"), Some("x y"));
    }

    #[test]
    fn an_empty_text_is_no_text_and_a_wrong_value_is_named() {
        assert_eq!(query("q=").q(), None);
        assert_eq!(query("q=a%25").q(), Some("a%"));
        assert_eq!(query("n=7").parsed::<u32>("n").unwrap(), Some(7));
        assert_eq!(query("n=").parsed::<u32>("n").unwrap(), None);
        assert_eq!(query("n=x").parsed::<u32>("n").unwrap_err().code, Some("guard.invalid_input"));
    }

    #[test]
    fn a_nul_and_too_many_parameters_are_refused() {
        let refused = |text: &str| Query::try_new(&format!("/x?{text}").parse().unwrap()).is_err();
        assert!(refused("a=%00") && refused("%00=a"));
        assert!(!refused(&"a&".repeat(PARAMETERS_MAX)));
        assert!(refused(&"a&".repeat(PARAMETERS_MAX + 1)));
    }
}
