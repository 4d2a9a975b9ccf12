//! One keep-alive connection, plain or over TLS, speaking just enough HTTP/1.1 to cost the generator
//! little.

use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Room for an answer; it grows if one is longer.
const BUFFER_BYTES: usize = 16 * 1024;

/// Bytes on their way.
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection and the buffers that it reuses.
pub(crate) struct Connection {
    stream: Stream,
    received: Vec<u8>,
    body: Vec<u8>,
}

/// How long the body is, as the headers say.
enum Length {
    Known(usize),
    Chunked,
}

impl Connection {
    pub(crate) async fn open(address: &str, tls: Option<&TlsConnector>) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("connecting")?;
        stream.set_nodelay(true)?;
        let stream = match tls {
            None => Stream::Plain(stream),
            Some(tls) => {
                let name = ServerName::try_from("127.0.0.1")?;
                let stream = tls.connect(name, stream).await.context("shaking hands")?;
                Stream::Tls(Box::new(stream))
            }
        };
        Ok(Self { stream, received: Vec::with_capacity(BUFFER_BYTES), body: Vec::new() })
    }

    /// Sends a whole request; gives the status. The body is then in [`Connection::body`].
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<u16> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.write_all(request).await,
            Stream::Tls(stream) => stream.write_all(request).await,
        }
        .context("sending")?;
        self.received.clear();
        self.body.clear();
        let head = loop {
            if let Some(end) = find(&self.received, b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let (status, length) = read_head(self.received.get(..head).unwrap_or_default())?;
        match length {
            Length::Known(length) => {
                while self.received.len() < head + length {
                    self.more().await?;
                }
                self.body
                    .extend_from_slice(self.received.get(head..head + length).unwrap_or_default());
            }
            Length::Chunked => self.read_chunks(head).await?,
        }
        Ok(status)
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    async fn more(&mut self) -> Result<()> {
        let read = match &mut self.stream {
            Stream::Plain(stream) => stream.read_buf(&mut self.received).await,
            Stream::Tls(stream) => stream.read_buf(&mut self.received).await,
        };
        let read = read.context("receiving")?;
        ensure!(read > 0, "the server closed the connection");
        Ok(())
    }

    async fn read_chunks(&mut self, mut at: usize) -> Result<()> {
        loop {
            let line = loop {
                let rest = self.received.get(at..).unwrap_or_default();
                if let Some(end) = find(rest, b"\r\n") {
                    break end;
                }
                self.more().await?;
            };
            let size = self.received.get(at..at + line).unwrap_or_default();
            let size = usize::from_str_radix(std::str::from_utf8(size)?.trim(), 16)?;
            at += line + 2;
            while self.received.len() < at + size + 2 {
                self.more().await?;
            }
            if size == 0 {
                return Ok(());
            }
            self.body.extend_from_slice(self.received.get(at..at + size).unwrap_or_default());
            at += size + 2;
        }
    }
}

/// Connects to a server that shows the certificate given, in DER.
pub(crate) fn trusting(certificate: &[u8]) -> Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(certificate.to_vec()))?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn read_head(head: &[u8]) -> Result<(u16, Length)> {
    let head = std::str::from_utf8(head).context("a head that is no text")?;
    let status: u16 = head.get(9..12).context("no status line")?.parse()?;
    if matches!(status, 204 | 304) {
        return Ok((status, Length::Known(0)));
    }
    for line in head.lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("content-length") {
            return Ok((status, Length::Known(value.trim().parse()?)));
        }
        if name.eq_ignore_ascii_case("transfer-encoding") {
            return Ok((status, Length::Chunked));
        }
    }
    bail!("an answer without a length: {head}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_tells_status_and_length() {
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nContent-Length: 12\r\n\r\n";
        assert!(matches!(read_head(head).unwrap(), (200, Length::Known(12))));
        let head = b"HTTP/1.1 204 No Content\r\n\r\n";
        assert!(matches!(read_head(head).unwrap(), (204, Length::Known(0))));
        let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        assert!(matches!(read_head(head).unwrap(), (200, Length::Chunked)));
        assert!(read_head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
