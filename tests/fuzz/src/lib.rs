//! What each fuzz target does with its input, and what must hold whatever the input is.
//!
//! A target fails by a panic: one in the code under test, or an assertion here that states what an
//! accepted input may do at most.

pub mod authorization_request;
pub mod client_assertion;
pub mod client_header;
pub mod cookies;
pub mod dpop;
pub mod end_session;
pub mod foreign_keys;
pub mod jwt;
pub mod language;
pub mod opaque_token;
pub mod redirect_uri;
pub mod request_object;
pub mod token_request;
pub mod user_code;

mod client;
mod holder;
/// What `cookies` needs of the server.
mod start {
    /// The tenant whose cookies have no suffix.
    pub(crate) const DEFAULT_TENANT: &str = "default";
}

/// The moment at which everything happens, in seconds since the epoch.
const NOW: i64 = 1_767_225_600;
/// The issuer of every answer.
const ISSUER: &str = "https://id.example/oidc";

/// The input as text; bytes that are none are replaced, as no header or URL holds them.
fn text(input: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(input)
}

/// Asserts that a text can stand in a header: no line can be begun in it.
fn assert_one_line(text: &str) {
    assert!(!text.bytes().any(|byte| byte.is_ascii_control()), "{text:?}");
}
