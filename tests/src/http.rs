//! A small HTTP client for tests: JSON in and out, no redirects, cookies only where asked for.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::{Certificate, Method, Version, header::HeaderMap, redirect::Policy};
use serde_json::Value;

/// Longest wait for one answer.
const ANSWER_WAIT: Duration = Duration::from_secs(60);

/// An answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    /// Version of the protocol.
    pub version: Version,
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; `null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A text member of a JSON body; empty if there is none.
    pub fn member(&self, name: &str) -> String {
        self.json().get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// A header as text; empty if there is none.
    pub fn header(&self, name: &str) -> String {
        let value = self.headers.get(name).map(|value| value.as_bytes()).unwrap_or_default();
        String::from_utf8_lossy(value).into_owned()
    }

    /// Status and product code, to compare with the contract.
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.member("code"))
    }

    /// Status and OAuth error, to compare with the contract.
    pub fn oauth(&self) -> (u16, String) {
        (self.status, self.member("error"))
    }

    /// The JSON body, if the status is the one expected.
    ///
    /// # Errors
    /// If the status is another; the error shows the body.
    pub fn expect(self, status: u16) -> Result<Value> {
        ensure!(self.status == status, "{status} expected, got {}: {}", self.status, self.text());
        Ok(self.json())
    }
}

/// A client of one server.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
    endpoint: String,
    bearer: Option<String>,
}

impl Http {
    /// A client without cookies.
    ///
    /// # Errors
    /// If the client cannot be built.
    pub fn new(endpoint: &str) -> Result<Self> {
        Self::build(endpoint, false, None)
    }

    /// A client that trusts nobody but the certificate given, in PEM.
    ///
    /// # Errors
    /// If the client cannot be built.
    pub fn trusting(endpoint: &str, certificate: &str) -> Result<Self> {
        Self::build(endpoint, false, Some(certificate))
    }

    /// A client that keeps cookies, as a browser does.
    ///
    /// # Errors
    /// If the client cannot be built.
    pub fn with_cookies(endpoint: &str) -> Result<Self> {
        Self::build(endpoint, true, None)
    }

    fn build(endpoint: &str, cookies: bool, certificate: Option<&str>) -> Result<Self> {
        let mut client = reqwest::Client::builder()
            .redirect(Policy::none())
            .cookie_store(cookies)
            .no_proxy()
            .timeout(ANSWER_WAIT);
        if let Some(certificate) = certificate {
            let certificate = Certificate::from_pem(certificate.as_bytes());
            client = client.tls_certs_only([certificate.context("reading a certificate")?]);
        }
        let client = client.build().context("building the HTTP client")?;
        Ok(Self { client, endpoint: endpoint.to_owned(), bearer: None })
    }

    /// The same client, showing a bearer token.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Self {
        Self { bearer: Some(token.to_owned()), ..self.clone() }
    }

    /// A request to a path of the server or to a whole URL.
    pub fn request(&self, method: Method, target: &str) -> reqwest::RequestBuilder {
        let url = if target.starts_with("http") {
            target.to_owned()
        } else {
            format!("{}{target}", self.endpoint)
        };
        let request = self.client.request(method, url);
        match &self.bearer {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request built by [`Http::request`].
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answer> {
        let response = request.send().await.context("sending a request")?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let version = response.version();
        let body = response.bytes().await.context("reading an answer")?.to_vec();
        Ok(Answer { version, status, headers, body })
    }

    /// `GET`.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn get(&self, target: &str) -> Result<Answer> {
        self.send(self.request(Method::GET, target)).await
    }

    /// `DELETE`.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn delete(&self, target: &str) -> Result<Answer> {
        self.send(self.request(Method::DELETE, target)).await
    }

    /// `POST` of JSON.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn post(&self, target: &str, body: &Value) -> Result<Answer> {
        self.send(self.request(Method::POST, target).json(body)).await
    }

    /// `PUT` of JSON.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn put(&self, target: &str, body: &Value) -> Result<Answer> {
        self.send(self.request(Method::PUT, target).json(body)).await
    }

    /// `PATCH` of JSON.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn patch(&self, target: &str, body: &Value) -> Result<Answer> {
        self.send(self.request(Method::PATCH, target).json(body)).await
    }

    /// `POST` of a form.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn form(&self, target: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        self.send(self.request(Method::POST, target).form(fields)).await
    }

    /// A body of bytes with the content type given.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn raw(&self, method: Method, target: &str, body: (&str, Vec<u8>)) -> Result<Answer> {
        let (content_type, bytes) = body;
        let request = self.request(method, target).header("content-type", content_type);
        self.send(request.body(bytes)).await
    }
}
