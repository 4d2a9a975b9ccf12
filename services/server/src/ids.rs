//! Lengths of ids, and ids out of text that has already been checked.

use std::str::FromStr;

use events::IdError;

use crate::{http::error::ApiError, oidc::failure::OidcFailure};

/// Characters of a user's or organization's id.
pub(crate) const SHORT_ID_CHARS: usize = 12;
/// Characters of most ids.
pub(crate) const ID_CHARS: usize = 21;
/// Characters of the ids of tokens, grants, sessions and interactions: too many to guess.
pub(crate) const TOKEN_ID_CHARS: usize = 26;

/// A made-up id was no id: a bug of ours.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` is no id")]
pub(crate) struct NotAnId {
    text: String,
    #[source]
    cause: IdError,
}

/// The id that `text` is.
///
/// # Errors
/// [`NotAnId`], which is a bug where it happens.
pub(crate) fn parse<T: FromStr<Err = IdError>>(text: &str) -> Result<T, NotAnId> {
    text.parse().map_err(|cause| NotAnId { text: text.to_owned(), cause })
}

impl From<NotAnId> for OidcFailure {
    fn from(error: NotAnId) -> Self {
        Self::Broken(Box::new(error))
    }
}

impl From<NotAnId> for ApiError {
    fn from(error: NotAnId) -> Self {
        Self::internal(error)
    }
}
