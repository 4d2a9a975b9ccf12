//! Connections: HTTP/1.1 and, over TLS, HTTP/2; bounded in number and in the time a handshake and a
//! head may take; on shutdown no new ones, and a bounded time for those that are under way.

#[cfg(test)]
mod tests;

use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Request, Response},
};
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Notify, Semaphore, watch},
};
use tower::ServiceExt as _;

use crate::{
    http::error::chain,
    tls::{H2, Tls},
};

/// Most connections at the same time; more wait in the kernel's queue.
const CONNECTIONS_MAX: usize = 10_000;
/// Longest time for the head of a request.
const HEAD_TIME_MAX: Duration = Duration::from_secs(10);
/// Largest head of a request, in bytes.
const HEAD_BYTES_MAX: u32 = 65_536;
/// Most requests at the same time on a connection of HTTP/2.
const STREAMS_MAX: u32 = 128;
/// Most streams of HTTP/2 that a client may open and reset while they wait to be served.
const RESET_STREAMS_MAX: usize = 20;
/// Most bytes that are kept for a client of HTTP/2 that reads slowly, for each stream.
const SEND_BYTES_MAX: usize = 262_144;
/// A connection of HTTP/2 on which nothing comes for so long is asked whether it is there.
const PING_EVERY: Duration = Duration::from_secs(30);
/// Longest time for the answer to that.
const PING_TIME_MAX: Duration = Duration::from_secs(10);
/// Longest time for requests that are under way when the server stops.
const DRAIN_TIME_MAX: Duration = Duration::from_secs(10);
/// Wait after a connection could not be accepted, for instance for want of file descriptors.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);

/// Serves `router` on `listener` until `stop` turns true; over TLS if there is a certificate.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<Arc<Tls>>,
    mut stop: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let server = Server { http1: http1(), http2: http2(), router };
    loop {
        let accepting = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepting => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "connection not accepted");
                tokio::time::sleep(ACCEPT_RETRY).await;
                continue;
            }
        };
        prepare(&stream);
        let (server, tls, watcher) = (server.clone(), tls.clone(), graceful.watcher());
        let stopped = stop.clone();
        tokio::spawn(async move {
            let _place = place;
            match tls {
                None => server.http(stream, peer, false, watcher).await,
                Some(tls) => server.https((stream, peer), &tls, stopped, watcher).await,
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_TIME_MAX, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way after the time for them was over");
    }
}

/// What serves a connection.
#[derive(Clone)]
struct Server {
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
    router: Router,
}

fn http1() -> http1::Builder {
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_MAX)
        .max_buf_size(HEAD_BYTES_MAX as usize)
        .half_close(false);
    server
}

fn http2() -> http2::Builder<TokioExecutor> {
    let mut server = http2::Builder::new(TokioExecutor::new());
    server
        .timer(TokioTimer::new())
        .max_header_list_size(HEAD_BYTES_MAX)
        .max_concurrent_streams(STREAMS_MAX)
        .max_pending_accept_reset_streams(RESET_STREAMS_MAX)
        .max_send_buf_size(SEND_BYTES_MAX)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_TIME_MAX);
    server
}

impl Server {
    /// Nobody waits for a handshake when the server stops.
    async fn https(
        self,
        (stream, peer): (TcpStream, SocketAddr),
        tls: &Tls,
        mut stopped: watch::Receiver<bool>,
        watcher: Watcher,
    ) {
        let accepted = tokio::select! {
            accepted = tls.accept(stream) => accepted,
            () = async { stopped.wait_for(|stop| *stop).await.map(drop).unwrap_or_default() } => {
                return;
            }
        };
        match accepted {
            Ok(stream) => {
                let is_http2 = stream.get_ref().1.alpn_protocol() == Some(H2);
                self.http(stream, peer, is_http2, watcher).await;
            }
            Err(error) => tracing::debug!(cause = %chain(&error), "no TLS on a connection"),
        }
    }

    async fn http<S>(self, stream: S, peer: SocketAddr, is_http2: bool, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { http1, http2, router } = self;
        let asked = Arc::new(Notify::new());
        let noted = Arc::clone(&asked);
        let service = service_fn(move |request| {
            noted.notify_one();
            answer(router.clone(), request, peer)
        });
        let stream = TokioIo::new(stream);
        let ended = if is_http2 {
            let connection = watcher.watch(http2.serve_connection(stream, service));
            unless_silent(connection, &asked, HEAD_TIME_MAX).await
        } else {
            watcher.watch(http1.serve_connection(stream, service)).await
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "connection ended");
        }
    }
}

/// Serves a connection of HTTP/2 unless nothing is asked on it in time: HTTP/1.1 has a limit of its
/// own for that.
async fn unless_silent<E>(
    connection: impl Future<Output = Result<(), E>>,
    asked: &Notify,
    patience: Duration,
) -> Result<(), E> {
    let mut connection = pin!(connection);
    tokio::select! {
        ended = &mut connection => ended,
        first = tokio::time::timeout(patience, asked.notified()) => match first {
            Ok(()) => connection.await,
            Err(_) => Ok(()),
        },
    }
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
) -> Result<Response<Body>, std::convert::Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}

fn prepare(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
}
