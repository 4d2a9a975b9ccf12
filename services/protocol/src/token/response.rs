//! The answer of the token endpoint. Clause: RFC 6749 section 5.1; contract: oidc.md section 5.

use serde::Serialize;

use crate::scope::ScopeSet;

/// Body of a successful answer.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TokenResponse {
    /// Opaque or JWT.
    pub access_token: String,
    /// Lifetime of the access token in seconds.
    pub expires_in: i64,
    /// ID token, when `openid` was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// Refresh token, new or the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// What was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// `Bearer`, or `DPoP` if a key must be proved with it.
    pub token_type: &'static str,
    /// Kind of the token, where it was exchanged for another (RFC 8693 2.2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_token_type: Option<&'static str>,
}

impl TokenResponse {
    /// Answer for a user's grant: `scope` is there even when it is empty, since the SDKs drop
    /// their token cache without it.
    pub fn for_user(access_token: String, expires_in: i64, scope: &ScopeSet) -> Self {
        Self {
            access_token,
            expires_in,
            id_token: None,
            refresh_token: None,
            scope: Some(scope.to_string()),
            token_type: "Bearer",
            issued_token_type: None,
        }
    }

    /// Answer for client credentials: `scope` is absent when nothing is granted.
    pub fn for_client(access_token: String, expires_in: i64, scope: &ScopeSet) -> Self {
        let granted = Some(scope.to_string()).filter(|scope| !scope.is_empty());
        Self { scope: granted, ..Self::for_user(access_token, expires_in, scope) }
    }

    /// The same answer for a token whose bearer must prove a key, if there is one (RFC 9449 5).
    #[must_use]
    pub fn bound_to(mut self, dpop_jkt: Option<&str>) -> Self {
        if dpop_jkt.is_some() {
            self.token_type = "DPoP";
        }
        self
    }
}

impl std::fmt::Debug for TokenResponse {
    /// Without the tokens.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("TokenResponse")
            .field("expires_in", &self.expires_in)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn empty_scope_shows_for_users_and_hides_for_clients() {
        let user = TokenResponse::for_user("t".to_owned(), 3_600, &ScopeSet::empty());
        let expected =
            json!({"access_token": "t", "expires_in": 3600, "scope": "", "token_type": "Bearer"});
        assert_eq!(serde_json::to_value(user).unwrap(), expected);
        let client = TokenResponse::for_client("t".to_owned(), 3_600, &ScopeSet::empty());
        assert!(serde_json::to_value(client).unwrap().get("scope").is_none());
    }

    #[test]
    fn debug_text_shows_no_token() {
        let response = TokenResponse::for_user("hunter2".to_owned(), 1, &ScopeSet::empty());
        assert!(!format!("{response:?}").contains("hunter2"));
    }
}
