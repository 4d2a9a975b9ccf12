//! The `Cookie` header: no value is read that no key of ours signed.

#[path = "../../../services/server/src/cookies.rs"]
#[expect(dead_code, reason = "only the reader is under test")]
mod file;

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};
use crypto::digest::KeyedDigest;

/// Reads both cookies of the site from the header.
pub fn run(input: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(input) else { return };
    let headers = HeaderMap::from_iter([(COOKIE, value)]);
    for tenant in ["default", "admin"] {
        let key = |byte| KeyedDigest::new([byte; 32]);
        let keys = file::CookieKeys::new(vec![key(1), key(2)], tenant);
        for name in [file::SESSION, file::INTERACTION] {
            if let Some(read) = keys.read(&headers, name) {
                assert_eq!(read, "a.b", "a cookie was forged");
            }
        }
    }
}
