//! Tells clients that a session is over (OpenID Connect Back-Channel Logout 1.0): by sign-out, by an
//! administrator, or because the user was suspended or deleted.
//!
//! A session ends once for a client: the id of its logout token follows from both, so the same news
//! is never sent under two ids. What is told to whom is read from the log alone.

mod collect;
mod send;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::{
    http::error::chain,
    reactors::outbox::{Outbox, OutboxError},
    site::Site,
};

/// Name of the reactor in the outbox.
pub(crate) const NAME: &str = "backchannel_logout";
/// How long events may gather before they are looked at: many at once cost little each.
const GATHER: Duration = Duration::from_millis(200);
/// Wait before a failed step is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Longest sleep of the sender: clocks jump.
const SLEEP_MAX: Duration = Duration::from_secs(60);

/// What has to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Logout {
    tenant: String,
    client: String,
    user: String,
    session: String,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The reactor with the tenants that it serves.
pub(crate) struct Backchannel {
    sites: Vec<Site>,
    outbox: Outbox,
}

impl Backchannel {
    /// For the clients of these tenants, with their deliveries in `outbox`.
    pub(crate) fn new(sites: Vec<Site>, outbox: Outbox) -> Self {
        Self { sites, outbox }
    }

    fn site(&self, tenant: &str) -> Option<&Site> {
        self.sites.iter().find(|site| site.tenant().as_str() == tenant)
    }

    /// Where to go on. History that is older than the outbox is no news.
    ///
    /// # Errors
    /// What the outbox says.
    pub(crate) fn begin(&self) -> Result<u64, OutboxError> {
        if let Some(position) = self.outbox.position()? {
            return Ok(position);
        }
        let Some(app) = self.sites.first().map(Site::app) else { return Ok(0) };
        let head = *app.log.head().borrow();
        self.outbox.accept(head, &[], app.clock.now())?;
        Ok(head)
    }

    /// How many deliveries wait.
    ///
    /// # Errors
    /// What the outbox says.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> Result<u64, OutboxError> {
        self.outbox.waiting()
    }
}

/// Follows the log until `stop` turns true, and then to its end: what was written down there is
/// delivered after the next start.
pub(super) async fn follow(reactor: Arc<Backchannel>, mut stop: watch::Receiver<bool>) {
    let Some(log) = reactor.sites.first().map(|site| site.app().log.clone()) else { return };
    let mut head = log.head();
    let mut position = match reactor.begin() {
        Ok(position) => position,
        Err(error) => {
            tracing::error!(cause = %chain(&error), "back-channel logout is off");
            return;
        }
    };
    loop {
        let more = tokio::select! {
            more = head.wait_for(|head| *head > position) => more.is_ok(),
            _ = stop.wait_for(|stop| *stop) => *log.head().borrow() > position,
        };
        if !more {
            return;
        }
        let _ = tokio::time::timeout(GATHER, stop.wait_for(|stop| *stop)).await;
        match reactor.collect(position).await {
            Ok(reached) => position = reached,
            Err(cause) => {
                tracing::error!(position, cause = %chain(&*cause), "logouts not collected");
                tokio::time::sleep(RETRY_AFTER).await;
            }
        }
    }
}

/// Makes deliveries until `stop` turns true.
pub(super) async fn deliver(reactor: Arc<Backchannel>, mut stop: watch::Receiver<bool>) {
    loop {
        let pause = match reactor.deliver_due().await {
            Ok(pause) => pause.min(SLEEP_MAX),
            Err(cause) => {
                tracing::error!(cause = %chain(&*cause), "logouts not delivered; trying again");
                RETRY_AFTER
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = reactor.outbox.news() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
