//! What is measured: each scenario makes the requests of a connection.

mod dpop;
mod flows;

pub(crate) use self::flows::DEVICE_CLIENT;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::Result;
use e2e::{management::Credentials, relying_party::encode_form};

use crate::{ground::Ground, load::Requests};

/// Something to measure.
pub(crate) trait Scenario {
    fn name(&self) -> &'static str;
    /// What the connection of the number asks.
    fn connect(&self, number: usize) -> Box<dyn Requests>;
}

/// The scenario whose rate the others are compared with.
pub(crate) const BASELINE: &str = "status";

/// Every scenario, the baseline first.
///
/// # Errors
/// If a key cannot be made.
pub(crate) fn all(ground: &Ground) -> Result<Vec<Box<dyn Scenario>>> {
    let bearer = &ground.management.token;
    let get =
        |target: &str, bearer: Option<&str>| request(&ground.host, "GET", target, bearer, None);
    let authorized = |target: &str| get(target, Some(bearer.as_str()));
    let me: Vec<_> =
        ground.access_tokens.iter().map(|token| get("/oidc/me", Some(token))).collect();
    let users = ground.users.iter().map(|id| authorized(&format!("/api/users/{id}"))).collect();
    let roles = ground.roles.iter().map(|name| {
        let part = name.get(1..).unwrap_or(name);
        authorized(&format!("/api/organization-roles?q={part}"))
    });
    let password = format!("/api/users/{}/password/verify", ground.person);
    let body = Body::json(r#"{"password":"a right password"}"#);
    let password = request(&ground.host, "POST", &password, Some(bearer.as_str()), Some(body));
    let mut all: Vec<Box<dyn Scenario>> = vec![
        status(BASELINE, &ground.host),
        Box::new(Fixed { name: "jwks", status: 200, requests: one(get("/oidc/jwks", None)) }),
        client_credentials("client_credentials", &ground.host, &ground.credentials),
        Box::new(dpop::Tokens::new(ground)?),
        Box::new(Fixed { name: "me", status: 200, requests: Arc::new(me) }),
        Box::new(Refresh {
            host: ground.host.clone(),
            client_id: ground.client_id.clone(),
            tokens: ground.refresh_tokens.clone(),
        }),
        Box::new(CreateUser {
            host: ground.host.clone(),
            bearer: bearer.clone(),
            next: Arc::new(AtomicUsize::new(0)),
        }),
        Box::new(Fixed { name: "user_get", status: 200, requests: Arc::new(users) }),
        Box::new(Fixed {
            name: "organization_role_search",
            status: 200,
            requests: Arc::new(roles.collect()),
        }),
        Box::new(Fixed { name: "password_sign_in", status: 204, requests: one(password) }),
    ];
    all.extend(flows::all(ground));
    Ok(all)
}

/// Nothing but the way there and back.
pub(crate) fn status(name: &'static str, host: &str) -> Box<dyn Scenario> {
    let requests = one(request(host, "GET", "/api/status", None, None));
    Box::new(Fixed { name, status: 204, requests })
}

/// A durable event and a signed JWT for each request.
pub(crate) fn client_credentials(
    name: &'static str,
    host: &str,
    credentials: &Credentials,
) -> Box<dyn Scenario> {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &credentials.client_id),
        ("client_secret", &credentials.client_secret),
        ("resource", &credentials.resource),
        ("scope", "all"),
    ];
    let body = encode_form(&fields);
    let token = request(host, "POST", "/oidc/token", None, Some(Body::form(&body)));
    Box::new(Fixed { name, status: 200, requests: one(token) })
}

struct Body<'a> {
    content_type: &'static str,
    text: &'a str,
}

impl<'a> Body<'a> {
    fn json(text: &'a str) -> Self {
        Self { content_type: "application/json", text }
    }

    fn form(text: &'a str) -> Self {
        Self { content_type: "application/x-www-form-urlencoded", text }
    }
}

fn request(
    host: &str,
    method: &str,
    target: &str,
    bearer: Option<&str>,
    body: Option<Body<'_>>,
) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\nhost: {host}\r\n");
    if let Some(token) = bearer {
        head.push_str(&format!("authorization: Bearer {token}\r\n"));
    }
    if let Some(Body { content_type, text }) = body {
        let length = text.len();
        head.push_str(&format!(
            "content-type: {content_type}\r\ncontent-length: {length}\r\n\r\n{text}"
        ));
    } else {
        head.push_str("\r\n");
    }
    head.into_bytes()
}

fn one(request: Vec<u8>) -> Arc<Vec<Vec<u8>>> {
    Arc::new(vec![request])
}

/// Requests that are known beforehand, taken in turn.
struct Fixed {
    name: &'static str,
    status: u16,
    requests: Arc<Vec<Vec<u8>>>,
}

struct FixedRequests {
    status: u16,
    requests: Arc<Vec<Vec<u8>>>,
    at: usize,
}

impl Scenario for Fixed {
    fn name(&self) -> &'static str {
        self.name
    }

    fn connect(&self, number: usize) -> Box<dyn Requests> {
        let requests = Arc::clone(&self.requests);
        Box::new(FixedRequests { status: self.status, requests, at: number })
    }
}

impl Requests for FixedRequests {
    fn next(&mut self, request: &mut Vec<u8>) {
        let at = self.at % self.requests.len();
        request.extend_from_slice(self.requests.get(at).map(Vec::as_slice).unwrap_or_default());
        self.at += 1;
    }

    fn answered(&mut self, status: u16, _body: &[u8]) -> bool {
        status == self.status
    }
}

/// Each connection has a refresh family of its own and uses its newest token.
struct Refresh {
    host: String,
    client_id: String,
    tokens: Vec<String>,
}

struct RefreshRequests {
    host: String,
    client_id: String,
    token: String,
}

impl Scenario for Refresh {
    fn name(&self) -> &'static str {
        "refresh"
    }

    fn connect(&self, number: usize) -> Box<dyn Requests> {
        let token = self.tokens.get(number).cloned().unwrap_or_default();
        let (host, client_id) = (self.host.clone(), self.client_id.clone());
        Box::new(RefreshRequests { host, client_id, token })
    }
}

impl Requests for RefreshRequests {
    fn next(&mut self, out: &mut Vec<u8>) {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", self.client_id.as_str()),
            ("refresh_token", self.token.as_str()),
        ];
        let body = encode_form(&fields);
        *out = request(&self.host, "POST", "/oidc/token", None, Some(Body::form(&body)));
    }

    fn answered(&mut self, status: u16, body: &[u8]) -> bool {
        let text = std::str::from_utf8(body).unwrap_or_default();
        let token =
            text.split("\"refresh_token\":\"").nth(1).and_then(|rest| rest.split('"').next());
        if let Some(token) = token {
            token.clone_into(&mut self.token);
        }
        status == 200 && token.is_some()
    }
}

/// Every request creates another user.
struct CreateUser {
    host: String,
    bearer: String,
    next: Arc<AtomicUsize>,
}

impl Scenario for CreateUser {
    fn name(&self) -> &'static str {
        "user_create"
    }

    fn connect(&self, _number: usize) -> Box<dyn Requests> {
        let (host, bearer) = (self.host.clone(), self.bearer.clone());
        Box::new(Self { host, bearer, next: Arc::clone(&self.next) })
    }
}

impl Requests for CreateUser {
    fn next(&mut self, out: &mut Vec<u8>) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let body = format!(
            r#"{{"username":"user_{number}","primaryEmail":"user{number}@shop.example","name":"User {number}"}}"#
        );
        *out =
            request(&self.host, "POST", "/api/users", Some(&self.bearer), Some(Body::json(&body)));
    }

    fn answered(&mut self, status: u16, _body: &[u8]) -> bool {
        status == 200
    }
}
