//! One request as the handlers see it: the tenant's site, the moment, who calls from where.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header::USER_AGENT, request::Parts},
};
use events::{Actor, CorrelationId, SessionOrigin, UnixMillis};
use store::Context;

use crate::{
    settle::{Unsettled, WAIT_MAX, Written},
    site::Site,
};

/// Header that names a request; made up if absent or unusable.
pub(crate) const REQUEST_ID: &str = "x-request-id";
/// Longest user agent that is recorded, in bytes.
const USER_AGENT_BYTES_MAX: usize = 256;

/// One request.
#[derive(Clone)]
pub(crate) struct Call {
    /// The tenant that was asked.
    pub site: Site,
    /// The moment of the request.
    pub now: UnixMillis,
    /// Name of the request.
    pub correlation: CorrelationId,
    ip: Option<IpAddr>,
    user_agent: Option<String>,
    written: Written,
}

impl Call {
    /// A call by someone with a shell on the server.
    pub(crate) fn of_operator(site: &Site) -> Self {
        Self {
            site: site.clone(),
            now: site.app().clock.now(),
            correlation: site.new_correlation(),
            ip: None,
            user_agent: None,
            written: Written::default(),
        }
    }

    /// The address that the request came from.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.ip
    }

    /// What the log records beside the events of this request.
    pub(crate) fn context(&self, actor: Actor) -> Context {
        Context {
            tenant: self.site.tenant().clone(),
            actor,
            correlation: self.correlation.clone(),
            causation: None,
            time: self.now,
        }
    }

    /// From where the request came.
    pub(crate) fn origin(&self) -> SessionOrigin {
        SessionOrigin { ip: self.ip.map(|ip| ip.to_string()), user_agent: self.user_agent.clone() }
    }

    /// Notes what was written, without waiting: for answers that need no view.
    pub(crate) fn note(&self, position: Option<u64>) {
        if let Some(position) = position {
            self.written.note(position);
        }
    }

    /// Notes what was written and waits until every view has folded it.
    ///
    /// # Errors
    /// [`Unsettled`] if that takes too long.
    pub(crate) async fn settle(&self, position: Option<u64>) -> Result<(), Unsettled> {
        let Some(position) = position else { return Ok(()) };
        self.written.note(position);
        self.site.wait(position).await
    }

    /// Waits until every view has folded all that is in the log now: for a look-up that found
    /// nothing although its key could not have been guessed.
    ///
    /// # Errors
    /// [`Unsettled`] if that takes too long.
    pub(crate) async fn catch_up(&self) -> Result<(), Unsettled> {
        let head = *self.site.app().log.head().borrow();
        self.site.wait(head).await
    }
}

impl Site {
    /// Waits until every view has folded `position`.
    ///
    /// # Errors
    /// [`Unsettled`] after [`WAIT_MAX`].
    pub async fn wait(&self, position: u64) -> Result<(), Unsettled> {
        let waited = self.app().views.wait(position, WAIT_MAX).await;
        waited.map_err(|cause| Unsettled { position, cause })
    }
}

impl FromRequestParts<Site> for Call {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self {
            now: site.app().clock.now(),
            correlation: correlation(parts, site),
            ip: peer.map(|peer| peer.0.ip()),
            user_agent: user_agent(&parts.headers),
            written: parts.extensions.get::<Written>().cloned().unwrap_or_default(),
            site: site.clone(),
        })
    }
}

/// The name that the middleware gave the request.
fn correlation(parts: &Parts, site: &Site) -> CorrelationId {
    parts.extensions.get::<CorrelationId>().cloned().unwrap_or_else(|| site.new_correlation())
}

fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(USER_AGENT)?.to_str().ok()?;
    let cut = text.char_indices().map(|(at, _)| at).find(|at| *at >= USER_AGENT_BYTES_MAX);
    Some(text.get(..cut.unwrap_or(text.len())).unwrap_or_default().to_owned())
}
