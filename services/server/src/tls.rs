//! TLS of the server's own sockets: certificate and key from files, read again when they change, so
//! that renewing a certificate needs no restart. TLS 1.2 and 1.3; HTTP/2 or HTTP/1.1 as the client
//! likes best.
//!
//! The provider of the cryptography is named here and installed nowhere: nobody else is affected.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    crypto::{
        CryptoProvider,
        aws_lc_rs::{self, Ticketer},
    },
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::{
    net::TcpStream,
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::MissedTickBehavior,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::config::TlsConfig;

/// Protocols, the preferred one first (RFC 7301).
const PROTOCOLS: [&[u8]; 2] = [H2, b"http/1.1"];
/// Name of HTTP/2.
pub(crate) const H2: &[u8] = b"h2";
/// Longest time for a handshake.
const HANDSHAKE_TIME_MAX: Duration = Duration::from_secs(10);
/// So often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Most certificates in the chain.
const CHAIN_MAX: usize = 16;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    /// The certificate file cannot be read, or holds no certificate.
    #[error("no certificate can be read from {0}")]
    Certificate(PathBuf, #[source] Box<pem::Error>),
    /// The key file cannot be read, or holds no private key.
    #[error("no private key can be read from {0}")]
    Key(PathBuf, #[source] Box<pem::Error>),
    /// Too many certificates.
    #[error("{0} holds more than {CHAIN_MAX} certificates")]
    Chain(PathBuf),
    /// The two do not belong together, or are of a kind that is not supported.
    #[error("certificate and private key do not fit together")]
    Mismatch(#[source] rustls::Error),
    /// The cryptography does not do what is asked of it.
    #[error("TLS cannot be set up")]
    SetUp(#[source] rustls::Error),
}

/// Why a connection did not come to speak TLS.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HandshakeError {
    /// The client says something else.
    #[error("handshake failed")]
    Failed(#[source] std::io::Error),
    /// The client says too little.
    #[error("handshake not finished in time")]
    Late,
}

/// The certificate in use and what accepts connections with it.
pub(crate) struct Tls {
    files: TlsConfig,
    provider: Arc<CryptoProvider>,
    held: Arc<Held>,
    acceptor: TlsAcceptor,
    /// Longest time for a handshake.
    patience: Duration,
    /// What the files were like when they were read last.
    stamp: Mutex<Stamp>,
}

/// When each file was changed, and its length.
type Stamp = [Option<(SystemTime, u64)>; 2];

/// The certificate in use; every handshake takes the newest.
#[derive(Debug)]
struct Held(ArcSwap<CertifiedKey>);

impl ResolvesServerCert for Held {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// [`TlsError`] says which file does not do.
    pub(crate) fn open(files: &TlsConfig) -> Result<Self, TlsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let stamp = stamp(files);
        let held = Arc::new(Held(ArcSwap::from_pointee(read(files, &provider)?)));
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::SetUp)?;
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Held>::clone(&held);
        let mut config = config.with_no_client_auth().with_cert_resolver(resolver);
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        // Clients that come again need no whole handshake, and the server remembers nothing.
        config.ticketer = Ticketer::new().map_err(TlsError::SetUp)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let (files, patience, stamp) = (files.clone(), HANDSHAKE_TIME_MAX, Mutex::new(stamp));
        Ok(Self { files, provider, held, acceptor, patience, stamp })
    }

    /// The same with another time for handshakes.
    #[cfg(test)]
    pub(crate) fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Shakes hands with a client.
    ///
    /// # Errors
    /// [`HandshakeError`]
    pub(crate) async fn accept(
        &self,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, HandshakeError> {
        let handshake = self.acceptor.accept(stream);
        match tokio::time::timeout(self.patience, handshake).await {
            Ok(accepted) => accepted.map_err(HandshakeError::Failed),
            Err(_) => Err(HandshakeError::Late),
        }
    }

    /// Reads the files again. If they do not do, for instance because only one of them was replaced
    /// yet, what was read before stays in use.
    ///
    /// # Errors
    /// [`TlsError`] says which file does not do.
    pub(crate) fn reload(&self) -> Result<(), TlsError> {
        let stamp = stamp(&self.files);
        self.held.0.store(Arc::new(read(&self.files, &self.provider)?));
        *self.stamp.lock().unwrap_or_else(PoisonError::into_inner) = stamp;
        Ok(())
    }

    /// Whether the files have changed since they were read.
    pub(crate) fn is_stale(&self) -> bool {
        *self.stamp.lock().unwrap_or_else(PoisonError::into_inner) != stamp(&self.files)
    }

    /// Reads the files again at SIGHUP and when they have changed, until `stop` turns true.
    pub(crate) async fn follow(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = match signal(SignalKind::hangup()) {
            Ok(told) => Some(told),
            Err(error) => {
                tracing::warn!(%error, "SIGHUP cannot be listened for");
                None
            }
        };
        loop {
            let hung_up = async {
                match &mut told {
                    Some(told) => told.recv().await,
                    None => std::future::pending().await,
                }
            };
            let is_told = tokio::select! {
                _ = looks.tick() => false,
                _ = hung_up => true,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            let this = Arc::clone(&self);
            // Files can be slow: not on a thread that serves requests.
            let _joined = tokio::task::spawn_blocking(move || this.renew(is_told)).await;
        }
    }

    fn renew(&self, is_told: bool) {
        if !is_told && !self.is_stale() {
            return;
        }
        match self.reload() {
            Ok(()) => tracing::info!("certificate read again"),
            Err(error) => {
                let cause = crate::http::error::chain(&error);
                tracing::error!(%cause, "the certificate in use is kept: the new one does not do");
            }
        }
    }
}

fn read(files: &TlsConfig, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
    let wrong = |path: &Path| {
        let path = path.to_owned();
        |error| TlsError::Certificate(path, Box::new(error))
    };
    let mut chain = Vec::new();
    let found = CertificateDer::pem_file_iter(&files.certificate);
    for certificate in found.map_err(wrong(&files.certificate))? {
        if chain.len() == CHAIN_MAX {
            return Err(TlsError::Chain(files.certificate.clone()));
        }
        chain.push(certificate.map_err(wrong(&files.certificate))?);
    }
    if chain.is_empty() {
        return Err(wrong(&files.certificate)(pem::Error::NoItemsFound));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| TlsError::Key(files.key.clone(), Box::new(error)))?;
    CertifiedKey::from_der(chain, key, provider).map_err(TlsError::Mismatch)
}

fn stamp(files: &TlsConfig) -> Stamp {
    [&files.certificate, &files.key].map(|path| {
        let found = std::fs::metadata(path).ok()?;
        Some((found.modified().ok()?, found.len()))
    })
}
