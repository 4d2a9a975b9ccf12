//! What the wire rules must know about a client; the caller fills it from its own records.
//! Contract: oidc.md section 2.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{scope::ScopeSet, ttl};

/// Kind of application, as OpenID Connect registration names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// Runs on a server or in a browser page.
    Web,
    /// Is installed on a device.
    Native,
}

/// How a client proves itself at the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthMethod {
    /// Public client: names itself only.
    None,
    /// A secret, in the header or in the body.
    ClientSecret,
    /// A secret in the header, not in the body.
    ClientSecretBasic,
    /// A secret in the body, not in the header.
    ClientSecretPost,
    /// A JWT signed with a secret (RFC 7523).
    ClientSecretJwt,
    /// A JWT signed by a private key (RFC 7523).
    PrivateKeyJwt,
}

impl ClientAuthMethod {
    /// Every method that has a name of its own, in the order of discovery.
    pub const NAMED: [Self; 5] = [
        Self::ClientSecretBasic,
        Self::ClientSecretJwt,
        Self::ClientSecretPost,
        Self::PrivateKeyJwt,
        Self::None,
    ];

    /// Value of `token_endpoint_auth_method`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecret | Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// Reads a value of `token_endpoint_auth_method`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|method| method.as_str() == text)
    }
}

/// A set of rules that a client chose to be held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityProfile {
    /// FAPI 2.0 Security Profile, final.
    Fapi2,
}

/// Grant types that are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 section 4.1.
    AuthorizationCode,
    /// RFC 6749 section 6.
    RefreshToken,
    /// RFC 6749 section 4.4.
    ClientCredentials,
    /// RFC 8628.
    DeviceCode,
    /// RFC 8693.
    TokenExchange,
}

impl GrantType {
    /// Every grant type, in the order of discovery.
    pub const ALL: [Self; 5] = [
        Self::AuthorizationCode,
        Self::RefreshToken,
        Self::ClientCredentials,
        Self::DeviceCode,
        Self::TokenExchange,
    ];

    /// Value of `grant_type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
        }
    }

    /// Reads a value of `grant_type`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }
}

impl fmt::Display for GrantType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A registered client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientMetadata {
    /// Value of `client_id`.
    pub client_id: String,
    /// Web or native.
    pub application_type: ApplicationType,
    /// How it authenticates.
    pub auth_method: ClientAuthMethod,
    /// Which grants it may use.
    pub grant_types: Vec<GrantType>,
    /// Registered redirect URIs, possibly with wildcards.
    pub redirect_uris: Vec<String>,
    /// Registered post-logout redirect URIs, possibly with wildcards.
    pub post_logout_redirect_uris: Vec<String>,
    /// Origins that may call the endpoints beside those of the redirect URIs.
    pub cors_allowed_origins: Vec<String>,
    /// Whether the user must consent on a page.
    pub is_third_party: bool,
    /// User scopes that it may ask for; `None` is no limit. `openid` and `offline_access` are
    /// always allowed.
    pub allowed_scopes: Option<ScopeSet>,
    /// Whether an authorization request needs PKCE.
    pub is_pkce_required: bool,
    /// Web clients: a refresh token even without `offline_access`.
    pub always_issues_refresh_token: bool,
    /// Whether refresh tokens rotate.
    pub rotates_refresh_token: bool,
    /// Most grants that a user may have with the client; `None` is no limit.
    pub max_allowed_grants: Option<u32>,
    /// Lifetime of ID tokens.
    pub id_token_ttl_seconds: i64,
    /// Lifetime of refresh tokens.
    pub refresh_token_ttl_seconds: i64,
    /// JWS algorithm of ID tokens, when the client fixed one.
    pub id_token_algorithm: Option<String>,
    /// Whether ID tokens carry `sid` (back-channel logout by session).
    pub is_session_id_required: bool,
    /// Whether an authorization request must be pushed first (RFC 9126).
    pub is_pushed_request_required: bool,
    /// Whether an authorization request must be a signed object (RFC 9101).
    pub is_signed_request_required: bool,
    /// Whether tokens are given only for a key that the client proves (RFC 9449).
    pub is_dpop_required: bool,
    /// JWS algorithm of signed answers (JARM), when the client fixed one.
    pub authorization_response_algorithm: Option<String>,
    /// Rules that the client chose to be held to.
    pub security_profile: Option<SecurityProfile>,
}

impl ClientMetadata {
    /// A client with the usual settings and nothing registered yet: PKCE required, refresh
    /// tokens rotate, no refresh token without `offline_access`.
    pub fn new(
        client_id: impl Into<String>,
        application_type: ApplicationType,
        auth_method: ClientAuthMethod,
        grant_types: Vec<GrantType>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            application_type,
            auth_method,
            grant_types,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            cors_allowed_origins: Vec::new(),
            is_third_party: false,
            allowed_scopes: None,
            is_pkce_required: true,
            always_issues_refresh_token: false,
            rotates_refresh_token: true,
            max_allowed_grants: None,
            id_token_ttl_seconds: ttl::ID_TOKEN_TTL_SECONDS,
            refresh_token_ttl_seconds: ttl::REFRESH_TOKEN_TTL_SECONDS,
            id_token_algorithm: None,
            is_session_id_required: false,
            is_pushed_request_required: false,
            is_signed_request_required: false,
            is_dpop_required: false,
            authorization_response_algorithm: None,
            security_profile: None,
        }
    }

    /// Whether the client may use `grant`.
    pub fn allows(&self, grant: GrantType) -> bool {
        self.grant_types.contains(&grant)
    }

    /// Whether the client cannot keep a secret.
    pub fn is_public(&self) -> bool {
        matches!(self.auth_method, ClientAuthMethod::None)
    }

    /// Whether the client is held to the FAPI 2.0 Security Profile.
    pub fn is_fapi2(&self) -> bool {
        matches!(self.security_profile, Some(SecurityProfile::Fapi2))
    }

    /// Whether the client runs in a browser page.
    pub fn is_single_page(&self) -> bool {
        self.is_public() && matches!(self.application_type, ApplicationType::Web)
    }

    /// Whether a code for `scope` brings a refresh token (contract: oidc.md section 4).
    pub fn gets_refresh_token(&self, scope: &ScopeSet) -> bool {
        let asked = scope.contains(crate::scope::OFFLINE_ACCESS);
        let is_web = matches!(self.application_type, ApplicationType::Web);
        let always = is_web && self.always_issues_refresh_token;
        self.allows(GrantType::RefreshToken) && (asked || always)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(application_type: ApplicationType) -> ClientMetadata {
        let grants = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
        let mut client = ClientMetadata::new("c", application_type, ClientAuthMethod::None, grants);
        client.always_issues_refresh_token = true;
        client
    }

    #[test]
    fn native_client_ignores_the_flag_for_refresh_tokens() {
        let openid = ScopeSet::parse("openid").unwrap();
        assert!(client(ApplicationType::Web).gets_refresh_token(&openid));
        assert!(!client(ApplicationType::Native).gets_refresh_token(&openid));
        let offline = ScopeSet::parse("openid offline_access").unwrap();
        assert!(client(ApplicationType::Native).gets_refresh_token(&offline));
    }

    #[test]
    fn client_without_the_grant_gets_no_refresh_token() {
        let mut client = client(ApplicationType::Web);
        client.grant_types = vec![GrantType::AuthorizationCode];
        assert!(!client.gets_refresh_token(&ScopeSet::parse("offline_access").unwrap()));
    }
}
