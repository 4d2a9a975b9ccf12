//! The response mode is one that is served. Clause: OAuth 2.0 Multiple Response Types 2.1 and
//! OAuth 2.0 Form Post Response Mode.

use serde::{Deserialize, Serialize};

use crate::{
    error::{ErrorKind, OAuthError},
    parameters::Parameters,
};

/// How the members of an answer travel to the redirect URI.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query; the default for codes.
    #[default]
    Query,
    /// In the fragment.
    Fragment,
    /// In a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// Every mode, in the order of discovery.
    pub const ALL: [Self; 3] = [Self::FormPost, Self::Fragment, Self::Query];

    /// Value of `response_mode`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }
}

pub(super) fn check(parameters: &Parameters) -> Result<ResponseMode, OAuthError> {
    let Some(asked) = parameters.get("response_mode") else {
        return Ok(ResponseMode::default());
    };
    ResponseMode::ALL.into_iter().find(|mode| mode.as_str() == asked).ok_or_else(|| {
        let description = "unsupported response_mode requested";
        OAuthError::new(ErrorKind::UnsupportedResponseMode, description)
    })
}
