//! Which text may be registered as a redirect URI.
//! Contract: management-20-applications.md section 2; what runs or reads something in the
//! browser instead of calling an application back cannot be registered at all.

use url::Url;

use super::{
    syntax::{WebUri, has_dot_segment, is_port, is_uri_text, split_web},
    wildcard,
};

/// Longest redirect URI, in bytes.
pub const REDIRECT_URI_BYTES_MAX: usize = 2_048;

/// Schemes that no application is called back by.
const SCHEMES_REFUSED: [&str; 26] = [
    "about",
    "blob",
    "cid",
    "content",
    "data",
    "feed",
    "file",
    "filesystem",
    "ftp",
    "geo",
    "intent",
    "jar",
    "javascript",
    "livescript",
    "mailto",
    "mhtml",
    "mocha",
    "ms-its",
    "resource",
    "sftp",
    "sms",
    "tel",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// Why a text cannot be registered as a redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriRefusal {
    /// Empty or longer than [`REDIRECT_URI_BYTES_MAX`].
    #[error("redirect URI is empty or too long")]
    Length,
    /// A character that may not stand in a URI, or a broken or dangerous percent escape.
    #[error("redirect URI holds a character that is not allowed")]
    Character,
    /// No scheme, or one that is not written as the contract wants it.
    #[error("redirect URI has no valid scheme")]
    Scheme,
    /// A scheme such as `javascript`.
    #[error("redirect URI has a scheme that cannot be registered")]
    DangerousScheme,
    /// User name or password before the host.
    #[error("redirect URI holds user information")]
    UserInformation,
    /// Text after `#`.
    #[error("redirect URI holds a fragment")]
    Fragment,
    /// `.` or `..` as a segment of the path.
    #[error("redirect URI holds a dot segment")]
    DotSegment,
    /// No host, or a host or port that cannot be.
    #[error("redirect URI has no valid host")]
    Host,
    /// `*` where none may be.
    #[error("redirect URI holds a wildcard where none is allowed")]
    Wildcard,
}

/// Whether `uri` holds a wildcard; such an entry deserves a warning.
pub fn has_wildcard(uri: &str) -> bool {
    uri.contains('*')
}

/// Checks a redirect URI, or a post-logout redirect URI, before it is registered.
///
/// # Errors
/// The first rule that the text breaks.
pub fn validate(uri: &str) -> Result<(), RedirectUriRefusal> {
    if uri.is_empty() || uri.len() > REDIRECT_URI_BYTES_MAX {
        return Err(RedirectUriRefusal::Length);
    }
    if !is_uri_text(uri) {
        return Err(RedirectUriRefusal::Character);
    }
    if uri.contains('#') {
        return Err(RedirectUriRefusal::Fragment);
    }
    let (scheme, rest) = uri.split_once(':').ok_or(RedirectUriRefusal::Scheme)?;
    match scheme {
        "http" | "https" => validate_web(uri),
        custom => validate_custom(uri, custom, rest),
    }
}

fn validate_web(uri: &str) -> Result<(), RedirectUriRefusal> {
    let authority = uri.split_once("://").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(RedirectUriRefusal::UserInformation);
    }
    let parts = split_web(uri).ok_or(RedirectUriRefusal::Host)?;
    if parts.port.is_some_and(|port| !is_port(port)) {
        let is_wildcard = parts.port.is_some_and(has_wildcard);
        return Err(if is_wildcard {
            RedirectUriRefusal::Wildcard
        } else {
            RedirectUriRefusal::Host
        });
    }
    if has_dot_segment(parts.path) {
        return Err(RedirectUriRefusal::DotSegment);
    }
    if has_wildcard(uri) {
        wildcard::validate(&parts)?;
    }
    validate_host(&parts)
}

/// A host must be one that a browser keeps as it is written, apart from the case of letters.
fn validate_host(parts: &WebUri<'_>) -> Result<(), RedirectUriRefusal> {
    let host = parts.host.replace('*', "w");
    let parsed = Url::parse(&format!("{}://{host}/", parts.scheme));
    let is_kept = parsed
        .is_ok_and(|url| url.host_str().is_some_and(|known| known.eq_ignore_ascii_case(&host)));
    if is_kept && !host.contains('%') { Ok(()) } else { Err(RedirectUriRefusal::Host) }
}

fn validate_custom(uri: &str, scheme: &str, rest: &str) -> Result<(), RedirectUriRefusal> {
    if SCHEMES_REFUSED.contains(&scheme.to_ascii_lowercase().as_str()) {
        return Err(RedirectUriRefusal::DangerousScheme);
    }
    if !is_custom_scheme(scheme) {
        return Err(RedirectUriRefusal::Scheme);
    }
    if has_wildcard(uri) {
        return Err(RedirectUriRefusal::Wildcard);
    }
    let before_query = rest.split('?').next().unwrap_or_default();
    let after_slashes = before_query.strip_prefix("//");
    let authority = after_slashes.and_then(|rest| rest.split('/').next());
    if authority.is_some_and(|authority| authority.contains('@')) {
        return Err(RedirectUriRefusal::UserInformation);
    }
    if has_dot_segment(before_query) {
        return Err(RedirectUriRefusal::DotSegment);
    }
    Url::parse(uri).map(|_| ()).map_err(|_| RedirectUriRefusal::Host)
}

/// `[a-z][0-9+_a-z-]*(\.[0-9+_a-z-]+)*`
fn is_custom_scheme(scheme: &str) -> bool {
    let is_label = |label: &str| {
        let allowed = |b: u8| matches!(b, b'0'..=b'9' | b'+' | b'_' | b'a'..=b'z' | b'-');
        !label.is_empty() && label.bytes().all(allowed)
    };
    scheme.starts_with(|first: char| first.is_ascii_lowercase()) && scheme.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_refused(uris: &[&str], refusal: RedirectUriRefusal) {
        for uri in uris {
            assert_eq!(validate(uri), Err(refusal), "{uri:?}");
        }
    }

    #[test]
    fn web_and_custom_scheme_uris_can_be_registered() {
        for uri in [
            "https://app.example.com/callback",
            "https://App.example.com",
            "http://localhost:3001/demo-app",
            "http://[::1]:8080/cb?tenant=a",
            "https://example.com/a%2Fb/~x?redirect=https://other.example/@x",
            "io.evident://callback",
            "com.example.app:/oauth2redirect",
            "my-app+v2://cb?x=1",
        ] {
            assert_eq!(validate(uri), Ok(()), "{uri}");
        }
    }

    #[test]
    fn schemes_that_run_or_read_something_are_refused() {
        let uris = [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://a.example/1",
            "intent://scan/;end",
        ];
        assert_refused(&uris, RedirectUriRefusal::DangerousScheme);
    }

    #[test]
    fn malformed_schemes_are_refused() {
        let uris =
            ["callback", "//evil.example/cb", "1app://cb", "HTTPS://a.example/", "a..b:/x", ":x"];
        assert_refused(&uris, RedirectUriRefusal::Scheme);
    }

    #[test]
    fn user_information_is_refused() {
        let uris = ["https://a.example@evil.example/", "https://u:p@a.example/cb", "app://u@h/cb"];
        assert_refused(&uris, RedirectUriRefusal::UserInformation);
    }

    #[test]
    fn fragments_are_refused() {
        assert_refused(&["https://a.example/#", "app://cb#x"], RedirectUriRefusal::Fragment);
    }

    #[test]
    fn control_characters_and_confusing_ones_are_refused() {
        let uris = [
            "https://a.example/\r\nX: y",
            "https://a.example/%0d%0aX",
            "https://a.example/%00",
            "https://a.example/%7f",
            "https://a.example\\@evil.example/",
            "https://a.example/ b",
            "https://ä.example/",
            "https://a.example/%2",
            "https://a.example/%zz",
            "java\tscript:alert(1)",
        ];
        assert_refused(&uris, RedirectUriRefusal::Character);
    }

    #[test]
    fn dot_segments_are_refused_in_every_spelling() {
        let uris = [
            "https://a.example/x/../y",
            "https://a.example/.",
            "https://a.example/%2e%2E/y",
            "https://a.example/.%2e",
            "app://host/../x",
        ];
        assert_refused(&uris, RedirectUriRefusal::DotSegment);
        assert_eq!(validate("https://a.example/.well-known/..x"), Ok(()));
    }

    #[test]
    fn hosts_that_cannot_be_or_mean_another_are_refused() {
        let uris = [
            "https:///cb",
            "https:a.example",
            "https://",
            "https://a.example:0/",
            "https://a.example:99999/",
            "https://a.example:/",
            "https://[::1/cb",
            "https://0x7f.1/",
            "https://a%2eexample/",
        ];
        assert_refused(&uris, RedirectUriRefusal::Host);
    }

    #[test]
    fn length_is_limited_on_both_sides() {
        let uri = |length: usize| format!("https://a.example/{}", "x".repeat(length - 18));
        assert_eq!(validate(&uri(REDIRECT_URI_BYTES_MAX)), Ok(()));
        assert_eq!(validate(&uri(REDIRECT_URI_BYTES_MAX + 1)), Err(RedirectUriRefusal::Length));
        assert_eq!(validate(""), Err(RedirectUriRefusal::Length));
    }
}
