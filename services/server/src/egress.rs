//! Every call that the product makes to addresses that somebody else named: keys of clients,
//! back-channel logout, web-hooks. Private addresses are refused unless configuration names them,
//! redirects are not followed, time and body are bounded.
//!
//! The name of a host is resolved here, and the connection goes to the very addresses that were
//! looked at: a second answer of the name server changes nothing.

mod address;
mod policy;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::{
    Client, RequestBuilder,
    header::{ACCEPT, CONTENT_TYPE},
};
use tokio::sync::Semaphore;
use url::Url;

pub use self::policy::PolicyError;
use self::policy::{Guarded, Policy};

/// Longest time that a call may take, from the look-up of the name to the last byte.
const CALL_TIME_MAX: Duration = Duration::from_secs(10);
/// Longest time until there is a connection.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(5);
/// Largest body that is read, in bytes.
pub const BODY_BYTES_MAX: usize = 262_144;
/// Calls at the same time; more wait.
const CALLS_MAX: usize = 64;
/// Idle connections kept for one host.
const IDLE_PER_HOST_MAX: usize = 4;

/// What the product calls itself.
const USER_AGENT: &str = concat!("evident/", env!("CARGO_PKG_VERSION"));

/// Makes calls to other servers. Cheap to clone.
#[derive(Clone)]
pub struct Egress {
    client: Client,
    policy: Arc<Policy>,
    calls: Arc<Semaphore>,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status; a redirect is an answer like any other.
    pub status: u16,
    /// The body, at most [`BODY_BYTES_MAX`].
    pub body: Bytes,
}

impl Answer {
    /// Whether the status is one of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Why a call did not come to an answer.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// No http or https URL with a host, or one with a user name in it.
    #[error("the address is no URL that can be called")]
    Url,
    /// The host is, or resolves to, an address that is not called.
    #[error("the host is at a private address; `egress.allow` can name it")]
    Forbidden,
    /// No connection, no answer, or not in time.
    #[error("the call failed")]
    Call(#[source] reqwest::Error),
    /// More than [`BODY_BYTES_MAX`].
    #[error("the answer is too long")]
    TooLong,
    /// The process is stopping.
    #[error("no more calls are made")]
    Closed,
}

/// Calls that cannot be made ready.
#[derive(Debug, thiserror::Error)]
pub enum EgressStartError {
    /// An entry of `egress.allow` is neither a host nor an address nor a range.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The client cannot be built.
    #[error("outside calls cannot be made ready")]
    Client(#[source] reqwest::Error),
}

impl Egress {
    /// Calls public addresses, and of private ones those that `allow` names: hosts, addresses or
    /// ranges such as `10.1.0.0/16`.
    ///
    /// # Errors
    /// [`EgressStartError`]
    pub fn try_new(allow: &[String]) -> Result<Self, EgressStartError> {
        let policy = Arc::new(Policy::try_new(allow)?);
        let client = match builder(&policy).build() {
            Ok(client) => client,
            Err(error) => {
                // A machine without root certificates can still call plain http.
                tracing::warn!(error = %error, "no server can be called by https");
                let bare = builder(&policy).tls_certs_only([]);
                bare.build().map_err(EgressStartError::Client)?
            }
        };
        Ok(Self { client, policy, calls: Arc::new(Semaphore::new(CALLS_MAX)) })
    }

    /// `GET` of a document.
    ///
    /// # Errors
    /// [`EgressError`]
    pub async fn get(&self, url: &str, accept: &str) -> Result<Answer, EgressError> {
        let url = self.check(url)?;
        self.send(self.client.get(url).header(ACCEPT, accept)).await
    }

    /// `POST` of a body.
    ///
    /// # Errors
    /// [`EgressError`]
    pub async fn post(
        &self,
        url: &str,
        content_type: &str,
        body: impl Into<Bytes>,
    ) -> Result<Answer, EgressError> {
        let url = self.check(url)?;
        let request = self.client.post(url).header(CONTENT_TYPE, content_type);
        self.send(request.body(body.into())).await
    }

    /// Hosts that are addresses never reach the resolver.
    fn check(&self, url: &str) -> Result<Url, EgressError> {
        let url = Url::parse(url).map_err(|_| EgressError::Url)?;
        let is_plain = url.username().is_empty() && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https") || !is_plain {
            return Err(EgressError::Url);
        }
        let is_allowed = match url.host().ok_or(EgressError::Url)? {
            url::Host::Domain(_) => true,
            url::Host::Ipv4(address) => self.policy.permits(address.into()),
            url::Host::Ipv6(address) => self.policy.permits(address.into()),
        };
        if is_allowed { Ok(url) } else { Err(EgressError::Forbidden) }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Answer, EgressError> {
        let _turn = self.calls.acquire().await.map_err(|_| EgressError::Closed)?;
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > BODY_BYTES_MAX {
                return Err(EgressError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body: body.into() })
    }
}

fn builder(policy: &Arc<Policy>) -> reqwest::ClientBuilder {
    Client::builder()
        .dns_resolver(Guarded(policy.clone()))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .http1_only()
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT_TIME_MAX)
        .timeout(CALL_TIME_MAX)
        .pool_max_idle_per_host(IDLE_PER_HOST_MAX)
        .user_agent(USER_AGENT)
}

/// A refusal of the resolver comes wrapped in the client's own error.
fn failed(error: reqwest::Error) -> EgressError {
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = cause {
        if error.is::<policy::Forbidden>() {
            return EgressError::Forbidden;
        }
        cause = error.source();
    }
    EgressError::Call(error.without_url())
}

#[cfg(test)]
mod tests;
