//! A client of the Management API and of the log for people.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::{Answer, Http};

/// Most events asked for at once.
const EVENTS_PAGE: usize = 100;

/// What the first start writes for administrators: an M2M application with the management role.
#[derive(Debug, Clone, Deserialize)]
pub struct Credentials {
    /// Where to get a token.
    pub token_endpoint: String,
    /// Indicator of the Management API.
    pub resource: String,
    /// Id of the application.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

/// The Management API, seen by an administrator.
#[derive(Debug, Clone)]
pub struct Management {
    /// The client, with a token.
    pub http: Http,
    /// What it got the token with.
    pub credentials: Credentials,
    /// The token.
    pub token: String,
}

impl Credentials {
    /// Asks for a token with scope `all`.
    ///
    /// # Errors
    /// If no whole answer comes.
    pub async fn ask(&self, http: &Http) -> Result<Answer> {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.client_id),
            ("client_secret", &self.client_secret),
            ("resource", &self.resource),
            ("scope", "all"),
        ];
        http.form(&self.token_endpoint, &fields).await
    }

    /// A token with scope `all`.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn token(&self, http: &Http) -> Result<String> {
        let answer = self.ask(http).await?.expect(200)?;
        let token = answer.get("access_token").and_then(Value::as_str).context("no token")?;
        Ok(token.to_owned())
    }
}

impl Management {
    /// Reads the credentials and gets a token.
    ///
    /// # Errors
    /// If there are no credentials, or they get no token.
    pub async fn connect(http: Http, credentials: &Path) -> Result<Self> {
        let text = fs::read(credentials).with_context(|| credentials.display().to_string())?;
        let credentials: Credentials = serde_json::from_slice(&text)?;
        let token = credentials.token(&http).await?;
        Ok(Self { http: http.bearer(&token), credentials, token })
    }

    /// Creates something by `POST` and gives its id.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn create(&self, path: &str, body: &Value) -> Result<String> {
        let answer = self.http.post(path, body).await?;
        ensure!(matches!(answer.status, 200 | 201), "{path}: {} {}", answer.status, answer.text());
        let id = answer.member("id");
        ensure!(!id.is_empty(), "{path} answered without an id: {}", answer.text());
        Ok(id)
    }

    /// Creates a user and gives its id.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn create_user(&self, body: &Value) -> Result<String> {
        self.create("/api/users", body).await
    }

    /// Creates a user with a name and a password and gives its id.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn create_person(&self, username: &str, password: &str) -> Result<String> {
        self.create_user(&json!({ "username": username, "password": password })).await
    }

    /// A user with the digest of its password.
    ///
    /// # Errors
    /// If there is no such user.
    pub async fn user(&self, id: &str) -> Result<Value> {
        self.http.get(&format!("/api/users/{id}?includePasswordHash=true")).await?.expect(200)
    }

    /// Every event that fits the query, for instance `user=u1`, in the order of the log.
    ///
    /// # Errors
    /// If the log cannot be read or a page is not in order.
    pub async fn events(&self, query: &str) -> Result<Vec<Value>> {
        self.events_after(0, query).await
    }

    /// As [`Management::events`], only those after a position.
    ///
    /// # Errors
    /// As [`Management::events`].
    pub async fn events_after(&self, position: u64, query: &str) -> Result<Vec<Value>> {
        let (mut events, mut after) = (Vec::new(), position);
        loop {
            let page = format!("/api/events?after={after}&page_size={EVENTS_PAGE}&{query}");
            let answer = self.http.get(&page).await?.expect(200)?;
            let page = answer.as_array().context("a page of events is an array")?;
            for event in page {
                let position = event.get("position").and_then(Value::as_u64).context("position")?;
                ensure!(position > after, "event {position} stands after {after}");
                after = position;
            }
            events.extend(page.iter().cloned());
            if page.len() < EVENTS_PAGE {
                return Ok(events);
            }
        }
    }

    /// How many events of the noun stand in the log, whatever their version.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub async fn count(&self, noun: &str, query: &str) -> Result<usize> {
        let events = self.events(query).await?;
        Ok(events.iter().filter(|event| is_a(event, noun)).count())
    }
}

/// Whether an event is of the type, whatever its version.
pub fn is_a(event: &Value, noun: &str) -> bool {
    let name = event.get("type").and_then(Value::as_str).unwrap_or_default();
    name.split(".v").next() == Some(noun)
}
