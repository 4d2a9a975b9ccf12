//! Whether a requested redirect URI, post-logout URI or origin is a registered one.

use super::{
    registration::{has_wildcard, validate},
    syntax::{WebUri, is_port, split_web},
    wildcard,
};
use crate::client::ApplicationType;

/// Hosts of the device itself (RFC 8252 section 7.3; `localhost` is accepted as well).
const LOOPBACK_HOSTS: [&str; 3] = ["127.0.0.1", "[::1]", "localhost"];

/// Whether `requested` may be redirected to: registered exactly, by a wildcard, or, for a native
/// client, on the loopback interface with any port.
pub fn is_registered(requested: &str, registered: &[String], kind: ApplicationType) -> bool {
    is_well_formed(requested)
        && registered.iter().any(|entry| {
            matches_entry(requested, entry)
                || (matches!(kind, ApplicationType::Native) && matches_loopback(requested, entry))
        })
}

/// Whether `requested` may be redirected to after logout: as [`is_registered`], without the
/// loopback exception.
pub fn is_registered_for_logout(requested: &str, registered: &[String]) -> bool {
    is_well_formed(requested) && registered.iter().any(|entry| matches_entry(requested, entry))
}

/// Whether `origin` (an `Origin` header value) is the origin of a registered web URI.
pub fn is_registered_origin(origin: &str, registered: &[String]) -> bool {
    let Some(requested) = split_web(origin) else {
        return false;
    };
    let is_bare = requested.path.is_empty() && requested.query.is_none();
    let lower = requested.host.to_ascii_lowercase();
    let origin = WebUri { port: explicit_port(&requested), ..requested };
    is_bare
        && is_well_formed(origin_text(&requested).as_str())
        && requested.host == lower
        && registered.iter().any(|entry| {
            let entry = entry.to_ascii_lowercase();
            split_web(&entry).is_some_and(|entry| {
                let entry = WebUri { port: explicit_port(&entry), ..entry };
                wildcard::matches_origin(&entry, &origin)
            })
        })
}

/// A stored entry is not trusted to have been checked, and a request may never bring a wildcard.
fn is_well_formed(requested: &str) -> bool {
    !has_wildcard(requested) && validate(requested).is_ok()
}

fn matches_entry(requested: &str, entry: &str) -> bool {
    if !has_wildcard(entry) {
        return requested == entry;
    }
    let parts = split_web(entry).zip(split_web(requested));
    validate(entry).is_ok()
        && parts.is_some_and(|(entry, requested)| wildcard::matches(&entry, &requested))
}

fn matches_loopback(requested: &str, entry: &str) -> bool {
    let Some((written, requested)) = split_web(entry).zip(split_web(requested)) else {
        return false;
    };
    let same = WebUri { port: written.port, ..requested } == written;
    same && written.scheme == "http"
        && validate(entry).is_ok()
        && LOOPBACK_HOSTS.contains(&written.host)
        && requested.port.is_none_or(is_port)
}

/// The port unless it is the scheme's own, as an `Origin` header writes it.
fn explicit_port<'a>(parts: &WebUri<'a>) -> Option<&'a str> {
    let default = if parts.scheme == "https" { "443" } else { "80" };
    parts.port.filter(|port| *port != default)
}

fn origin_text(parts: &WebUri<'_>) -> String {
    let port = parts.port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", parts.scheme, parts.host)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn web(requested: &str, entry: &str) -> bool {
        is_registered(requested, &[entry.to_owned()], ApplicationType::Web)
    }

    fn native(requested: &str, entry: &str) -> bool {
        is_registered(requested, &[entry.to_owned()], ApplicationType::Native)
    }

    #[test]
    fn only_the_exact_text_matches() {
        let entry = "https://app.example.com/cb";
        assert!(web(entry, entry));
        for hostile in [
            "https://app.example.com/cb/",
            "https://APP.example.com/cb",
            "https://app.example.com./cb",
            "https://app.example.com:443/cb",
            "https://app.example.com/cb?x=1",
            "https://app.example.com/cb#x",
            "https://app.example.com/c%62",
            "https://app.example.com%2fcb",
            "https://app.example.com/x/../cb",
            "https://user@app.example.com/cb",
            "https://app.example.com@evil.example/cb",
            "http://app.example.com/cb",
            "https://app.example.com/cb\n",
            " https://app.example.com/cb",
            "https://app.example.com/*",
            "",
        ] {
            assert!(!web(hostile, entry), "{hostile:?}");
        }
    }

    #[test]
    fn a_dangerous_entry_in_old_data_never_matches() {
        assert!(!web("javascript:alert(1)", "javascript:alert(1)"));
        assert!(!web("https://a.example/*", "https://a.example/*"));
        // Found by fuzzing: the port of an entry was not looked at where any port will do.
        assert!(!native("http://127.0.0.1:51004/cb", "http://127.0.0.1:80x/cb"));
    }

    #[test]
    fn native_loopback_matches_any_port_and_nothing_else() {
        for host in LOOPBACK_HOSTS {
            let entry = format!("http://{host}/cb");
            assert!(native(&format!("http://{host}:51004/cb"), &entry));
            assert!(!web(&format!("http://{host}:51004/cb"), &entry));
        }
        let entry = "http://127.0.0.1:8080/cb";
        assert!(native("http://127.0.0.1/cb", entry));
        for hostile in [
            "http://127.0.0.1:51004/other",
            "http://127.0.0.1:51004/cb?x",
            "http://localhost:51004/cb",
            "https://127.0.0.1:51004/cb",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:70000/cb",
            "http://127.0.0.1:51004@evil.example/cb",
            "http://127.0.0.2:51004/cb",
        ] {
            assert!(!native(hostile, entry), "{hostile}");
        }
        assert!(!native("https://localhost:1/cb", "https://localhost/cb"));
    }

    #[test]
    fn logout_has_no_loopback_exception() {
        let registered = ["http://127.0.0.1/out".to_owned()];
        assert!(is_registered_for_logout("http://127.0.0.1/out", &registered));
        assert!(!is_registered_for_logout("http://127.0.0.1:1/out", &registered));
    }

    #[test]
    fn host_wildcard_stands_for_one_label() {
        let entry = "https://pr-*.example.com/cb";
        assert!(web("https://pr-12.example.com/cb", entry));
        for hostile in [
            "https://pr-.example.com/cb",
            "https://pr-a.b.example.com/cb",
            "https://pr-a.example.com/cb/x",
            "https://pr-a.example.com:8443/cb",
            "https://pr-a%2eb.example.com/cb",
            "https://pr-a;b.example.com/cb",
            "https://pr-evil.example/x.example.com/cb",
            "https://pr-evil@x.example.com/cb",
            "https://pr-*.example.com/cb",
        ] {
            assert!(!web(hostile, entry), "{hostile}");
        }
    }

    #[test]
    fn path_wildcard_cannot_leave_its_path() {
        let entry = "https://a.example/preview/*/cb";
        assert!(web("https://a.example/preview/x/y/cb", entry));
        for hostile in [
            "https://a.example/preview/../cb",
            "https://a.example/preview/%2e%2e/cb",
            "https://a.example/preview/..%2fx/cb",
            "https://a.example/preview/%5c/cb",
            "https://a.example/preview/x/cb?y=/cb",
            "https://a.example/preview/x#/cb",
            "https://a.example.evil.example/preview/x/cb",
        ] {
            assert!(!web(hostile, entry), "{hostile}");
        }
    }

    #[test]
    fn origin_of_a_redirect_uri_is_known_by_origin_only() {
        let registered = [
            "https://App.example.com:443/cb".to_owned(),
            "https://*.preview.example.com/cb".to_owned(),
            "app://cb".to_owned(),
        ];
        for origin in ["https://app.example.com", "https://x.preview.example.com"] {
            assert!(is_registered_origin(origin, &registered), "{origin}");
        }
        for origin in [
            "http://app.example.com",
            "https://app.example.com:8443",
            "https://app.example.com/",
            "https://x.y.preview.example.com",
            "null",
            "app://cb",
            "",
        ] {
            assert!(!is_registered_origin(origin, &registered), "{origin}");
        }
    }

    proptest! {
        #[test]
        fn without_wildcards_only_registered_text_matches(
            requested in "https://[a-b]{1,2}\\.ex(/[ab.%@:?*]{0,3})?",
            entry in "https://[a-b]{1,2}\\.ex(/[ab.%@:?]{0,3})?",
        ) {
            if web(&requested, &entry) {
                prop_assert_eq!(&requested, &entry);
            }
            let valid = validate(&entry).is_ok();
            prop_assert_eq!(web(&entry, &entry), valid);
        }

        #[test]
        fn a_wildcard_never_lets_another_site_in(requested in "\\PC{0,40}") {
            let requested = format!("https://{requested}");
            if web(&requested, "https://*.example.com/cb") {
                let url = url::Url::parse(&requested).unwrap();
                prop_assert!(url.host_str().unwrap().ends_with(".example.com"));
                prop_assert_eq!(url.path(), "/cb");
            }
        }

        #[test]
        fn hostile_prefixes_do_not_pass_a_host_wildcard(prefix in "[a-z0-9/@:.?#%\\\\-]{0,12}") {
            let requested = format!("https://{prefix}.example.com/cb");
            if web(&requested, "https://*.example.com/cb") {
                let url = url::Url::parse(&requested).unwrap();
                prop_assert!(url.host_str().unwrap().ends_with(".example.com"));
            }
        }
    }
}
