//! `evident keys`: the keys that sign tokens and cookies, while no server runs on the folder.

use std::process::ExitCode;

use domain::{
    CookieKey, CookieKeyCommand, CookieKeyRefusal, SigningKey, SigningKeyCommand, SigningKeyRefusal,
};
use events::{Actor, SigningAlgorithm};
use projections::Keys;
use serde_json::json;
use store::Context;

use super::{Environment, output::Output};
use crate::{
    call::Call,
    http::error::ApiError,
    rotation::{self, Rotation},
    start,
};

/// What to do with keys.
#[derive(clap::Subcommand)]
pub(super) enum KeysCommand {
    /// List the keys.
    List {
        /// Those of cookies instead of tokens.
        #[arg(long)]
        cookie: bool,
    },
    /// Put a new key in place of the current one.
    Rotate {
        /// EdDSA, ES256, ES384 or RS256.
        #[arg(long, default_value = "EdDSA", value_parser = algorithm, conflicts_with = "cookie")]
        algorithm: SigningAlgorithm,
        /// Publish the key for so many seconds before it signs.
        #[arg(long, default_value_t = 0, value_name = "SECONDS", conflicts_with = "cookie")]
        grace_period: u32,
        /// The key of cookies instead of tokens.
        #[arg(long)]
        cookie: bool,
    },
    /// Delete a key that signs no more: what it signed no longer verifies.
    Delete {
        /// Its id in the ring.
        id: String,
        /// One of cookies instead of tokens.
        #[arg(long)]
        cookie: bool,
    },
}

pub(super) async fn run(
    environment: Environment,
    command: KeysCommand,
) -> anyhow::Result<ExitCode> {
    let Environment { config, clock, random, mut output } = environment;
    let product = start::open(config, clock, random).await?;
    let call = Call::of_operator(&product.site);
    let context = call.context(Actor::Operator);
    let is_cookie = match command {
        KeysCommand::List { cookie } => cookie,
        KeysCommand::Rotate { cookie: true, .. } => {
            done(rotation::rotate_cookie_key(&call, &context).await)?;
            true
        }
        KeysCommand::Rotate { algorithm, grace_period: grace_seconds, cookie: false } => {
            let rotation = Rotation { algorithm: Some(algorithm), grace_seconds };
            done(rotation::rotate_signing_key(&call, &context, rotation).await)?;
            false
        }
        KeysCommand::Delete { id, cookie } => {
            done(delete(&call, &context, &id, cookie).await)?;
            cookie
        }
    };
    if is_cookie {
        list_cookie(&call, &mut output)?
    } else {
        list(&call, &mut output)?
    }
    Ok(ExitCode::SUCCESS)
}

fn done(outcome: Result<(), ApiError>) -> anyhow::Result<()> {
    outcome.map_err(|error| anyhow::anyhow!("{}", error.message))
}

async fn delete(call: &Call, context: &Context, id: &str, is_cookie: bool) -> Result<(), ApiError> {
    let log = &call.site.app().log;
    let position = if is_cookie {
        let key = id.parse().map_err(|_| ApiError::refused(&CookieKeyRefusal::KeyNotFound))?;
        let command = CookieKeyCommand::DeleteCookieKey { key };
        log.execute::<CookieKey>(context, &(), command).await?.position
    } else {
        let key = id.parse().map_err(|_| ApiError::refused(&SigningKeyRefusal::KeyNotFound))?;
        let command = SigningKeyCommand::DeleteSigningKey { key };
        log.execute::<SigningKey>(context, &(), command).await?.position
    };
    Ok(call.settle(position).await?)
}

fn list(call: &Call, output: &mut Output) -> anyhow::Result<()> {
    for key in call.site.app().views.reader::<Keys>().signing(call.site.tenant())? {
        output.json(&json!({
            "id": key.id,
            "algorithm": key.algorithm,
            "status": format!("{:?}", key.status),
            "kid": key.public_jwk.get("kid"),
            "createdAt": key.created_at,
            "effectiveAt": key.effective_at,
        }))?;
    }
    Ok(())
}

fn list_cookie(call: &Call, output: &mut Output) -> anyhow::Result<()> {
    for key in call.site.app().views.reader::<Keys>().cookie(call.site.tenant())? {
        output.json(&json!({"id": key.id, "createdAt": key.created_at}))?;
    }
    Ok(())
}

fn algorithm(text: &str) -> Result<SigningAlgorithm, String> {
    serde_json::from_value(json!(text)).map_err(|_| "EdDSA, ES256, ES384 or RS256".to_owned())
}
