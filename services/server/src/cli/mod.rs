//! The command line.

mod demo;
mod demo_users;
mod keys;
mod output;
mod replay;
mod serve;
mod tail;
mod user;
mod verify;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use crypto::Random;
use serde::Serialize;
use tracing_subscriber::EnvFilter;

use self::output::Output;
use crate::{clock::Clock, config::Config, http::error::chain};

/// An identity provider whose only truth is an event log.
#[derive(Parser)]
#[command(name = "evident", version, about)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Flags of every command; what is absent is left to file and environment.
#[derive(clap::Args, Clone, Serialize)]
struct Common {
    /// Configuration in TOML.
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip)]
    config: Option<PathBuf>,
    /// Folder of the log, the keys and the views.
    #[arg(long, global = true, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<PathBuf>,
    /// Address to listen on.
    #[arg(long, global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<SocketAddr>,
    /// Public URL, without a trailing slash.
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    /// Address of the tenant `admin`.
    #[arg(long, global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_listen: Option<SocketAddr>,
    /// Public URL of the tenant `admin`.
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_endpoint: Option<String>,
    #[command(flatten)]
    #[serde(skip_serializing_if = "TlsFlags::are_absent")]
    tls: TlsFlags,
    /// What is logged, for instance `info,request=info`.
    #[arg(long, global = true, value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<String>,
}

/// The certificate of the sockets.
#[derive(clap::Args, Clone, Serialize)]
struct TlsFlags {
    /// Certificate chain in PEM: the sockets speak TLS.
    #[arg(long = "tls-certificate", global = true, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<PathBuf>,
    /// Its private key in PEM.
    #[arg(long = "tls-key", global = true, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<PathBuf>,
}

impl TlsFlags {
    fn are_absent(&self) -> bool {
        self.certificate.is_none() && self.key.is_none()
    }
}

#[derive(Subcommand)]
enum Command {
    /// Serve until told to stop.
    Serve,
    /// Run scripts for a server that started this process.
    #[command(name = SCRIPT_WORKER, hide = true)]
    ScriptWorker,
    /// Serve with a user and applications to try.
    Demo(demo::DemoArguments),
    /// Rebuild views from the log.
    Replay(replay::ReplayArguments),
    /// Fold the log anew and compare with the views.
    Verify(verify::VerifyArguments),
    /// Print the log.
    Tail(tail::TailArguments),
    /// Users: create, show, delete.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Keys of tokens and cookies: list, rotate, delete.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
}

/// The word that makes this program a worker for scripts.
pub(crate) const SCRIPT_WORKER: &str = "script-worker";

/// What every command is given.
struct Environment {
    config: Config,
    clock: Clock,
    random: Random,
    output: Output,
}

/// Runs the command of the process's arguments.
pub fn run(clock: Clock, random: Random) -> ExitCode {
    let arguments = Arguments::parse();
    let mut output = Output::standard();
    match execute(arguments, clock, random) {
        Ok(code) => code,
        Err(error) => {
            output.complain(&format!("evident: {}", chain(&*error)));
            ExitCode::FAILURE
        }
    }
}

fn execute(arguments: Arguments, clock: Clock, random: Random) -> anyhow::Result<ExitCode> {
    let Arguments { mut common, command } = arguments;
    if let Command::ScriptWorker = command {
        // Before anything is read: a worker knows nothing but its pipes.
        script::worker::serve(std::io::stdin(), std::io::stdout())?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Demo(arguments) = &command {
        arguments.apply(&mut common);
    }
    let config = Config::load(common.config.as_deref(), &common)?;
    let filter = EnvFilter::try_new(&config.log)?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_json {
        subscriber.json().init();
    } else {
        subscriber.init();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let environment = Environment { config, clock, random, output: Output::standard() };
    let code = runtime.block_on(async {
        match command {
            Command::Serve => serve::run(environment).await,
            Command::ScriptWorker => Ok(ExitCode::SUCCESS),
            Command::Demo(arguments) => demo::run(environment, arguments).await,
            Command::Replay(arguments) => replay::run(environment, arguments).await,
            Command::Verify(arguments) => verify::run(environment, arguments).await,
            Command::Tail(arguments) => tail::run(environment, arguments).await,
            Command::User(command) => user::run(environment, command).await,
            Command::Keys(command) => keys::run(environment, command).await,
        }
    });
    runtime.shutdown_background();
    code
}
