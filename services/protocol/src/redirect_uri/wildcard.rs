//! Wildcards in registered web URIs: `*` in host labels and in the path.
//! Contract: oidc.md section 2. In a host `*` stands for one or more characters of one label;
//! in the path for anything that cannot leave the path.

use super::{
    registration::{RedirectUriRefusal, has_wildcard},
    syntax::{WebUri, has_dot_segment, is_uri_text},
};

/// Labels at the end of a host that must be literal.
const LITERAL_LABELS: usize = 2;

/// Checks where the wildcards of a URI stand.
pub(super) fn validate(parts: &WebUri<'_>) -> Result<(), RedirectUriRefusal> {
    if parts.port.is_some_and(has_wildcard) || parts.query.is_some_and(has_wildcard) {
        return Err(RedirectUriRefusal::Wildcard);
    }
    if !has_wildcard(parts.host) {
        return Ok(());
    }
    let labels: Vec<&str> = parts.host.split('.').collect();
    let is_address = parts.host.starts_with('[')
        || labels.last().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    let literal = labels.iter().rev().take(LITERAL_LABELS);
    let is_allowed = labels.len() > LITERAL_LABELS
        && labels.iter().all(|label| !label.is_empty())
        && literal.into_iter().all(|label| !has_wildcard(label))
        && !is_address;
    if is_allowed { Ok(()) } else { Err(RedirectUriRefusal::Wildcard) }
}

/// Whether `requested` is one of those that the wildcards of `registered` stand for.
pub(super) fn matches(registered: &WebUri<'_>, requested: &WebUri<'_>) -> bool {
    matches_origin(registered, requested)
        && registered.query == requested.query
        && matches_path(registered.path, requested.path)
}

/// Whether scheme, host and port agree.
pub(super) fn matches_origin(registered: &WebUri<'_>, requested: &WebUri<'_>) -> bool {
    registered.scheme == requested.scheme
        && registered.port == requested.port
        && matches_host(registered.host, requested.host)
}

fn matches_host(registered: &str, requested: &str) -> bool {
    if !has_wildcard(registered) {
        return registered == requested;
    }
    let labels = |host: &str| host.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (registered, requested) = (labels(registered), labels(requested));
    registered.len() == requested.len()
        && registered.iter().zip(&requested).all(|(pattern, label)| {
            let plain =
                label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            plain && glob(pattern, label, 1)
        })
}

fn matches_path(registered: &str, requested: &str) -> bool {
    if !has_wildcard(registered) {
        return registered == requested;
    }
    let lower = requested.to_ascii_lowercase();
    let can_leave = has_dot_segment(requested) || lower.contains("%2f") || lower.contains("%5c");
    is_uri_text(requested) && !can_leave && glob(registered, requested, 0)
}

/// Whether `text` is `pattern` with each `*` replaced by at least `least` characters.
/// Pieces are found leftmost first, so the work is linear in the number of pieces.
fn glob(pattern: &str, text: &str, least: usize) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut pieces = rest.split('*').peekable();
    while let Some(piece) = pieces.next() {
        let Some(after_gap) = text.get(least..) else {
            return false;
        };
        if pieces.peek().is_none() {
            return after_gap.ends_with(piece);
        }
        let Some((_, after)) = after_gap.split_once(piece) else {
            return false;
        };
        text = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redirect_uri::validate as validate_uri;

    #[test]
    fn wildcards_in_labels_and_path_can_be_registered() {
        for uri in [
            "https://*.example.com/cb",
            "https://pr-*.preview.example.com/cb",
            "https://*.*.example.com",
            "https://a.example/*",
            "http://localhost:3000/x*/cb",
        ] {
            assert_eq!(validate_uri(uri), Ok(()), "{uri}");
        }
    }

    #[test]
    fn wildcards_elsewhere_cannot_be_registered() {
        for uri in [
            "https://*/cb",
            "https://*.com/cb",
            "https://*.com./cb",
            "https://a.*.com/cb",
            "https://a.example.*/cb",
            "https://*.0.0.1/cb",
            "https://a.example:*/cb",
            "https://a.example/cb?x=*",
            "app://*/cb",
            "https://*..example.com/",
        ] {
            assert_eq!(validate_uri(uri), Err(RedirectUriRefusal::Wildcard), "{uri}");
        }
        assert!(validate_uri("https://[::*]/cb").is_err());
        assert!(validate_uri("*://a.example/cb").is_err());
    }

    #[test]
    fn pieces_of_a_pattern_match_in_order_without_overlap() {
        assert!(glob("a*b*c", "a1b2c", 0));
        assert!(glob("a*b*c", "abc", 0));
        assert!(!glob("a*b*c", "abc", 1));
        assert!(!glob("ab*ba", "aba", 0));
        assert!(glob("*", "", 0));
        assert!(!glob("*", "", 1));
        assert!(!glob("a*b", "a1bc", 0));
    }
}
