//! Redirect URIs: the first line is registered, the second is asked for. Whatever matches goes to
//! a host that the registration names.

use protocol::{
    client::ApplicationType,
    redirect_uri::{
        has_wildcard, is_registered, is_registered_for_logout, is_registered_origin, validate,
    },
};
use url::Url;

/// Registers one and asks for the other.
pub fn run(input: &[u8]) {
    let text = crate::text(input);
    let (entry, asked) = text.split_once('\n').unwrap_or((&text, &text));
    if validate(entry).is_ok() {
        crate::assert_one_line(entry);
        let url = Url::parse(&entry.replace('*', "w")).unwrap();
        assert!(url.fragment().is_none() && url.username().is_empty());
        assert!(!matches!(url.scheme(), "javascript" | "data" | "file" | "vbscript"), "{entry}");
    }
    let registered = [entry.to_owned()];
    for kind in [ApplicationType::Web, ApplicationType::Native] {
        if is_registered(asked, &registered, kind) {
            check(entry, asked, matches!(kind, ApplicationType::Native));
        }
    }
    if is_registered_for_logout(asked, &registered) {
        check(entry, asked, false);
    }
    if is_registered_origin(asked, &registered) {
        let asked = Url::parse(asked).unwrap();
        assert_eq!(asked.path(), "/");
        let entry = Url::parse(&entry.replace('*', "w")).unwrap();
        assert_eq!((asked.scheme(), asked.port()), (entry.scheme(), entry.port()));
    }
}

/// What was accepted is what was registered, but for the port of a loopback or a wildcard.
fn check(entry: &str, asked: &str, is_native: bool) {
    crate::assert_one_line(asked);
    assert!(!has_wildcard(asked));
    let url = Url::parse(asked).unwrap();
    assert!(url.fragment().is_none() && url.username().is_empty() && url.password().is_none());
    if asked == entry {
        return;
    }
    if has_wildcard(entry) {
        let wanted = Url::parse(&entry.replace('*', "w")).unwrap();
        assert_eq!((url.scheme(), url.port()), (wanted.scheme(), wanted.port()));
        let labels = |url: &Url| url.host_str().unwrap_or_default().split('.').count();
        assert_eq!(labels(&url), labels(&wanted), "{asked} for {entry}");
        let tail = |url: &Url| {
            let host = url.host_str().unwrap_or_default().to_owned();
            host.rsplit('.').take(2).map(str::to_owned).collect::<Vec<_>>()
        };
        let local = wanted.host_str() == Some("localhost");
        assert!(local || tail(&url) == tail(&wanted), "{asked} for {entry}");
        return;
    }
    assert!(is_native, "{asked} for {entry}");
    let wanted = Url::parse(entry).unwrap();
    assert_eq!(
        (url.scheme(), url.host_str(), url.path(), url.query()),
        ("http", wanted.host_str(), wanted.path(), wanted.query())
    );
    assert!(matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost")));
}
