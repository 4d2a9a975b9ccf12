//! An application in front of a [`Bench`]: its authorization requests and what it sends to the token
//! endpoint.

use axum::{body::Body, http::Request};
use form_urlencoded::Serializer;
use serde_json::json;

use crate::{
    clients::DEMO_APP,
    testing::{Answer, Bench},
};

/// The verifier of every request (RFC 7636 4.1).
pub(crate) const VERIFIER: &str = "a-verifier-that-is-long-enough-for-the-rule-0123456789";

/// An application without a secret.
pub(crate) struct RelyingParty {
    pub(crate) id: String,
    pub(crate) redirect_uri: String,
}

/// An authorization request: names and values in order.
#[derive(Clone)]
pub(crate) struct AuthorizationRequest(Vec<(String, String)>);

impl RelyingParty {
    /// The built-in one.
    pub(crate) fn demo(bench: &Bench) -> Self {
        let redirect_uri = format!("{}/demo-app", bench.site.endpoint());
        Self { id: DEMO_APP.into(), redirect_uri }
    }

    /// A registered one.
    pub(crate) async fn register(bench: &Bench, is_third_party: bool) -> Self {
        let redirect_uri = "https://app.example/callback".to_owned();
        let body = json!({
            "name": "App", "type": "SPA", "isThirdParty": is_third_party,
            "oidcClientMetadata": {"redirectUris": [redirect_uri], "postLogoutRedirectUris": []},
        });
        let made = bench.request("POST", "/api/applications", body).await;
        assert_eq!(made.status, 200, "{}", made.text);
        Self { id: made.body["id"].as_str().unwrap().to_owned(), redirect_uri }
    }

    /// The usual request: a refresh token, PKCE, `state` and `nonce`.
    pub(crate) fn request(&self) -> AuthorizationRequest {
        AuthorizationRequest(Vec::new())
            .with("client_id", &self.id)
            .with("redirect_uri", &self.redirect_uri)
            .with("response_type", "code")
            .with("scope", "openid offline_access profile")
            .with("prompt", "consent")
            .with("state", "a-state")
            .with("nonce", "a-nonce")
            .with("code_challenge", &crypto::digest::sha256_base64url(VERIFIER))
            .with("code_challenge_method", "S256")
    }

    /// Sends a form to the token endpoint.
    pub(crate) async fn token(&self, bench: &Bench, fields: &[(&str, &str)]) -> Answer {
        self.token_from(bench, None, fields).await
    }

    /// The same from a page of an origin.
    pub(crate) async fn token_from(
        &self,
        bench: &Bench,
        origin: Option<&str>,
        fields: &[(&str, &str)],
    ) -> Answer {
        let mut form = Serializer::new(String::new());
        form.append_pair("client_id", &self.id).extend_pairs(fields);
        let mut request = Request::post("/oidc/token")
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        bench.send(request.body(Body::from(form.finish())).unwrap()).await
    }

    /// Exchanges a code.
    pub(crate) async fn redeem(&self, bench: &Bench, code: &str) -> Answer {
        self.redeem_with(bench, code, &self.redirect_uri, VERIFIER).await
    }

    /// Exchanges a code with other proofs.
    pub(crate) async fn redeem_with(
        &self,
        bench: &Bench,
        code: &str,
        redirect_uri: &str,
        verifier: &str,
    ) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        self.token(bench, &fields).await
    }

    /// Uses a refresh token, with more parameters.
    pub(crate) async fn refresh(
        &self,
        bench: &Bench,
        token: &str,
        more: &[(&str, &str)],
    ) -> Answer {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.token(bench, &[fields.as_slice(), more].concat()).await
    }
}

impl AuthorizationRequest {
    /// The request with a parameter in place of whatever it had.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(held, _)| held != name);
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Path and query.
    pub(crate) fn target(&self) -> String {
        format!("/oidc/auth?{}", Serializer::new(String::new()).extend_pairs(&self.0).finish())
    }
}

impl Answer {
    /// Status and OAuth error, for asserting refusals.
    pub(crate) fn oauth(&self) -> (u16, &str) {
        (self.status, self.body["error"].as_str().unwrap_or_default())
    }

    /// A text member of the body.
    pub(crate) fn text_of(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", self.text)).to_owned()
    }

    /// A parameter of the URL that the answer redirects to; empty if it is absent.
    pub(crate) fn sent_on(&self, name: &str) -> String {
        let url = url::Url::parse(self.header("location")).unwrap();
        let found = url.query_pairs().find(|(held, _)| held == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}
