//! What can happen to what a user granted to an application: its code and its refresh tokens.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{AccessTokenId, ApplicationId, SessionId, UnixMillis, UserId};

/// What can happen to a grant. One grant is one authorization: at most one code and one refresh
/// family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum GrantEvent {
    /// A user let an application in. Version 1 knew one way, by code on a session.
    #[serde(rename = "GrantCreated.v2")]
    GrantCreated {
        /// By which way.
        kind: GrantKind,
        /// The user.
        user: UserId,
        /// The application.
        application: ApplicationId,
        /// The session on which it happened, if it was one.
        session: Option<SessionId>,
        /// Scopes of OpenID Connect, in the order asked for.
        scope: Vec<String>,
        /// API resources by indicator, each with the scopes asked for.
        resources: BTreeMap<String, Vec<String>>,
        /// Whether the grant ends with the session (no `offline_access`).
        ends_with_session: bool,
        /// `nonce` of the request: every ID token repeats it.
        nonce: Option<String>,
        /// When the user had proved who they are.
        authenticated_at: UnixMillis,
        /// Whether `auth_time` goes into ID tokens.
        requires_auth_time: bool,
        /// When it happened.
        granted_at: UnixMillis,
        /// From this moment on nothing can come of it.
        expires_at: UnixMillis,
        /// Thumbprint of the key that must be proved to redeem the code (RFC 9449 10).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dpop_jkt: Option<String>,
    },
    /// The code that the application can redeem once.
    #[serde(rename = "AuthorizationCodeIssued.v1")]
    AuthorizationCodeIssued {
        /// SHA-256 of the code in base64url.
        sha256: String,
        /// The redirect URI that must be repeated (RFC 6749 4.1.3).
        redirect_uri: String,
        /// The challenge that the verifier must match (RFC 7636 4.6).
        code_challenge: Option<String>,
        /// From this moment on it is refused.
        expires_at: UnixMillis,
    },
    /// The code was exchanged for tokens.
    #[serde(rename = "AuthorizationCodeRedeemed.v1")]
    AuthorizationCodeRedeemed {},
    /// The first token of the refresh family.
    #[serde(rename = "RefreshTokenIssued.v1")]
    RefreshTokenIssued {
        /// SHA-256 of the token in base64url.
        sha256: String,
        /// When: the family's age counts from here.
        issued_at: UnixMillis,
        /// From this moment on it is refused.
        expires_at: UnixMillis,
        /// Thumbprint of the key that must be proved to use any token of the family: those of
        /// clients that cannot keep a secret (RFC 9449 5).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dpop_jkt: Option<String>,
    },
    /// The next token of the family; its predecessor works for three more seconds.
    #[serde(rename = "RefreshTokenRotated.v1")]
    RefreshTokenRotated {
        /// SHA-256 of the new token in base64url.
        sha256: String,
        /// When: the overlap counts from here.
        rotated_at: UnixMillis,
        /// From this moment on the new token is refused.
        expires_at: UnixMillis,
        /// The access token issued with it, so that uses of the predecessor in the overlap get the
        /// same tokens.
        access_token: AccessTokenId,
    },
    /// Nothing can come of the grant any more.
    #[serde(rename = "GrantRevoked.v1")]
    GrantRevoked {
        /// Why.
        reason: GrantRevocation,
    },
}

/// By which way an application was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantKind {
    /// In a browser, with a code that comes back to the application (RFC 6749 4.1).
    AuthorizationCode,
    /// In a browser beside a device that has none (RFC 8628).
    DeviceCode,
    /// By a token that speaks for the user (RFC 8693).
    TokenExchange,
}

/// Why a grant was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantRevocation {
    /// The code was presented a second time (RFC 6749 4.1.2).
    CodeReused,
    /// A rotated refresh token was presented after the overlap (RFC 9700 4.14.2).
    RefreshTokenReused,
    /// The application gave a token back (RFC 7009).
    ReturnedByClient,
    /// An administrator took it back.
    Revoked,
    /// The user has as many newer grants of the application as it may have.
    LimitExceeded,
}
