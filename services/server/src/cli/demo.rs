//! `evident demo`: the product, running, with something to try.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::ExitCode,
};

use anyhow::Context as _;
use domain::{Application, ApplicationCommand, NewPassword, NewSecret};
use events::{
    Actor, ApplicationId, ApplicationSettings, ApplicationType, PasswordOrigin, PostalAddress,
    Profile, UserIdentity, UserOrigin,
};
use serde_json::{Value, json};
use store::ExecuteError;

use super::{
    Common, Environment,
    demo_users::{ADA, OldUser, USERS},
    output::Output,
    serve::until_stopped,
};
use crate::{
    accounts::{self, NewAccount},
    administrators,
    call::Call,
    clients::DEMO_APP,
    http::error::ApiError,
    ids::parse,
    start::{self, Product},
};

/// A client that signs users in on a server, and its secret.
const WEB_CLIENT: (&str, &str) = ("demo-web", "demo-web-secret-for-trying-only0");
/// Where that client is expected to listen.
const WEB_CLIENT_ORIGIN: &str = "http://localhost:3000";

/// What is tried on one machine calls that machine.
const LOOPBACK: [&str; 2] = ["127.0.0.0/8", "::1"];

/// Sign-in name and password of the administrator.
const ADMINISTRATOR: (&str, &str, &str) = ("administra01", "admin", "grace-hopper-1906");

/// Where to serve, and how to tell what there is to try.
#[derive(clap::Args)]
pub(super) struct DemoArguments {
    /// Print what there is to try as one line of JSON.
    #[arg(long)]
    json: bool,
    /// Loopback port of the tenant `default`.
    #[arg(long, env = "EVIDENT_PORT", default_value_t = 3001)]
    port: u16,
    /// Loopback port of the tenant `admin`.
    #[arg(long, env = "EVIDENT_ADMIN_PORT", default_value_t = 3002)]
    admin_port: u16,
    /// Public URL of the tenant `default`, without a trailing slash.
    #[arg(long, env = "EVIDENT_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
}

impl DemoArguments {
    /// The flags that `serve` would be given; the terminal is kept for what matters.
    pub(super) fn apply(&self, common: &mut Common) {
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        common.listen.get_or_insert_with(|| at(self.port));
        common.admin_listen.get_or_insert_with(|| at(self.admin_port));
        if common.endpoint.is_none() {
            common.endpoint.clone_from(&self.public_url);
        }
        common.log.get_or_insert_with(|| "warn".into());
    }
}

pub(super) async fn run(
    environment: Environment,
    arguments: DemoArguments,
) -> anyhow::Result<ExitCode> {
    let Environment { mut config, clock, random, mut output } = environment;
    config.egress.allow.extend(LOOPBACK.map(str::to_owned));
    let product = start::open(config, clock, random).await?;
    seed(&product).await.map_err(|error| anyhow::anyhow!("{}", error.message))?;
    if arguments.json {
        output.json(&described(&product)?)?;
    } else {
        tell(&product, &mut output)?;
    }
    product.serve(until_stopped()?).await?;
    Ok(ExitCode::SUCCESS)
}

/// Adds what is to be tried, unless it is there.
async fn seed(product: &Product) -> Result<(), ApiError> {
    let call = Call::of_operator(&product.site);
    let context = call.context(Actor::Operator);
    for user in &USERS {
        match accounts::create(&call, &context, &account(user)?).await {
            Ok(position) => call.settle(position).await?,
            Err(error) if error.status.is_client_error() => {}
            Err(error) => return Err(error),
        }
    }
    let id: ApplicationId = parse(WEB_CLIENT.0)?;
    match product.app.log.execute::<Application>(&context, &id, web_client()).await {
        Ok(done) => call.settle(done.position).await?,
        Err(ExecuteError::Refused(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let call = Call::of_operator(&product.admin_site);
    if administrators::is_vacant(&call).await? {
        let (id, username, password) = ADMINISTRATOR;
        let (id, context) = (parse(id)?, call.context(Actor::Operator));
        administrators::create_first(&call, &context, &id, username, password.into()).await?;
    }
    Ok(())
}

fn account(user: &OldUser) -> Result<NewAccount, ApiError> {
    let identity = UserIdentity { username: Some(user.username.into()), ..UserIdentity::default() };
    Ok(NewAccount {
        id: parse(user.id)?,
        origin: UserOrigin::Management,
        application: None,
        identity: if user.id == ADA.id { ada(identity) } else { identity },
        password: Some(NewPassword {
            origin: PasswordOrigin::Import,
            scheme: user.scheme,
            digest: user.digest.into(),
        }),
    })
}

fn ada(identity: UserIdentity) -> UserIdentity {
    UserIdentity {
        primary_email: Some("ada@example.com".into()),
        email_verified: true,
        name: Some("Ada Lovelace".into()),
        profile: Profile {
            given_name: Some("Ada".into()),
            family_name: Some("Lovelace".into()),
            website: Some("https://example.com/ada".into()),
            address: Some(PostalAddress {
                locality: Some("London".into()),
                country: Some("United Kingdom".into()),
                ..PostalAddress::default()
            }),
            ..Profile::default()
        },
        ..identity
    }
}

fn web_client() -> ApplicationCommand {
    let uris = json!({
        "redirectUris": [format!("{WEB_CLIENT_ORIGIN}/callback")],
        "postLogoutRedirectUris": [format!("{WEB_CLIENT_ORIGIN}/")],
    });
    ApplicationCommand::CreateApplication {
        application_type: ApplicationType::Traditional,
        is_third_party: false,
        settings: ApplicationSettings {
            name: "Demo web application".into(),
            oidc_client_metadata: uris.as_object().cloned().unwrap_or_default(),
            ..ApplicationSettings::default()
        },
        secret: Some(NewSecret {
            name: "Default secret".into(),
            sha256: crypto::digest::sha256_base64url(WEB_CLIENT.1),
            value: WEB_CLIENT.1.into(),
        }),
    }
}

fn described(product: &Product) -> anyhow::Result<Value> {
    let endpoint = product.site.endpoint();
    let users: Vec<Value> = USERS
        .iter()
        .map(|user| {
            json!({
                "username": user.username,
                "password": user.password,
                "algorithm": user.scheme.as_str(),
            })
        })
        .collect();
    Ok(json!({
        "endpoint": endpoint,
        "demoApp": {"clientId": DEMO_APP, "redirectUri": format!("{endpoint}/demo-app")},
        "webClient": {"clientId": WEB_CLIENT.0, "clientSecret": WEB_CLIENT.1},
        "users": users,
        "adminEndpoint": product.admin_site.endpoint(),
        "managementApi": noted(&product.management_file())?,
        "adminManagementApi": noted(&product.admin_management_file())?,
        "administrator": {"username": ADMINISTRATOR.1, "password": ADMINISTRATOR.2},
        "dataDir": product.app.config.data,
    }))
}

/// The management client of a tenant, as it was noted when the tenant was set up.
fn noted(file: &Path) -> anyhow::Result<Value> {
    let text = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let noted: Value = serde_json::from_slice(&text)?;
    Ok(json!({
        "resource": noted.get("resource"),
        "clientId": noted.get("client_id"),
        "clientSecret": noted.get("client_secret"),
    }))
}

fn tell(product: &Product, output: &mut Output) -> anyhow::Result<()> {
    let (endpoint, issuer) = (product.site.endpoint(), product.site.issuer());
    let indicator = product.site.management_indicator();
    let (note, data) = (product.management_file(), &product.app.config.data);
    let (note, data) = (note.display(), data.display());
    let (client, secret) = WEB_CLIENT;
    let (username, password) = (ADA.username, ADA.password);
    let admin = product.admin_site.endpoint();
    let (_, administrator, secret_word) = ADMINISTRATOR;
    output.line(&format!(
        "Evident is running.

  Sign in         {endpoint}/demo-app
                  username {username}, password {password} (imported as a SHA-256 digest:
                  the first sign-in hashes it anew); or argon2i, argon2id, argon2d,
                  bcrypt, md5, sha1, sha256, legacy, each with the password \"password\"
  Administrator   {admin}/demo-app
                  username {administrator}, password {secret_word}
  Discovery       {issuer}/.well-known/openid-configuration
  Web client      client_id {client}, client_secret {secret},
                  redirect_uri {WEB_CLIENT_ORIGIN}/callback
  Management API  {endpoint}/api for the resource {indicator};
                  client_id and client_secret stand in {note}
  The log         {endpoint}/api/events with a management token,
                  or: evident tail --follow --data {data}
  Health          {endpoint}/readyz

Ctrl-C stops it; the data stays in {data}."
    ))?;
    Ok(())
}
