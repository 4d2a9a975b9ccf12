//! A browser without a window: it keeps cookies, follows redirects inside the server, and signs in
//! through the Experience API as the hosted pages do.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use url::Url;

use crate::{
    http::{Answer, Http},
    page::Form,
    relying_party::{AuthorizationRequest, Callback, REDIRECT_URI},
};

/// Most redirects followed in a row.
const REDIRECTS_MAX: usize = 10;

/// What a person types to sign in.
#[derive(Debug, Clone, Copy)]
pub struct Login<'a> {
    /// `username`, `email` or `phone`.
    pub kind: &'a str,
    /// The identifier.
    pub value: &'a str,
    /// The password.
    pub password: &'a str,
}

/// A browser with cookies of its own.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Its client.
    pub http: Http,
    endpoint: Url,
}

impl<'a> Login<'a> {
    /// By username.
    pub fn new(username: &'a str, password: &'a str) -> Self {
        Self { kind: "username", value: username, password }
    }
}

impl Browser {
    /// A browser without cookies yet.
    ///
    /// # Errors
    /// If the endpoint is no URL.
    pub fn new(endpoint: &str) -> Result<Self> {
        Ok(Self { http: Http::with_cookies(endpoint)?, endpoint: Url::parse(endpoint)? })
    }

    /// Opens a page or an authorization request; gives the answer as it is.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn open(&self, target: &str) -> Result<Answer> {
        self.http.get(self.endpoint.join(target)?.as_str()).await
    }

    /// Posts the form of a page that was opened at `target`.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn submit(&self, target: &str, form: &Form) -> Result<Answer> {
        let action = self.endpoint.join(target)?.join(&form.action)?;
        self.http.form(action.as_str(), &form.pairs()).await
    }

    /// Follows redirects from `target` until one leads to the application.
    ///
    /// # Errors
    /// If a page is shown instead; the error says which.
    pub async fn follow(&self, target: &str) -> Result<Callback> {
        let mut target = self.endpoint.join(target)?;
        for _ in 0..REDIRECTS_MAX {
            if target.as_str().starts_with(REDIRECT_URI) {
                return Ok(Callback(target));
            }
            let answer = self.http.get(target.as_str()).await?;
            if !matches!(answer.status, 302 | 303) {
                bail!("{target} shows {}: {}", answer.status, answer.text());
            }
            target = target.join(&answer.header("location"))?;
        }
        bail!("still redirected at {target}");
    }

    /// Starts a sign-in: the answer leads to the sign-in page and brings the interaction's cookies.
    ///
    /// # Errors
    /// If the request does not lead to the sign-in page.
    pub async fn begin(&self, request: &AuthorizationRequest) -> Result<()> {
        let answer = self.open(&request.target()).await?;
        let location = answer.header("location");
        if answer.status != 303 || !location.contains("/sign-in") {
            bail!("no sign-in page: {} {location} {}", answer.status, answer.text());
        }
        Ok(())
    }

    /// Shows a password: the answer of `POST /api/experience/verification/password`.
    ///
    /// # Errors
    /// If no whole answer comes or the visit cannot be started.
    pub async fn show_password(&self, login: Login<'_>) -> Result<Answer> {
        let purpose = json!({ "interactionEvent": "SignIn" });
        self.http.put("/api/experience", &purpose).await?.expect(204)?;
        let body = json!({
            "identifier": { "type": login.kind, "value": login.value },
            "password": login.password,
        });
        self.http.post("/api/experience/verification/password", &body).await
    }

    /// Signs in; gives the URL where the authorization goes on.
    ///
    /// # Errors
    /// If any step is refused.
    pub async fn sign_in(&self, login: Login<'_>) -> Result<String> {
        let proof = self.show_password(login).await?.expect(200)?;
        let proof = proof.get("verificationId").context("no verificationId")?;
        let body = json!({ "verificationId": proof });
        self.http.post("/api/experience/identification", &body).await?.expect(204)?;
        let answer = self.http.post("/api/experience/submit", &json!({})).await?.expect(200)?;
        let target = answer.get("redirectTo").and_then(Value::as_str);
        Ok(target.context("no redirectTo")?.to_owned())
    }

    /// The whole way from the authorization request to the application.
    ///
    /// # Errors
    /// If any step is refused.
    pub async fn authorize(
        &self,
        request: &AuthorizationRequest,
        login: Login<'_>,
    ) -> Result<Callback> {
        self.begin(request).await?;
        let target = self.sign_in(login).await?;
        self.follow(&target).await
    }
}
