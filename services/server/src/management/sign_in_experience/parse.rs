//! Members of the body, each read on its own, so that what is wrong is named by its place.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::Url;

use crate::http::error::ApiError;

/// Longest URL, in bytes.
const URL_BYTES_MAX: usize = 2_048;
/// Members that are kept.
const KEPT: [&str; 10] = [
    "signInMode",
    "signUp",
    "signIn",
    "passwordPolicy",
    "color",
    "branding",
    "languageInfo",
    "termsOfUseUrl",
    "privacyPolicyUrl",
    "unknownSessionRedirectUrl",
];

/// The members that were sent.
pub(super) struct Wishes<'a>(&'a Map<String, Value>);

impl<'a> Wishes<'a> {
    /// Reads nothing yet.
    pub(super) fn new(members: &'a Map<String, Value>) -> Self {
        Self(members)
    }

    /// A member as it was sent.
    pub(super) fn raw(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name)
    }

    /// Whether a member was sent that the contract knows.
    pub(super) fn any_known(&self) -> bool {
        let mut known = KEPT.into_iter().chain(super::unsupported::names());
        known.any(|name| self.0.contains_key(name))
    }

    /// A member of the expected shape.
    ///
    /// # Errors
    /// 400 `guard.invalid_input`
    pub(super) fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        let Some(value) = self.raw(name) else { return Ok(None) };
        let read = serde_path_to_error::deserialize(value.clone());
        read.map(Some).map_err(|error: serde_path_to_error::Error<serde_json::Error>| {
            let place = error.path().to_string();
            let inner = place.split('.').filter(|part| !part.is_empty());
            let path: Vec<&str> = std::iter::once(name).chain(inner).collect();
            ApiError::invalid_input("body", &path, &error.inner().to_string())
        })
    }
}

/// An empty text says the same as null.
pub(super) fn text_or_none(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// An http or https URL, or none.
///
/// # Errors
/// 400 `guard.invalid_input`
pub(super) fn url(path: &[&str], text: Option<String>) -> Result<Option<String>, ApiError> {
    let is_web = |text: &String| {
        text.len() <= URL_BYTES_MAX
            && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    };
    if text.as_ref().is_none_or(is_web) {
        return Ok(text);
    }
    Err(ApiError::invalid_input("body", path, "Expected an http or https URL."))
}
