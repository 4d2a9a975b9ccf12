//! What the scenarios need on the server: clients, users, tokens and a thousand roles.

use anyhow::{Context, Result};
use e2e::{
    browser::{Browser, Login},
    evident::Server,
    management::{Credentials, Management},
    relying_party::RelyingParty,
};
use serde_json::{Value, json};

use crate::load::CONNECTIONS;

/// Organization roles that are searched.
pub(crate) const ROLES: usize = 1_000;
/// The same in a smoke run.
const ROLES_QUICK: usize = 50;
/// Users that are read by id.
const USERS: usize = 500;
const PASSWORD: &str = "a right password";

/// Ids and tokens for the scenarios.
pub(crate) struct Ground {
    pub(crate) host: String,
    pub(crate) management: Management,
    pub(crate) credentials: Credentials,
    /// The application of the refresh families.
    pub(crate) client_id: String,
    /// Users that are read by id.
    pub(crate) users: Vec<String>,
    /// A user whose password is checked.
    pub(crate) person: String,
    /// Names of the roles.
    pub(crate) roles: Vec<String>,
    /// An opaque access token for each connection.
    pub(crate) access_tokens: Vec<String>,
    /// A refresh token for each connection.
    pub(crate) refresh_tokens: Vec<String>,
}

impl Ground {
    pub(crate) async fn prepare(server: &Server, quick: bool) -> Result<Self> {
        let management = server.management().await?;
        let party = RelyingParty::register(&management, "SPA").await?;
        let person = management.create_person("person", PASSWORD).await?;
        let mut users = Vec::with_capacity(USERS);
        for number in 0..USERS {
            let user = json!({
                "username": format!("reader_{number}"),
                "primaryEmail": format!("reader{number}@shop.example"),
                "name": format!("Reader {number}"),
                "profile": { "givenName": "Reader", "locale": "en" },
            });
            users.push(management.create_user(&user).await?);
        }
        let mut roles = Vec::new();
        for number in 0..if quick { ROLES_QUICK } else { ROLES } {
            let name = format!("role_{number:04}");
            let role = json!({ "name": name, "description": "One of many" });
            management.create("/api/organization-roles", &role).await?;
            roles.push(name);
        }
        let (mut access_tokens, mut refresh_tokens) = (Vec::new(), Vec::new());
        for _ in 0..CONNECTIONS {
            let tokens = sign_in(server, &party).await?;
            access_tokens.push(member(&tokens, "access_token")?);
            refresh_tokens.push(member(&tokens, "refresh_token")?);
        }
        Ok(Self {
            host: server.address(),
            credentials: management.credentials.clone(),
            management,
            client_id: party.client_id,
            users,
            person,
            roles,
            access_tokens,
            refresh_tokens,
        })
    }
}

async fn sign_in(server: &Server, party: &RelyingParty) -> Result<Value> {
    let browser = Browser::new(&server.endpoint())?;
    let callback = browser.authorize(&party.request(), Login::new("person", PASSWORD)).await?;
    party.redeem(&server.http()?, &callback.code()?).await?.expect(200)
}

fn member(tokens: &Value, name: &str) -> Result<String> {
    let text = tokens.get(name).and_then(Value::as_str);
    Ok(text.with_context(|| format!("no {name}"))?.to_owned())
}
