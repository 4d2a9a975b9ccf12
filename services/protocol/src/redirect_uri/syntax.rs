//! The parts of an http or https URI as they are written, without normalizing anything.

/// A web URI cut into its parts; all are slices of the given text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WebUri<'a> {
    /// `http` or `https`.
    pub(super) scheme: &'a str,
    /// Host; an IPv6 address keeps its brackets.
    pub(super) host: &'a str,
    /// Text after the colon of the authority, if there is a colon.
    pub(super) port: Option<&'a str>,
    /// From the first slash, or empty.
    pub(super) path: &'a str,
    /// Text after the question mark, if there is one.
    pub(super) query: Option<&'a str>,
}

/// Cuts `uri` into parts; `None` when it is no web URI, or holds user information or a fragment.
pub(super) fn split_web(uri: &str) -> Option<WebUri<'_>> {
    let (scheme, rest) = uri.split_once("://")?;
    if !matches!(scheme, "http" | "https") || rest.contains('#') {
        return None;
    }
    let (before_query, query) = match rest.split_once('?') {
        Some((before, query)) => (before, Some(query)),
        None => (rest, None),
    };
    let path_start = before_query.find('/').unwrap_or(before_query.len());
    let (authority, path) = before_query.split_at_checked(path_start)?;
    if authority.contains('@') {
        return None;
    }
    let (host, port) = split_authority(authority)?;
    (!host.is_empty()).then_some(WebUri { scheme, host, port, path, query })
}

fn split_authority(authority: &str) -> Option<(&str, Option<&str>)> {
    if authority.starts_with('[') {
        let (host, rest) = authority.split_at_checked(authority.find(']')? + 1)?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => rest.is_empty().then_some((host, None)),
        };
    }
    match authority.split_once(':') {
        Some((_, port)) if port.contains(':') => None,
        Some((host, port)) => Some((host, Some(port))),
        None => Some((authority, None)),
    }
}

/// Whether every byte may stand in a URI (RFC 3986 section 2) and every percent sign starts a
/// well-formed escape of something else than a control character.
pub(super) fn is_uri_text(text: &str) -> bool {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte));
    plain && text.split('%').skip(1).all(is_harmless_escape)
}

/// Whether `rest`, the text after a percent sign, starts with the code of a printable byte.
fn is_harmless_escape(rest: &str) -> bool {
    let digits = rest.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
    byte.is_some_and(|byte| !byte.is_ascii_control())
}

/// Whether a segment of `path` is `.` or `..`, written plainly or with escapes.
pub(super) fn has_dot_segment(path: &str) -> bool {
    path.split('/').any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        matches!(plain.as_str(), "." | "..")
    })
}

/// Whether `port` is a decimal port number other than 0.
pub(super) fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|p| p > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_slices_of_the_text_as_it_is_written() {
        let parts = split_web("https://[::1]:8443/A%2fb?x=/y:1@z").unwrap();
        assert_eq!((parts.scheme, parts.host, parts.port), ("https", "[::1]", Some("8443")));
        assert_eq!((parts.path, parts.query), ("/A%2fb", Some("x=/y:1@z")));
        let bare = split_web("http://a.example").unwrap();
        assert_eq!((bare.port, bare.path, bare.query), (None, "", None));
    }

    #[test]
    fn user_information_fragments_and_odd_authorities_have_no_parts() {
        for uri in [
            "https://u@a.example/",
            "https://a.example/#x",
            "https://a.example?x#y",
            "https://:443/",
            "https://a:1:2/",
            "https://[::1]x/",
            "https://[::1/",
            "app://a.example/",
            "HTTPS://a.example/",
        ] {
            assert_eq!(split_web(uri), None, "{uri}");
        }
    }

    #[test]
    fn escapes_must_be_whole_and_printable() {
        assert!(is_uri_text("a%20b%C3%A9%2f"));
        for text in ["%", "%1", "a%g0", "%0a", "%1F", "%7f", "a b", "a\\b", "\u{e9}"] {
            assert!(!is_uri_text(text), "{text:?}");
        }
    }
}
