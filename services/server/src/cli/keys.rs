//! `evident keys`: the signing keys, while no server runs on the folder.

use std::process::ExitCode;

use events::{Actor, SigningAlgorithm};
use projections::Keys;
use serde_json::json;

use super::{Environment, output::Output};
use crate::{call::Call, rotation, start};

/// What to do with signing keys.
#[derive(clap::Subcommand)]
pub(super) enum KeysCommand {
    /// List the published keys.
    List,
    /// Put a new key in place of the current one.
    Rotate {
        /// EdDSA, ES256, ES384 or RS256.
        #[arg(long, default_value = "EdDSA", value_parser = algorithm)]
        algorithm: SigningAlgorithm,
    },
}

pub(super) async fn run(
    environment: Environment,
    command: KeysCommand,
) -> anyhow::Result<ExitCode> {
    let Environment { config, clock, random, mut output } = environment;
    let product = start::open(config, clock, random).await?;
    let call = Call::of_operator(&product.site);
    if let KeysCommand::Rotate { algorithm } = command {
        let context = call.context(Actor::Operator);
        let rotated = rotation::rotate_signing_key(&call, &context, algorithm).await;
        rotated.map_err(|error| anyhow::anyhow!("{}", error.message))?;
    }
    list(&call, &mut output)?;
    Ok(ExitCode::SUCCESS)
}

fn list(call: &Call, output: &mut Output) -> anyhow::Result<()> {
    for key in call.site.app().views.reader::<Keys>().signing(call.site.tenant())? {
        output.json(&json!({
            "id": key.id,
            "algorithm": key.algorithm,
            "status": format!("{:?}", key.status),
            "kid": key.public_jwk.get("kid"),
            "createdAt": key.created_at,
        }))?;
    }
    Ok(())
}

fn algorithm(text: &str) -> Result<SigningAlgorithm, String> {
    serde_json::from_value(json!(text)).map_err(|_| "EdDSA, ES256, ES384 or RS256".to_owned())
}
