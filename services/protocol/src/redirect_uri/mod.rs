//! Redirect URIs: which may be registered, and which requested one is a registered one.
//!
//! Comparison is of exact text; nothing is normalized (RFC 9700 section 2.1). The two exceptions
//! are the loopback port of native clients (RFC 8252 section 7.3) and registered wildcards.

mod matching;
mod registration;
mod syntax;
mod wildcard;

pub use self::{
    matching::{is_registered, is_registered_for_logout, is_registered_origin},
    registration::{REDIRECT_URI_BYTES_MAX, RedirectUriRefusal, has_wildcard, validate},
};
