//! Bodies that several calls of the Experience API share.

use events::IdentifierKind;
use serde::Deserialize;

use crate::{http::error::ApiError, identifier::Identifier};

/// `{"type": "username"|"email"|"phone", "value": …}`
#[derive(Deserialize)]
pub(super) struct IdentifierBody {
    #[serde(rename = "type")]
    kind: IdentifierKind,
    value: String,
}

impl IdentifierBody {
    /// The identifier.
    ///
    /// # Errors
    /// 400 `guard.invalid_input`
    pub(super) fn parse(&self) -> Result<Identifier, ApiError> {
        Identifier::try_new(self.kind, &self.value).map_err(|error| {
            ApiError::invalid_input("body", &["identifier", "value"], &error.to_string())
        })
    }
}
