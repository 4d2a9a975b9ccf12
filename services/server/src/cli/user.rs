//! `evident user`: for the operator, while no server runs on the folder.

use std::process::ExitCode;

use domain::{NewPassword, User};
use events::{Actor, IdentifierKind, PasswordOrigin, UserId, UserIdentity, UserOrigin};
use serde_json::json;

use super::Environment;
use crate::{
    accounts::{self, NewAccount},
    call::Call,
    http::error::ApiError,
    identifier::Identifier,
    ids::{SHORT_ID_CHARS, parse},
    passwords::recorded_scheme,
    start,
};

/// What to do with users.
#[derive(clap::Subcommand)]
pub(super) enum UserCommand {
    /// Create a user of the tenant `default`.
    Create {
        /// Sign-in name.
        #[arg(long)]
        username: Option<String>,
        /// E-mail address.
        #[arg(long)]
        email: Option<String>,
        /// File that holds the password, or `-` for standard input.
        #[arg(long, value_name = "FILE")]
        password_file: Option<std::path::PathBuf>,
    },
    /// Show a user.
    Show {
        /// The user's id.
        id: UserId,
    },
    /// Delete a user and erase everything personal about them.
    Delete {
        /// The user's id.
        id: UserId,
    },
}

pub(super) async fn run(
    environment: Environment,
    command: UserCommand,
) -> anyhow::Result<ExitCode> {
    let Environment { config, clock, random, mut output } = environment;
    let product = start::open(config, clock, random).await?;
    let call = Call::of_operator(&product.site);
    match command {
        UserCommand::Create { username, email, password_file } => {
            let password = password_file.map(read_password).transpose()?;
            let id = create(&call, username, email, password).await.map_err(told)?;
            output.json(&json!({"id": id}))?;
        }
        UserCommand::Show { id } => {
            let row =
                product.app.views.reader::<projections::Users>().by_id(call.site.tenant(), &id)?;
            let row = row.ok_or_else(|| anyhow::anyhow!("there is no such user"))?;
            output.json(&json!({
                "id": row.id,
                "username": row.username,
                "primaryEmail": row.primary_email,
                "primaryPhone": row.primary_phone,
                "name": row.name,
                "isSuspended": row.is_suspended,
                "passwordAlgorithm": row.password_scheme,
                "createdAt": row.created_at,
                "lastSignInAt": row.last_sign_in_at,
            }))?;
        }
        UserCommand::Delete { id } => {
            let log = &product.app.log;
            let context = call.context(Actor::Operator);
            let position = accounts::delete(&call, &context, &id).await.map_err(told)?;
            call.settle(position).await?;
            let state = log.load::<User>(call.site.tenant(), &id).await?;
            log.forget(&events::StreamName::user(call.site.tenant(), &id)).await?;
            product.app.views.scrub()?;
            output.json(&json!({"id": id, "events": state.revision, "erased": true}))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn create(
    call: &Call,
    username: Option<String>,
    email: Option<String>,
    password: Option<String>,
) -> Result<UserId, ApiError> {
    for (kind, value) in [(IdentifierKind::Username, &username), (IdentifierKind::Email, &email)] {
        if let Some(value) = value {
            Identifier::try_new(kind, value)
                .map_err(|error| ApiError::invalid_request(&error.to_string()))?;
        }
    }
    let password = match password {
        Some(password) => Some(call.site.app().passwords.hash(password).await?),
        None => None,
    };
    let account = NewAccount {
        id: parse(&call.site.app().random.id(SHORT_ID_CHARS))?,
        origin: UserOrigin::Management,
        application: None,
        identity: UserIdentity {
            username,
            email_verified: email.is_some(),
            primary_email: email,
            ..UserIdentity::default()
        },
        password: password.map(|digest| NewPassword {
            origin: PasswordOrigin::Management,
            scheme: recorded_scheme(digest.scheme()),
            digest: digest.encoded().to_owned(),
        }),
    };
    let context = call.context(Actor::Operator);
    let position = accounts::create(call, &context, &account).await?;
    call.settle(position).await?;
    Ok(account.id)
}

fn read_password(file: std::path::PathBuf) -> anyhow::Result<String> {
    let text = if file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())?
    } else {
        std::fs::read_to_string(file)?
    };
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn told(error: ApiError) -> anyhow::Error {
    anyhow::anyhow!("{}", error.message)
}
