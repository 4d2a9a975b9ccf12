//! An `evident` process on a free loopback port with a data folder of its own.
//! It is killed when the [`Server`] is dropped.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::time::Instant;

use crate::{certificate::Certificate, http::Http, management::Management, waiting::until};

/// Longest wait for the first answer of a fresh process.
const START_WAIT: Duration = Duration::from_secs(60);
/// Longest wait for the end of a process that was asked to stop.
const STOP_WAIT: Duration = Duration::from_secs(30);

/// Ports for one process of tests: below those that the system gives to outgoing connections, and
/// each only once, so that no two servers of a run are after the same one.
const PORTS_PER_PROCESS: u32 = 200;
/// Processes whose ports do not meet.
const PORT_RANGES: u32 = 60;
/// The first port of all.
const FIRST_PORT: u32 = 20_000;
static PORTS_TAKEN: AtomicU32 = AtomicU32::new(0);

/// A running server, or one that was stopped and can be started again.
#[derive(Debug)]
pub struct Server {
    child: Option<Child>,
    port: u16,
    folder: TempDir,
    arguments: Vec<String>,
    certificate: Option<Certificate>,
    start_up: Duration,
}

/// The binary, found beside the executable that runs the test: `target/<profile>/evident`.
///
/// # Errors
/// If it was not built.
pub fn binary() -> Result<PathBuf> {
    let test = std::env::current_exe().context("finding the test executable")?;
    let built = test.ancestors().map(|folder| folder.join("evident")).find(|path| path.is_file());
    built.context("no evident binary beside the tests: run `cargo build --workspace` first")
}

/// A loopback port that nobody listens on and that this process has not given before.
///
/// # Errors
/// If there is none.
pub fn free_port() -> Result<u16> {
    let first = FIRST_PORT + std::process::id() % PORT_RANGES * PORTS_PER_PROCESS;
    loop {
        let taken = PORTS_TAKEN.fetch_add(1, Ordering::Relaxed);
        ensure!(taken < PORTS_PER_PROCESS, "every port of this process was given");
        let port = u16::try_from(first + taken)?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
}

impl Server {
    /// Starts a server on an empty log and waits until it is ready.
    ///
    /// # Errors
    /// If it does not get ready; the error shows what the process wrote.
    pub async fn start() -> Result<Self> {
        Self::start_with(&[]).await
    }

    /// As [`Server::start`], with more command-line arguments for `serve`.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn start_with(arguments: &[&str]) -> Result<Self> {
        let mut server = Self::prepare(arguments)?;
        server.start_again().await?;
        Ok(server)
    }

    /// As [`Server::start`], with a certificate of its own making: it speaks TLS.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn start_over_tls() -> Result<Self> {
        let mut server = Self::prepare(&[])?;
        let certificate = Certificate::make(server.folder.path())?;
        for (flag, file) in certificate.flags() {
            server.arguments.extend([flag.to_owned(), file.display().to_string()]);
        }
        server.certificate = Some(certificate);
        server.start_again().await?;
        Ok(server)
    }

    fn prepare(arguments: &[&str]) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("evident-").tempdir()?;
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let (port, start_up) = (free_port()?, Duration::ZERO);
        Ok(Self { child: None, port, folder, arguments, certificate: None, start_up })
    }

    /// Where the server answers.
    pub fn endpoint(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// The certificate that it was started with, if it speaks TLS.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// The address it listens on, for raw connections.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The issuer of its tokens.
    pub fn issuer(&self) -> String {
        format!("{}/oidc", self.endpoint())
    }

    /// Log, keys and views of the server.
    pub fn data_folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What all its processes wrote to standard output and error.
    pub fn text_log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    /// Number of the process, while it runs.
    pub fn process_id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// How long the running process took from its start to its first answers.
    pub fn start_up(&self) -> Duration {
        self.start_up
    }

    /// A client without cookies or token.
    ///
    /// # Errors
    /// If the client cannot be built.
    pub fn http(&self) -> Result<Http> {
        match &self.certificate {
            Some(certificate) => Http::trusting(&self.endpoint(), certificate.pem()),
            None => Http::new(&self.endpoint()),
        }
    }

    /// A client of the Management API with a token.
    ///
    /// # Errors
    /// If there are no credentials, or they get no token.
    pub async fn management(&self) -> Result<Management> {
        Management::connect(self.http()?, &self.data_folder().join("management.json")).await
    }

    /// Starts the process and waits until it is ready: on the same port, on the same data.
    ///
    /// # Errors
    /// If it does not get ready; the error shows what the process wrote.
    pub async fn start_again(&mut self) -> Result<()> {
        let output = File::options().create(true).append(true).open(self.text_log())?;
        let data = self.data_folder();
        let mut command = Command::new(binary()?);
        command
            .args(["serve", "--listen", &self.address(), "--endpoint", &self.endpoint()])
            .arg("--data")
            .arg(&data)
            .args(&self.arguments)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let start = Instant::now();
        self.child = Some(command.spawn().context("starting evident")?);
        let ready = self.get_ready().await;
        self.start_up = start.elapsed();
        ready.with_context(|| fs::read_to_string(self.text_log()).unwrap_or_default())
    }

    async fn get_ready(&mut self) -> Result<()> {
        let http = self.http()?;
        let child = self.child.as_mut().context("no process")?;
        let outcome = until("the server to get ready", START_WAIT, || {
            let ended = child.try_wait().ok().flatten();
            let http = http.clone();
            async move {
                if let Some(status) = ended {
                    return Some(Err(anyhow::anyhow!("evident ended: {status}")));
                }
                let alive = http.get("/api/status").await.is_ok_and(|a| a.status == 204);
                let ready = alive && http.get("/readyz").await.is_ok_and(|a| a.status == 200);
                ready.then_some(Ok(()))
            }
        });
        outcome.await?
    }

    /// Ends the process at once, as `kill -9` does.
    ///
    /// # Errors
    /// If the process cannot be killed.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill().context("killing evident")?;
            child.wait()?;
        }
        Ok(())
    }

    /// Asks the process to end (SIGTERM) and waits for it.
    ///
    /// # Errors
    /// If it does not end in time or ends with an error.
    pub async fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
        ensure!(asked.success(), "kill -TERM failed");
        let ended = until("the server to stop", STOP_WAIT, || {
            let ended = child.try_wait().ok().flatten();
            async move { ended }
        });
        let status = ended.await;
        if status.is_err() {
            child.kill()?;
            child.wait()?;
        }
        ensure!(status?.success(), "evident did not stop cleanly");
        Ok(())
    }

    /// Stops the process in good order and starts another on the same data.
    ///
    /// # Errors
    /// As [`Server::stop`] and [`Server::start_again`].
    pub async fn restart(&mut self) -> Result<()> {
        self.stop().await?;
        self.start_again().await
    }

    /// Runs another command of the binary on the data of this server, such as `verify`.
    ///
    /// # Errors
    /// If it cannot be run; its exit status is the caller's to judge.
    pub fn command(&self, arguments: &[&str]) -> Result<Output> {
        run(arguments, &self.data_folder())
    }

    /// Runs `evident verify` on the stopped server's data.
    ///
    /// # Errors
    /// If it finds something wrong; the error shows what.
    pub fn verify(&self) -> Result<()> {
        let output = self.command(&["verify"])?;
        let said = [output.stdout, output.stderr].concat();
        ensure!(output.status.success(), "verify: {}", String::from_utf8_lossy(&said));
        Ok(())
    }
}

/// Runs a command of the binary on a data folder.
fn run(arguments: &[&str], data: &Path) -> Result<Output> {
    let mut command = Command::new(binary()?);
    command.args(arguments).arg("--data").arg(data).stdin(Stdio::null());
    command.output().context("running evident")
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
