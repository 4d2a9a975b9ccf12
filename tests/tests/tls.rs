//! A server with a certificate speaks TLS, and takes a new certificate without a restart.

use std::process::Command;

use anyhow::{Context, Result};
use e2e::{certificate::Certificate, evident::Server, http::Http, waiting::until};
use reqwest::Version;
use std::time::Duration;

/// Longest wait for the new certificate.
const RELOAD_WAIT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_server_with_a_certificate_is_its_own_https_endpoint() -> Result<()> {
    let server = Server::start_over_tls().await?;
    let http = server.http()?;
    let discovery = http.get("/oidc/.well-known/openid-configuration").await?;
    assert_eq!(discovery.version, Version::HTTP_2);
    assert_eq!(discovery.json()["issuer"], format!("{}/oidc", server.endpoint()));
    assert!(server.endpoint().starts_with("https:"));
    assert!(discovery.header("strict-transport-security").starts_with("max-age="));
    // A token is issued and opens the Management API.
    let management = server.management().await?;
    assert_eq!(management.http.get("/api/users").await?.status, 200);
    let plain = Http::new(&format!("http://{}", server.address()))?;
    assert!(plain.get("/api/status").await.is_err(), "plain HTTP was answered");
    Ok(())
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_at_a_signal() -> Result<()> {
    let server = Server::start_over_tls().await?;
    let renewed = Certificate::make(server.data_folder().parent().context("no folder")?)?;
    let trusting = Http::trusting(&server.endpoint(), renewed.pem())?;
    assert!(trusting.get("/api/status").await.is_err(), "taken without a word");
    let process = server.process_id().context("no process")?.to_string();
    assert!(Command::new("kill").args(["-HUP", &process]).status()?.success());
    until("the new certificate", RELOAD_WAIT, || async {
        trusting.get("/api/status").await.is_ok_and(|answer| answer.status == 204).then_some(())
    })
    .await?;
    assert!(server.http()?.get("/api/status").await.is_err(), "the old one is still shown");
    assert_eq!(server.process_id().map(|id| id.to_string()), Some(process));
    Ok(())
}

#[tokio::test]
async fn a_certificate_that_cannot_be_read_stops_the_start() -> Result<()> {
    let (missing, key) = ("/nonexistent/certificate.pem", "/nonexistent/key.pem");
    let flags = ["--tls-certificate", missing, "--tls-key", key];
    let refused = Server::start_with(&flags).await.map(drop);
    let said = format!("{:#}", refused.err().context("it started")?);
    assert!(said.contains(missing), "{said}");
    let half = Server::start_with(&["--tls-certificate", missing]).await.map(drop);
    let said = format!("{:#}", half.err().context("it started without a key")?);
    assert!(said.contains("key"), "{said}");
    Ok(())
}
