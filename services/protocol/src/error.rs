//! The error answer of every `/oidc` endpoint: kind, status, description and JSON body.
//!
//! The kind decides code and usual status; where the contract wants another status for a case,
//! the constructor of that case says so. Contract: oidc.md section 1, "Error body".

use std::borrow::Cow;

use serde::Serialize;

use crate::dpop;

/// Where a client reads what `invalid_grant` means.
const INVALID_GRANT_URI: &str = "https://www.rfc-editor.org/rfc/rfc6749#section-5.2";

/// What went wrong, in the vocabulary of the specifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// RFC 6749: a parameter is missing, repeated or malformed.
    InvalidRequest,
    /// RFC 6749: client unknown or not authenticated.
    InvalidClient,
    /// RFC 6749: code, refresh token or grant does not hold.
    InvalidGrant,
    /// RFC 6749: the client may not do this.
    UnauthorizedClient,
    /// RFC 6749: no such grant type here.
    UnsupportedGrantType,
    /// RFC 6749: no such response type here.
    UnsupportedResponseType,
    /// No such response mode here.
    UnsupportedResponseMode,
    /// RFC 6749: scope unknown, malformed or beyond the grant.
    InvalidScope,
    /// RFC 8707: resource unknown or malformed.
    InvalidTarget,
    /// The redirect URI is not one of the client's.
    InvalidRedirectUri,
    /// RFC 8628: nobody has decided about the device yet.
    AuthorizationPending,
    /// RFC 8628: the device asks too often.
    SlowDown,
    /// RFC 8628: the device code is too old.
    ExpiredToken,
    /// RFC 6750: token unknown, expired or revoked.
    InvalidToken,
    /// RFC 6750: token good, rights too small.
    InsufficientScope,
    /// RFC 6749: the user or the policy said no.
    AccessDenied,
    /// OpenID Connect Core 3.1.2.6: `prompt=none` without a session.
    LoginRequired,
    /// OpenID Connect Core 3.1.2.6: `prompt=none` without a grant.
    ConsentRequired,
    /// OpenID Connect Core 6.1: no request objects here.
    RequestNotSupported,
    /// OpenID Connect Core 6.2: no request objects by reference here.
    RequestUriNotSupported,
    /// RFC 9101: the request object is malformed, badly signed or not for us.
    InvalidRequestObject,
    /// RFC 9126: the pushed request is unknown, used or over.
    InvalidRequestUri,
    /// RFC 9449: the proof of possession does not hold.
    InvalidDpopProof,
    /// RFC 9449: the proof lacks a nonce of ours, which the answer brings along.
    UseDpopNonce,
    /// OpenID Connect Core 7.2.1: no registration parameter here.
    RegistrationNotSupported,
    /// RFC 7009: such a token cannot be revoked.
    UnsupportedTokenType,
    /// The browser's interaction is unknown or over; on the wire an `invalid_request`.
    SessionNotFound,
    /// Our bug.
    ServerError,
    /// Try again later.
    TemporarilyUnavailable,
}

impl ErrorKind {
    /// Value of the member `error`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest | Self::SessionNotFound => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UnsupportedResponseMode => "unsupported_response_mode",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::AccessDenied => "access_denied",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    /// HTTP status unless the case has its own.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidToken => 401,
            Self::InsufficientScope => 403,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            Self::InvalidRequest
            | Self::SessionNotFound
            | Self::InvalidClient
            | Self::InvalidGrant
            | Self::UnauthorizedClient
            | Self::UnsupportedGrantType
            | Self::UnsupportedResponseType
            | Self::UnsupportedResponseMode
            | Self::InvalidScope
            | Self::InvalidTarget
            | Self::InvalidRedirectUri
            | Self::AuthorizationPending
            | Self::SlowDown
            | Self::ExpiredToken
            | Self::AccessDenied
            | Self::LoginRequired
            | Self::ConsentRequired
            | Self::RequestNotSupported
            | Self::RequestUriNotSupported
            | Self::InvalidRequestObject
            | Self::InvalidRequestUri
            | Self::InvalidDpopProof
            | Self::UseDpopNonce
            | Self::RegistrationNotSupported
            | Self::UnsupportedTokenType => 400,
        }
    }

    /// Product code beside the standard error, the `code` that SDKs read.
    pub fn product_code(self) -> Cow<'static, str> {
        if matches!(self, Self::SessionNotFound) {
            return Cow::Borrowed("session.not_found");
        }
        Cow::Owned(format!("oidc.{}", self.as_str()))
    }
}

/// Scheme of the `WWW-Authenticate` header that goes with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// The client tried HTTP Basic.
    Basic,
    /// The endpoint wants a bearer token.
    Bearer,
    /// The endpoint wants a token together with a proof of possession (RFC 9449 7.1).
    Dpop,
}

/// One error answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", kind.as_str())]
pub struct OAuthError {
    /// Standard error.
    pub kind: ErrorKind,
    /// Value of `error_description`.
    pub description: Cow<'static, str>,
    /// HTTP status when the error is not sent by redirect.
    pub status: u16,
    /// Value of `scope`, when the answer is about scopes.
    pub scope: Option<String>,
    /// Header to send along.
    pub challenge: Option<Challenge>,
}

impl OAuthError {
    /// An error of `kind` with its usual status.
    pub fn new(kind: ErrorKind, description: impl Into<Cow<'static, str>>) -> Self {
        let description = description.into();
        Self { kind, description, status: kind.status(), scope: None, challenge: None }
    }

    /// 400 `invalid_request`.
    pub fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidRequest, description)
    }

    /// 400 `invalid_request` for a required parameter that is absent or empty.
    pub fn missing_parameter(name: &str) -> Self {
        Self::invalid_request(format!("missing required parameter '{name}'"))
    }

    /// 400 `invalid_grant`; the same text for every reason, so that nothing is learnt from it.
    pub fn invalid_grant() -> Self {
        Self::new(ErrorKind::InvalidGrant, "grant request is invalid")
    }

    /// 401 `invalid_client` of the token endpoint; names Basic when the client used it.
    pub fn client_authentication_failed(used_basic: bool) -> Self {
        let challenge = used_basic.then_some(Challenge::Basic);
        let error = Self::new(ErrorKind::InvalidClient, "client authentication failed");
        Self { status: 401, challenge, ..error }
    }

    /// 401 `invalid_token` with a bearer challenge.
    pub fn invalid_token() -> Self {
        let error = Self::new(ErrorKind::InvalidToken, "invalid token provided");
        Self { challenge: Some(Challenge::Bearer), ..error }
    }

    /// The same error with a challenge for a proof of possession: 401, as of a protected resource.
    #[must_use]
    pub fn challenged_for_dpop(self) -> Self {
        Self { status: 401, challenge: Some(Challenge::Dpop), ..self }
    }

    /// 400 `invalid_target` for a resource nobody registered.
    pub fn unknown_resource() -> Self {
        Self::new(ErrorKind::InvalidTarget, "resource indicator is missing, or unknown")
    }

    /// 400 `invalid_scope` naming the scope that cannot be had.
    pub fn invalid_scope(scope: &str) -> Self {
        let error = Self::new(ErrorKind::InvalidScope, "requested scope is not allowed");
        Self { scope: Some(scope.to_owned()), ..error }
    }

    /// 400 `consent_required`: the user was not asked, or said no.
    pub fn consent_required() -> Self {
        Self::new(ErrorKind::ConsentRequired, "End-User consent is required")
    }

    /// 400 `access_denied`: the user closed the consent page.
    pub fn consent_cancelled() -> Self {
        Self::new(ErrorKind::AccessDenied, "End-User aborted interaction")
    }

    /// 400 with code `session.not_found`: interaction unknown or expired.
    pub fn session_not_found() -> Self {
        Self::new(ErrorKind::SessionNotFound, "authorization request has expired")
    }

    /// 404 `invalid_request` for a path or method that is not served.
    pub fn unrecognized_route() -> Self {
        Self::invalid_request("unrecognized route or not allowed method").with_status(404)
    }

    /// 500 `server_error` without a word about the cause.
    pub fn server_error() -> Self {
        Self::new(ErrorKind::ServerError, "oops! something went wrong")
    }

    /// The same error with another HTTP status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// Body with the product members; `message` is the localized text, if there is one.
    pub fn body(&self, message: Option<&str>) -> ErrorBody {
        let message = message.map_or_else(|| self.description.to_string(), str::to_owned);
        let code = self.kind.product_code().into_owned();
        ErrorBody { code: Some(code), message: Some(message), ..self.plain_body() }
    }

    /// Body with the standard members only, for a request with `parse_error=false`.
    pub fn plain_body(&self) -> ErrorBody {
        let is_grant = matches!(self.kind, ErrorKind::InvalidGrant);
        ErrorBody {
            code: None,
            message: None,
            error_uri: is_grant.then_some(INVALID_GRANT_URI),
            error: self.kind.as_str(),
            error_description: self.description.to_string(),
            scope: self.scope.clone(),
        }
    }

    /// Value of the `WWW-Authenticate` header, if the answer carries one (RFC 6750 section 3).
    pub fn www_authenticate(&self, realm: &str) -> Option<String> {
        let realm = quoted(realm);
        self.challenge.map(|challenge| match challenge {
            Challenge::Dpop => format!(
                "DPoP realm=\"{realm}\", error=\"{}\", error_description=\"{}\", algs=\"{}\"",
                self.kind.as_str(),
                quoted(&self.description),
                dpop::algorithms()
            ),
            Challenge::Basic => format!("Basic realm=\"{realm}\""),
            Challenge::Bearer => format!(
                "Bearer realm=\"{realm}\", error=\"{}\", error_description=\"{}\"",
                self.kind.as_str(),
                quoted(&self.description)
            ),
        })
    }
}

/// JSON body of an error answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorBody {
    /// Product code, `oidc.` and the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Text for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Where the error is explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_uri: Option<&'static str>,
    /// Standard error.
    pub error: &'static str,
    /// Text for a developer.
    pub error_description: String,
    /// Scopes that the answer is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Text that may stand in a quoted string of a header.
fn quoted(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn invalid_grant_body_has_product_and_standard_members() {
        let body = serde_json::to_value(OAuthError::invalid_grant().body(None)).unwrap();
        assert_eq!(
            body,
            json!({
                "code": "oidc.invalid_grant", "message": "grant request is invalid",
                "error_uri": INVALID_GRANT_URI, "error": "invalid_grant",
                "error_description": "grant request is invalid"
            })
        );
    }

    #[test]
    fn plain_body_has_no_product_members() {
        let body = serde_json::to_value(OAuthError::missing_parameter("code").plain_body());
        let expected = json!({"error": "invalid_request", "error_description": "missing required parameter 'code'"});
        assert_eq!(body.unwrap(), expected);
    }

    #[test]
    fn lost_session_has_its_own_code() {
        let body = OAuthError::session_not_found().body(Some("gone"));
        assert_eq!(body.code.as_deref(), Some("session.not_found"));
        assert_eq!((body.message.as_deref(), body.error), (Some("gone"), "invalid_request"));
    }

    #[test]
    fn basic_challenge_is_sent_only_when_basic_was_used() {
        let with = OAuthError::client_authentication_failed(true);
        assert_eq!(with.www_authenticate("a\"b").as_deref(), Some("Basic realm=\"ab\""));
        let without = OAuthError::client_authentication_failed(false);
        assert_eq!((without.status, without.www_authenticate("x")), (401, None));
    }
}
