//! The response mode is one that is served. Clause: OAuth 2.0 Multiple Response Types 2.1, OAuth 2.0
//! Form Post Response Mode, and JARM 2.3 for the signed ones.

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
    /// As a signed JWT in the query; for codes also called `jwt`.
    QueryJwt,
    /// As a signed JWT in the fragment.
    FragmentJwt,
    /// As a signed JWT in a form that the browser posts.
    FormPostJwt,
}

/// The signed mode that fits the response type, which is always `code` here.
const JWT: &str = "jwt";

impl ResponseMode {
    /// Every mode, in the order of discovery.
    pub const ALL: [Self; 6] = [
        Self::FormPost,
        Self::Fragment,
        Self::Query,
        Self::QueryJwt,
        Self::FragmentJwt,
        Self::FormPostJwt,
    ];
    /// Names of all of them, as discovery lists them.
    pub const NAMES: [&str; 7] = [
        Self::FormPost.as_str(),
        Self::Fragment.as_str(),
        Self::Query.as_str(),
        JWT,
        Self::QueryJwt.as_str(),
        Self::FragmentJwt.as_str(),
        Self::FormPostJwt.as_str(),
    ];

    /// Value of `response_mode`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
            Self::QueryJwt => "query.jwt",
            Self::FragmentJwt => "fragment.jwt",
            Self::FormPostJwt => "form_post.jwt",
        }
    }

    /// Whether the answer is a JWT.
    pub const fn is_signed(self) -> bool {
        match self {
            Self::QueryJwt | Self::FragmentJwt | Self::FormPostJwt => true,
            Self::Query | Self::Fragment | Self::FormPost => false,
        }
    }
}

pub(super) fn check(parameters: &Parameters) -> Result<ResponseMode, OAuthError> {
    let Some(asked) = parameters.get("response_mode") else {
        return Ok(ResponseMode::default());
    };
    if asked == JWT {
        return Ok(ResponseMode::QueryJwt);
    }
    ResponseMode::ALL.into_iter().find(|mode| mode.as_str() == asked).ok_or_else(|| {
        let description = "unsupported response_mode requested";
        OAuthError::new(ErrorKind::UnsupportedResponseMode, description)
    })
}
