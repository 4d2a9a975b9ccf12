//! `evident demo`: the product, running, with something to try.

use std::process::ExitCode;

use domain::{Application, ApplicationCommand, NewPassword, NewSecret};
use events::{
    Actor, ApplicationId, ApplicationSettings, ApplicationType, PasswordOrigin, PasswordScheme,
    PostalAddress, Profile, UserId, UserIdentity, UserOrigin,
};
use serde_json::json;
use store::ExecuteError;

use super::{Environment, output::Output, serve::until_stopped};
use crate::{
    accounts::{self, NewAccount},
    call::Call,
    http::error::ApiError,
    ids::parse,
    start::{self, Product},
};

/// The person to sign in as.
const USERNAME: &str = "ada";
/// Their password …
const PASSWORD: &str = "lovelace-1843";
/// … and its digest in the old system that they come from: SHA-256 in hexadecimal.
const USER_ID: &str = "ada000000001";
/// A client that signs users in on a server, and its secret.
const WEB_CLIENT: (&str, &str) = ("demo-web", "demo-web-secret-for-trying-only0");

/// Keeps the terminal for what matters.
pub(super) fn defaults(log: &mut Option<String>) {
    log.get_or_insert_with(|| "warn".into());
}

pub(super) async fn run(environment: Environment) -> anyhow::Result<ExitCode> {
    let Environment { config, clock, random, mut output } = environment;
    let product = start::open(config, clock, random).await?;
    seed(&product).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    tell(&product, &mut output)?;
    product.serve(until_stopped()?).await?;
    Ok(ExitCode::SUCCESS)
}

/// Adds what is to be tried, unless it is there.
async fn seed(product: &Product) -> Result<(), ApiError> {
    let call = Call::of_operator(&product.site);
    let context = call.context(Actor::Operator);
    let digest: String =
        crypto::digest::sha256(PASSWORD.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let account = NewAccount {
        id: parse::<UserId>(USER_ID)?,
        origin: UserOrigin::Management,
        application: None,
        identity: ada(),
        password: Some(NewPassword {
            origin: PasswordOrigin::Import,
            scheme: PasswordScheme::Sha256,
            digest,
        }),
    };
    match accounts::create(&call, &context, &account).await {
        Ok(position) => call.settle(position).await?,
        Err(error) if error.status.is_client_error() => {}
        Err(error) => return Err(error),
    }
    let endpoint = product.site.endpoint();
    let settings = ApplicationSettings {
        name: "Demo web application".into(),
        oidc_client_metadata: json!({
            "redirectUris": [format!("{endpoint}/demo-app"), "http://localhost:3000/callback"],
            "postLogoutRedirectUris": ["http://localhost:3000/"],
        })
        .as_object()
        .cloned()
        .unwrap_or_default(),
        ..ApplicationSettings::default()
    };
    let command = ApplicationCommand::CreateApplication {
        application_type: ApplicationType::Traditional,
        is_third_party: false,
        settings,
        secret: Some(NewSecret {
            name: "Default secret".into(),
            sha256: crypto::digest::sha256_base64url(WEB_CLIENT.1),
            value: WEB_CLIENT.1.into(),
        }),
    };
    let id: ApplicationId = parse(WEB_CLIENT.0)?;
    match product.app.log.execute::<Application>(&context, &id, command).await {
        Ok(done) => Ok(call.settle(done.position).await?),
        Err(ExecuteError::Refused(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn ada() -> UserIdentity {
    UserIdentity {
        username: Some(USERNAME.into()),
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
        ..UserIdentity::default()
    }
}

fn tell(product: &Product, output: &mut Output) -> anyhow::Result<()> {
    let endpoint = product.site.endpoint();
    let issuer = product.site.issuer();
    let management = product.management_file();
    output.line(&format!(
        "Evident is running.

  Sign in          {endpoint}/demo-app
                   username {USERNAME}   password {PASSWORD}
                   (imported with a SHA-256 digest: the first sign-in re-hashes it)
  Discovery        {issuer}/.well-known/openid-configuration
  Web client       client_id {}   client_secret {}
                   redirect_uri http://localhost:3000/callback
  Management API   {endpoint}/api   resource {}
                   client_id and client_secret: {}
  The log          {endpoint}/api/events (with a management token), or: evident tail --data {}
  Health           {endpoint}/readyz

Stop with Ctrl-C. The data stays in {}.",
        WEB_CLIENT.0,
        WEB_CLIENT.1,
        product.site.management_indicator(),
        management.display(),
        product.app.config.data.display(),
        product.app.config.data.display(),
    ))?;
    Ok(())
}
