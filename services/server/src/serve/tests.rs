//! Connections from the other side: plain, over TLS by both protocols, and by those who do not play
//! along.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Request, Version},
    routing::get,
};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
    task::JoinHandle,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{serve, unless_silent};
use crate::{
    config::TlsConfig,
    tls::{Tls, TlsError},
};

/// A server with a certificate of its own making.
struct Served {
    address: SocketAddr,
    tls: Arc<Tls>,
    folder: TempDir,
    certificate: CertificateDer<'static>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

fn made(folder: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key }: CertifiedKey<KeyPair> =
        generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("certificate.pem"), cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    cert.der().clone()
}

fn files(folder: &Path) -> TlsConfig {
    TlsConfig { certificate: folder.join("certificate.pem"), key: folder.join("key.pem") }
}

async fn served() -> Served {
    served_by(|tls| tls).await
}

async fn served_by(set_up: impl FnOnce(Tls) -> Tls) -> Served {
    let folder = tempfile::tempdir().unwrap();
    let certificate = made(folder.path());
    let tls = Arc::new(set_up(Tls::open(&files(folder.path())).unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route(
        "/",
        get(|ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request<Body>| async move {
            format!("{:?} from {}", request.version(), peer.ip())
        }),
    );
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(serve(listener, router, Some(Arc::clone(&tls)), stopped));
    Served { address, tls, folder, certificate, stop, task }
}

/// Shakes hands, trusting one certificate.
async fn connect(
    address: SocketAddr,
    trusted: &CertificateDer<'static>,
    protocols: &[&[u8]],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

fn request(version: Version) -> Request<Body> {
    let uri = if version == Version::HTTP_2 { "https://localhost/" } else { "/" };
    Request::get(uri).version(version).header("host", "localhost").body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_client_that_knows_http_2_gets_it() {
    let served = served().await;
    let stream = connect(served.address, &served.certificate, &[b"h2", b"http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let answer = sender.send_request(request(Version::HTTP_2)).await.unwrap();
    assert_eq!(answer.status(), 200);
    let body = to_bytes(Body::new(answer.into_body()), 1_000).await.unwrap();
    assert_eq!(body, "HTTP/2.0 from 127.0.0.1");
}

#[tokio::test]
async fn a_client_that_does_not_gets_http_1() {
    let served = served().await;
    for protocols in [&[&b"http/1.1"[..]][..], &[]] {
        let stream = connect(served.address, &served.certificate, protocols).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let answer = sender.send_request(request(Version::HTTP_11)).await.unwrap();
        let body = to_bytes(Body::new(answer.into_body()), 1_000).await.unwrap();
        assert_eq!(body, "HTTP/1.1 from 127.0.0.1");
    }
}

#[tokio::test]
async fn a_new_certificate_is_used_without_a_restart() {
    let served = served().await;
    let protocols: &[&[u8]] = &[b"http/1.1"];
    assert!(!served.tls.is_stale());
    let newer = made(served.folder.path());
    assert!(connect(served.address, &newer, protocols).await.is_err(), "not read yet");
    served.tls.reload().unwrap();
    assert!(!served.tls.is_stale());
    assert!(connect(served.address, &newer, protocols).await.is_ok());
    assert!(connect(served.address, &served.certificate, protocols).await.is_err());
}

#[tokio::test]
async fn a_certificate_that_does_not_do_leaves_the_old_one_in_use() {
    let served = served().await;
    let elsewhere = tempfile::tempdir().unwrap();
    made(elsewhere.path());
    std::fs::copy(elsewhere.path().join("key.pem"), served.folder.path().join("key.pem")).unwrap();
    assert!(matches!(served.tls.reload(), Err(TlsError::Mismatch(_))));
    std::fs::write(served.folder.path().join("certificate.pem"), "no certificate").unwrap();
    assert!(matches!(served.tls.reload(), Err(TlsError::Certificate(..))));
    assert!(served.tls.is_stale(), "it is tried again");
    let protocols: &[&[u8]] = &[b"http/1.1"];
    assert!(connect(served.address, &served.certificate, protocols).await.is_ok());
}

#[test]
fn files_that_are_not_there_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let refused = Tls::open(&files).map(drop).unwrap_err();
    assert!(refused.to_string().contains("certificate.pem"), "{refused}");
    made(folder.path());
    std::fs::remove_file(&files.key).unwrap();
    let refused = Tls::open(&files).map(drop).unwrap_err();
    assert!(refused.to_string().contains("key.pem"), "{refused}");
}

#[tokio::test]
async fn who_speaks_no_tls_gets_no_answer_and_holds_up_nobody() {
    let served = served().await;
    // One says nothing at all, for longer than the test takes.
    let silent = TcpStream::connect(served.address).await.unwrap();
    let mut plain = TcpStream::connect(served.address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut said = Vec::new();
    // The end of the connection may be an error: the server has not read all.
    let _ended = plain.read_to_end(&mut said).await;
    assert!(!said.starts_with(b"HTTP/"), "{}", String::from_utf8_lossy(&said));
    let protocols: &[&[u8]] = &[b"http/1.1"];
    assert!(connect(served.address, &served.certificate, protocols).await.is_ok());
    drop(silent);
}

#[tokio::test]
async fn a_handshake_that_is_not_finished_in_time_is_cut_off() {
    let served = served_by(|tls| tls.with_patience(Duration::from_millis(50))).await;
    let mut slow = TcpStream::connect(served.address).await.unwrap();
    // The first byte of a handshake, and nothing more.
    slow.write_all(&[0x16]).await.unwrap();
    let mut said = Vec::new();
    // Ends because the server ends it.
    let _ended = slow.read_to_end(&mut said).await;
    let protocols: &[&[u8]] = &[b"http/1.1"];
    assert!(connect(served.address, &served.certificate, protocols).await.is_ok());
}

#[tokio::test]
async fn a_stop_ends_idle_connections_of_both_protocols() {
    let served = served().await;
    let protocols: &[&[u8]] = &[b"h2"];
    let stream = connect(served.address, &served.certificate, protocols).await.unwrap();
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    let ended = tokio::spawn(connection);
    assert_eq!(sender.send_request(request(Version::HTTP_2)).await.unwrap().status(), 200);
    // Somebody who never finishes the handshake does not hold up the end.
    let _silent = TcpStream::connect(served.address).await.unwrap();
    served.stop.send(true).unwrap();
    served.task.await.unwrap();
    let _result = ended.await.unwrap();
}

#[tokio::test]
async fn a_connection_on_which_nothing_is_asked_ends_and_another_lasts() {
    let asked = Notify::new();
    let endless = std::future::pending::<Result<(), ()>>;
    assert_eq!(unless_silent(endless(), &asked, Duration::from_millis(1)).await, Ok(()));
    asked.notify_one();
    let connection = async {
        // Longer than the patience that a silent one is met with.
        tokio::time::timeout(Duration::from_millis(20), endless()).await.map_err(drop)?
    };
    assert_eq!(unless_silent(connection, &asked, Duration::from_millis(1)).await, Err(()));
}
