//! Proof that a form was shown by us to this browser: an HMAC of what the browser's own cookie
//! names, so nothing has to be stored.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::site::Site;

/// The token for forms of a visit or session.
pub(crate) fn token(site: &Site, id: &str) -> String {
    URL_SAFE_NO_PAD.encode(site.token_key().digest(material(id).as_bytes()))
}

/// Whether a form brought the token of this visit or session.
pub(crate) fn is_genuine(site: &Site, id: &str, token: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
    site.token_key().verify(material(id).as_bytes(), &bytes)
}

fn material(id: &str) -> String {
    format!("form\n{id}")
}
