//! Proof that the device page was shown by us to this browser: a signed cookie that script cannot
//! read names the browser, and the token in the page is a digest of it (contract: oidc §5). The token
//! travels to the page in a cookie of its own, which a page of the operator's making may read. It is
//! good for the session it was made in only: cookies that somebody else planted in the browser do
//! not say yes in the name of whoever is signed in.

use axum::{
    http::{HeaderMap, HeaderValue, header::SET_COOKIE},
    response::Response,
};
use protocol::ttl::DEVICE_CODE_TTL_SECONDS;

use crate::{
    call::Call,
    cookies::{self, NewCookie},
    hosted::csrf,
    ids::TOKEN_ID_CHARS,
    oidc::failure::OidcResult,
};

/// The cookie that the page reads its token from.
const XSRF: &str = "_logto_device_flow_xsrf";

/// The device page of one browser.
pub(crate) struct DeviceForm {
    /// Names the browser.
    pub browser: String,
    /// The token that its forms bring.
    pub xsrf: String,
    /// What the token is a digest of.
    material: String,
}

impl DeviceForm {
    /// For a browser that has none.
    ///
    /// # Errors
    /// Only failures of the machinery.
    pub(super) fn new(call: &Call, headers: &HeaderMap) -> OidcResult<Self> {
        Self::of(call, headers, call.site.app().random.id(TOKEN_ID_CHARS))
    }

    fn of(call: &Call, headers: &HeaderMap, browser: String) -> OidcResult<Self> {
        let session = call.site.cookie_keys()?.read(headers, cookies::SESSION);
        let material = format!("device\n{browser}\n{}", session.unwrap_or_default());
        let xsrf = csrf::token(&call.site, &material);
        Ok(Self { browser, xsrf, material })
    }

    /// Whether a form brought its token.
    pub(super) fn is_genuine(&self, call: &Call, token: &str) -> bool {
        csrf::is_genuine(&call.site, &self.material, token)
    }

    /// Gives both cookies to the browser.
    ///
    /// # Errors
    /// Only failures of the machinery.
    pub(super) fn write(&self, call: &Call, response: &mut Response) -> OidcResult<()> {
        let is_secure = call.site.is_secure();
        let cookie = NewCookie {
            name: cookies::DEVICE,
            value: &self.browser,
            max_age_seconds: DEVICE_CODE_TTL_SECONDS,
            is_secure,
        };
        call.site.cookie_keys()?.write(response.headers_mut(), &cookie);
        let secure = if is_secure { "; Secure" } else { "" };
        let line = format!(
            "{XSRF}={}; Path=/device; Max-Age={DEVICE_CODE_TTL_SECONDS}; SameSite=Lax{secure}",
            self.xsrf
        );
        if let Ok(line) = HeaderValue::from_str(&line) {
            response.headers_mut().append(SET_COOKIE, line);
        }
        Ok(())
    }
}

/// The form of the browser's signed cookie.
///
/// # Errors
/// Only failures of the machinery: a bad cookie is none.
pub(crate) fn read(call: &Call, headers: &HeaderMap) -> OidcResult<Option<DeviceForm>> {
    let browser = call.site.cookie_keys()?.read(headers, cookies::DEVICE);
    browser.map(|browser| DeviceForm::of(call, headers, browser)).transpose()
}

/// The same at the page, where the browser must have brought the other cookie too.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_at_page(call: &Call, headers: &HeaderMap) -> OidcResult<Option<DeviceForm>> {
    let has_token = cookies::find(headers, XSRF).is_some_and(|token| !token.is_empty());
    if has_token { read(call, headers) } else { Ok(None) }
}
