//! Wishes about what a user granted to an application.

use std::collections::BTreeMap;

use events::{
    AccessTokenId, ApplicationId, GrantKind, GrantRevocation, SessionId, UnixMillis, UserId,
};

/// The code that comes with a new grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCode {
    /// SHA-256 of the code in base64url.
    pub sha256: String,
    /// The redirect URI that must be repeated.
    pub redirect_uri: String,
    /// The challenge that the verifier must match.
    pub code_challenge: Option<String>,
    /// From this moment on it is refused.
    pub expires_at: UnixMillis,
}

/// The first token of a refresh family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefreshToken {
    /// SHA-256 of the token in base64url.
    pub sha256: String,
    /// From this moment on it is refused.
    pub expires_at: UnixMillis,
    /// Thumbprint of the key that every use of the family must prove, if one is due.
    pub dpop_jkt: Option<String>,
}

/// The token that takes the place of a refresh token that is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Successor {
    /// SHA-256 of the token in base64url.
    pub sha256: String,
    /// From this moment on it is refused.
    pub expires_at: UnixMillis,
    /// The access token issued with it.
    pub access_token: AccessTokenId,
}

/// Wishes about what a user granted to an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantCommand {
    /// Let the application in.
    CreateGrant {
        /// By which way it is let in.
        kind: GrantKind,
        /// The user.
        user: UserId,
        /// The application.
        application: ApplicationId,
        /// The session on which it happens, if it is one.
        session: Option<SessionId>,
        /// Scopes of OpenID Connect, in the order asked for.
        scope: Vec<String>,
        /// API resources by indicator, each with the scopes asked for.
        resources: BTreeMap<String, Vec<String>>,
        /// Whether the grant ends with the session.
        ends_with_session: bool,
        /// `nonce` of the request.
        nonce: Option<String>,
        /// When the user had proved who they are.
        authenticated_at: UnixMillis,
        /// Whether `auth_time` goes into ID tokens.
        requires_auth_time: bool,
        /// The moment of the request.
        granted_at: UnixMillis,
        /// From this moment on nothing can come of it.
        expires_at: UnixMillis,
        /// Thumbprint of the key that must be proved to redeem the code, if the request named one.
        dpop_jkt: Option<String>,
        /// What the application redeems, if it redeems a code.
        code: Option<NewCode>,
    },
    /// Exchange the code for tokens. A second time revokes the grant: the answer is then
    /// [`events::GrantEvent::GrantRevoked`] alone, and no tokens are due.
    RedeemCode {
        /// SHA-256 of the code presented.
        sha256: String,
        /// The application that presents it.
        application: ApplicationId,
        /// The redirect URI that it repeats.
        redirect_uri: String,
        /// S256 of the verifier that it presents, if any.
        verifier_challenge: Option<String>,
        /// Thumbprint of the key that it proves to hold, if it does.
        dpop_jkt: Option<String>,
        /// The refresh token to issue, if one is due.
        refresh: Option<NewRefreshToken>,
        /// The moment of the request.
        now: UnixMillis,
    },
    /// Begin the refresh family of a grant without a code: that of a device, whose own stream sees to
    /// it that this happens once. Nothing happens if no refresh token is due.
    BeginFamily {
        /// The application that asks.
        application: ApplicationId,
        /// The refresh token to issue, if one is due.
        refresh: Option<NewRefreshToken>,
        /// The moment of the request.
        now: UnixMillis,
    },
    /// Use a refresh token. A consumed one revokes the grant: the answer is then
    /// [`events::GrantEvent::GrantRevoked`] alone, and no tokens are due.
    UseRefreshToken {
        /// SHA-256 of the token presented.
        sha256: String,
        /// The application that presents it.
        application: ApplicationId,
        /// Thumbprint of the key that it proves to hold, if it does.
        dpop_jkt: Option<String>,
        /// The moment of the request.
        now: UnixMillis,
        /// What takes its place, if a rotation is due.
        successor: Option<Successor>,
    },
    /// Let nothing come of the grant any more.
    RevokeGrant {
        /// Why.
        reason: GrantRevocation,
    },
}
