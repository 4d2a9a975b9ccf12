//! What the scenarios need on the server: clients, users, tokens and a thousand roles.

use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use e2e::{
    browser::{Browser, Login},
    evident::Server,
    http::Http,
    management::{Credentials, Management},
    relying_party::RelyingParty,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{load::CONNECTIONS, scenario::DEVICE_CLIENT};

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
    /// A code of a device that waits, for each connection.
    pub(crate) device_codes: Vec<String>,
    /// An application that may exchange tokens.
    pub(crate) exchanger: String,
    /// A token of the person that can be exchanged again and again.
    pub(crate) personal_token: String,
    /// Nonce for proofs of possession; empty if the server gives none.
    pub(crate) dpop_nonce: String,
    /// Seconds since the epoch, as the server told it, and when that was.
    pub(crate) told: (i64, Instant),
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
        let http = server.http()?;
        let (mut access_tokens, mut refresh_tokens) = (Vec::new(), Vec::new());
        let mut device_codes = Vec::new();
        for _ in 0..CONNECTIONS {
            let fields = [("client_id", DEVICE_CLIENT), ("scope", "openid")];
            let begun = http.form("/oidc/device/auth", &fields).await?.expect(200)?;
            device_codes.push(member(&begun, "device_code")?);
            let tokens = sign_in(server, &party).await?;
            access_tokens.push(member(&tokens, "access_token")?);
            refresh_tokens.push(member(&tokens, "refresh_token")?);
        }
        let exchange = json!({ "allowTokenExchange": true });
        let exchanger = RelyingParty::register_with(&management, "Native", exchange).await?;
        let path = format!("/api/users/{person}/personal-access-tokens");
        let personal = management.http.post(&path, &json!({ "name": "bench" })).await?;
        let personal_token = member(&personal.expect(201)?, "value")?;
        let told = (issued_at(&management.credentials.token(&http).await?)?, Instant::now());
        let dpop_nonce = dpop_nonce(&http).await?;
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
            device_codes,
            exchanger: exchanger.client_id,
            personal_token,
            dpop_nonce,
            told,
        })
    }
}

async fn sign_in(server: &Server, party: &RelyingParty) -> Result<Value> {
    let browser = Browser::new(&server.endpoint())?;
    let callback = browser.authorize(&party.request(), Login::new("person", PASSWORD)).await?;
    party.redeem(&server.http()?, &callback.code()?).await?.expect(200)
}

/// The nonce that the server asks for after a proof without one.
async fn dpop_nonce(http: &Http) -> Result<String> {
    let request = http.request(Method::POST, "/oidc/token").header("dpop", "none");
    Ok(http.send(request.form(&[("grant_type", "none")])).await?.header("dpop-nonce"))
}

/// The moment that a JWT says it was issued at.
fn issued_at(jwt: &str) -> Result<i64> {
    let payload = jwt.split('.').nth(1).context("no JWT")?;
    let claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload)?)?;
    claims.get("iat").and_then(Value::as_i64).context("no iat")
}

fn member(tokens: &Value, name: &str) -> Result<String> {
    let text = tokens.get(name).and_then(Value::as_str);
    Ok(text.with_context(|| format!("no {name}"))?.to_owned())
}
