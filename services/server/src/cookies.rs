//! Cookies: each with a twin `<name>.sig` that is an HMAC by a cookie key of the tenant. The newest
//! key signs, every key verifies.

use axum::http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use crypto::digest::KeyedDigest;

use crate::start::DEFAULT_TENANT;

/// The visit to the sign-in pages that is under way.
pub(crate) const INTERACTION: &str = "_interaction";
/// The signed-in browser.
pub(crate) const SESSION: &str = "_session";
/// The page where a person types the code of a device.
pub(crate) const DEVICE: &str = "_device";
/// Longest `Cookie` header that is looked at, in bytes.
const HEADER_BYTES_MAX: usize = 16_384;

/// The cookie keys of a tenant, newest first.
pub struct CookieKeys {
    keys: Vec<KeyedDigest>,
    suffix: String,
}

impl CookieKeys {
    /// Newest first. Cookies know no ports, so those of other tenants than `default` have the
    /// tenant in their names.
    pub fn new(keys: Vec<KeyedDigest>, tenant: &str) -> Self {
        let suffix = if tenant == DEFAULT_TENANT { String::new() } else { format!("_{tenant}") };
        Self { keys, suffix }
    }

    /// The value of a cookie whose twin verifies.
    pub fn read(&self, headers: &HeaderMap, name: &str) -> Option<String> {
        let name = format!("{name}{}", self.suffix);
        let value = find(headers, &name)?;
        let signature = URL_SAFE_NO_PAD.decode(find(headers, &format!("{name}.sig"))?).ok()?;
        let signed = format!("{name}={value}");
        let verifies = |key: &KeyedDigest| key.verify(signed.as_bytes(), &signature);
        self.keys.iter().any(verifies).then(|| value.to_owned())
    }

    /// Sets a cookie and its twin for `max_age_seconds`; 0 or less removes both.
    pub fn write(&self, headers: &mut HeaderMap, cookie: &NewCookie<'_>) {
        let NewCookie { name, value, max_age_seconds, is_secure } = *cookie;
        let Some(key) = self.keys.first() else { return };
        let name = format!("{name}{}", self.suffix);
        let signature = URL_SAFE_NO_PAD.encode(key.digest(format!("{name}={value}").as_bytes()));
        let secure = if is_secure { "; Secure" } else { "" };
        let age = max_age_seconds.max(0);
        for (name, value) in [(&name, value), (&format!("{name}.sig"), &signature)] {
            let line =
                format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
            if let Ok(line) = HeaderValue::from_str(&line) {
                headers.append(SET_COOKIE, line);
            }
        }
    }
}

/// A cookie to set. `value` holds only `[0-9A-Za-z._-]`.
#[derive(Clone, Copy)]
pub struct NewCookie<'a> {
    /// Name.
    pub name: &'a str,
    /// Value.
    pub value: &'a str,
    /// How long the browser keeps it.
    pub max_age_seconds: i64,
    /// Whether it travels over https only.
    pub is_secure: bool,
}

/// The value of a cookie, whoever set it.
pub(crate) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .filter(|header| header.len() <= HEADER_BYTES_MAX)
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent_back(set: &HeaderMap) -> HeaderMap {
        let pairs: Vec<&str> = set
            .get_all(SET_COOKIE)
            .iter()
            .map(|line| line.to_str().unwrap().split(';').next().unwrap())
            .collect();
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&pairs.join("; ")).unwrap())])
    }

    fn written(keys: &CookieKeys) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let cookie =
            NewCookie { name: SESSION, value: "a.b", max_age_seconds: 60, is_secure: true };
        keys.write(&mut headers, &cookie);
        headers
    }

    #[test]
    fn a_cookie_of_an_older_key_still_verifies_and_one_of_no_key_does_not() {
        let key = |byte| KeyedDigest::new([byte; 32]);
        let headers = sent_back(&written(&CookieKeys::new(vec![key(1)], "default")));
        let read = |keys: Vec<_>| CookieKeys::new(keys, "default").read(&headers, SESSION);
        assert_eq!(read(vec![key(2), key(1)]).as_deref(), Some("a.b"));
        assert_eq!(read(vec![key(2)]), None);
    }

    #[test]
    fn a_cookie_cannot_be_read_by_script_nor_sent_from_other_sites() {
        let headers = written(&CookieKeys::new(vec![KeyedDigest::new([1; 32])], "default"));
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            assert!(line.ends_with("; HttpOnly; SameSite=Lax; Secure"), "{line}");
        }
    }
}
