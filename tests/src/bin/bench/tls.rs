//! The same over TLS: a server of its own, with a certificate of its own making. Connections are kept
//! alive, so what is measured is the cost of the records, not of the handshakes.

use anyhow::{Context, Result};
use e2e::evident::Server;

use crate::{
    Arguments, connection,
    load::{Load, Plan},
    process,
    report::Report,
    scenario::{client_credentials, status},
};

/// The scenarios, named after those without TLS.
const STATUS: &str = "status_tls";
const CLIENT_CREDENTIALS: &str = "client_credentials_tls";

/// Measures what was asked for.
pub(crate) async fn measure(arguments: &Arguments, plan: Plan, report: &mut Report) -> Result<()> {
    if !arguments.names(STATUS) && !arguments.names(CLIENT_CREDENTIALS) {
        return Ok(());
    }
    let mut server = Server::start_over_tls().await?;
    let certificate = server.certificate().context("no certificate")?;
    let tls = Some(connection::trusting(certificate.der())?);
    let credentials = server.management().await?.credentials;
    let load = Load { address: server.address(), tls, plan };
    for scenario in [
        status(STATUS, &load.address),
        client_credentials(CLIENT_CREDENTIALS, &load.address, &credentials),
    ] {
        if arguments.names(scenario.name()) {
            let measured = load.run(scenario.as_ref()).await.context(scenario.name())?;
            report.scenario(scenario.name(), &measured, process::resident_mb(&server)?);
        }
    }
    server.stop().await
}
