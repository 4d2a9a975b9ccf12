//! A browser in front of a [`Bench`]: it keeps cookies and signs in as the hosted pages do.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use axum::{
    body::Body,
    http::{Request, header::SET_COOKIE},
};
use form_urlencoded::Serializer;
use serde_json::{Value, json};

use crate::testing::{
    Answer, Bench,
    relying_party::{AuthorizationRequest, RelyingParty},
};

/// The password of everybody.
pub(crate) const PASSWORD: &str = "quiet river 7 stones";

/// A browser.
pub(crate) struct Browser<'a> {
    bench: &'a Bench,
    cookies: Mutex<BTreeMap<String, String>>,
    origin: Option<String>,
}

/// Creates a person with [`PASSWORD`]; gives the id.
pub(crate) async fn person(bench: &Bench, username: &str) -> String {
    let body = json!({"username": username, "password": PASSWORD});
    let made = bench.request("POST", "/api/users", body).await;
    assert_eq!(made.status, 200, "{}", made.text);
    made.text_of("id")
}

/// Suspends a person.
pub(crate) async fn suspend(bench: &Bench, id: &str) {
    let path = format!("/api/users/{id}/is-suspended");
    let done = bench.request("PATCH", &path, json!({"isSuspended": true})).await;
    assert_eq!(done.status, 200, "{}", done.text);
}

impl<'a> Browser<'a> {
    /// Without cookies yet.
    pub(crate) fn new(bench: &'a Bench) -> Self {
        Self { bench, cookies: Mutex::default(), origin: None }
    }

    /// The same with an `Origin` header on every request.
    pub(crate) fn with_origin(self, origin: &str) -> Self {
        Self { origin: Some(origin.into()), ..self }
    }

    /// The value of a cookie; empty if there is none.
    pub(crate) fn cookie(&self, name: &str) -> String {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        cookies.get(name).cloned().unwrap_or_default()
    }

    /// Puts a cookie into the browser, as an attacker might.
    pub(crate) fn plant(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Any request, to a path or to a URL of the site.
    pub(crate) async fn send(&self, method: &str, target: &str, kind: &str, body: &str) -> Answer {
        let path = target.strip_prefix(self.bench.site.endpoint()).unwrap_or(target);
        let mut request = Request::builder().method(method).uri(path).header("content-type", kind);
        if let Some(origin) = &self.origin {
            request = request.header("origin", origin);
        }
        let pairs: Vec<String> = {
            let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect()
        };
        if !pairs.is_empty() {
            request = request.header("cookie", pairs.join("; "));
        }
        let answer = self.bench.send(request.body(Body::from(body.to_owned())).unwrap()).await;
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for line in answer.headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0;") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Opens a page or follows a redirect by one step.
    pub(crate) async fn open(&self, target: &str) -> Answer {
        self.send("GET", target, "text/plain", "").await
    }

    /// Posts a form.
    pub(crate) async fn post(&self, target: &str, fields: &[(&str, &str)]) -> Answer {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", target, "application/x-www-form-urlencoded", &body).await
    }

    /// A call of the Experience API.
    pub(crate) async fn experience(&self, method: &str, path: &str, body: Value) -> Answer {
        let target = format!("/api/experience{path}");
        self.send(method, &target, "application/json", &body.to_string()).await
    }

    /// Shows [`PASSWORD`]; gives the id of the proof.
    pub(crate) async fn prove(&self, kind: &str, value: &str) -> String {
        let begun = self.experience("PUT", "", json!({"interactionEvent": "SignIn"})).await;
        assert_eq!(begun.status, 204, "{}", begun.text);
        let body = json!({"identifier": {"type": kind, "value": value}, "password": PASSWORD});
        let proof = self.experience("POST", "/verification/password", body).await;
        proof.text_of("verificationId")
    }

    /// Settles who the visitor is by a proof.
    pub(crate) async fn identify(&self, proof: &str) -> Answer {
        self.experience("POST", "/identification", json!({"verificationId": proof})).await
    }

    /// Asks for the session.
    pub(crate) async fn submit(&self) -> Answer {
        self.experience("POST", "/submit", json!({})).await
    }

    /// Signs in during a visit; gives the answer that sends the browser on.
    pub(crate) async fn sign_in(&self, username: &str) -> Answer {
        let proof = self.prove("username", username).await;
        let identified = self.identify(&proof).await;
        assert_eq!(identified.status, 204, "{}", identified.text);
        let submitted = self.submit().await;
        self.open(&submitted.text_of("redirectTo")).await
    }

    /// The whole way from a request to the application: signs in; gives the answer that carries
    /// the code.
    pub(crate) async fn authorize(&self, request: &AuthorizationRequest, username: &str) -> Answer {
        let begun = self.open(&request.target()).await;
        assert!(begun.header("location").contains("/sign-in"), "{:?}", begun.headers);
        self.sign_in(username).await
    }

    /// Signs in to an application and redeems the code.
    pub(crate) async fn tokens(
        &self,
        party: &RelyingParty,
        request: &AuthorizationRequest,
        username: &str,
    ) -> Answer {
        let code = self.authorize(request, username).await.sent_on("code");
        let tokens = party.redeem(self.bench, &code).await;
        assert_eq!(tokens.status, 200, "{}", tokens.text);
        tokens
    }
}
