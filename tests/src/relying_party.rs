//! An application that signs users in: its registration, its authorization requests and what it
//! sends to the token endpoint.

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use crate::{
    http::{Answer, Http},
    management::Management,
};

/// The verifier of every request (RFC 7636 4.1): tests need no secret one.
pub const CODE_VERIFIER: &str = "a-verifier-that-is-long-enough-for-the-rule-0123456789";
/// Its challenge (RFC 7636 4.2).
pub const CODE_CHALLENGE: &str = "PypTDzo8RTo3c4jsDZtmZISky8BXBjjs4udW4TB4xSI";
/// Where codes are sent; nothing listens there.
pub const REDIRECT_URI: &str = "http://127.0.0.1:9/callback";
/// Where a browser goes after logout; nothing listens there.
pub const POST_LOGOUT_URI: &str = "http://127.0.0.1:9/goodbye";

/// An application as its own code knows it.
#[derive(Debug, Clone)]
pub struct RelyingParty {
    /// Its id.
    pub client_id: String,
    /// Its secret, for applications that hold one.
    pub secret: Option<String>,
}

/// An authorization request: names and values in order.
#[derive(Debug, Clone)]
pub struct AuthorizationRequest(Vec<(String, String)>);

/// What the browser brings back to the application.
#[derive(Debug, Clone)]
pub struct Callback(pub Url);

/// A form body or a query.
pub fn encode_form<N: AsRef<str>, V: AsRef<str>>(fields: &[(N, V)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        form.append_pair(name.as_ref(), value.as_ref());
    }
    form.finish()
}

impl RelyingParty {
    /// Registers an application of the type given, for instance `SPA`.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn register(management: &Management, application_type: &str) -> Result<Self> {
        Self::register_with(management, application_type, json!({})).await
    }

    /// As [`RelyingParty::register`], with `customClientMetadata`.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn register_with(
        management: &Management,
        application_type: &str,
        metadata: Value,
    ) -> Result<Self> {
        let body = json!({
            "name": format!("A {application_type} application"),
            "type": application_type,
            "oidcClientMetadata": {
                "redirectUris": [REDIRECT_URI],
                "postLogoutRedirectUris": [POST_LOGOUT_URI],
            },
            "customClientMetadata": metadata,
        });
        let client_id = management.create("/api/applications", &body).await?;
        let secret = match application_type {
            "Traditional" | "MachineToMachine" => {
                let path = format!("/api/applications/{client_id}/secrets");
                let secrets = management.http.get(&path).await?.expect(200)?;
                let value = secrets.pointer("/0/value").and_then(Value::as_str);
                Some(value.context("a new application has a secret")?.to_owned())
            }
            _ => None,
        };
        Ok(Self { client_id, secret })
    }

    /// The usual request: `openid offline_access profile`, consent, PKCE.
    pub fn request(&self) -> AuthorizationRequest {
        let request = AuthorizationRequest(Vec::new());
        request
            .with("client_id", &self.client_id)
            .with("redirect_uri", REDIRECT_URI)
            .with("response_type", "code")
            .with("scope", "openid offline_access profile")
            .with("state", "a-state")
            .with("nonce", "a-nonce")
            .with("prompt", "consent")
            .with("code_challenge", CODE_CHALLENGE)
            .with("code_challenge_method", "S256")
    }

    /// Sends a form to the token endpoint, authenticated as this application.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn token(&self, http: &Http, fields: &[(&str, &str)]) -> Result<Answer> {
        let request = http.request(Method::POST, "/oidc/token");
        let request = match &self.secret {
            Some(secret) => request.basic_auth(&self.client_id, Some(secret)).form(fields),
            None => {
                let own = [("client_id", self.client_id.as_str())];
                request.form(&[fields, own.as_slice()].concat())
            }
        };
        http.send(request).await
    }

    /// Exchanges a code.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn redeem(&self, http: &Http, code: &str) -> Result<Answer> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", CODE_VERIFIER),
        ];
        self.token(http, &fields).await
    }

    /// Uses a refresh token.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn refresh(&self, http: &Http, refresh_token: &str) -> Result<Answer> {
        self.refresh_with(http, refresh_token, &[]).await
    }

    /// Uses a refresh token, with more parameters.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn refresh_with(
        &self,
        http: &Http,
        refresh_token: &str,
        more: &[(&str, &str)],
    ) -> Result<Answer> {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
        self.token(http, &[fields.as_slice(), more].concat()).await
    }
}

impl AuthorizationRequest {
    /// The request with a parameter in place of whatever it had.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        self.without(name).and(name, value)
    }

    /// The request with one more parameter, even if it has one of the name.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The request without a parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(held, _)| held != name);
        self
    }

    /// Path and query of the request.
    pub fn target(&self) -> String {
        format!("/oidc/auth?{}", encode_form(&self.0))
    }
}

impl Callback {
    /// A parameter of the callback.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.0.query_pairs().find(|(held, _)| held == name).map(|(_, value)| value.into_owned())
    }

    /// The code.
    ///
    /// # Errors
    /// If there is none; the error shows the callback.
    pub fn code(&self) -> Result<String> {
        self.parameter("code").with_context(|| format!("no code in {}", self.0))
    }
}
