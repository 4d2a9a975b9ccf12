//! Sends logout tokens.

use std::{collections::BTreeSet, time::Duration};

use protocol::logout_token::{LOGOUT_TOKEN_TYP, LogoutTokenClaims};
use tokio::task::JoinSet;

use super::{Backchannel, Failure, Logout};
use crate::{
    egress::{Egress, EgressError},
    http::error::chain,
    reactors::outbox::Delivery,
    site::Site,
};

/// Most deliveries at the same time.
const TOGETHER_MAX: u32 = 16;

/// How an attempt ended.
enum Outcome {
    /// The client knows.
    Arrived,
    /// The client is gone, or wants to hear no more.
    Pointless,
    /// To be tried again.
    Failed(String),
}

impl Backchannel {
    /// Makes every delivery that is due; answers how long until the next one may be.
    ///
    /// # Errors
    /// What the outbox says. What had arrived by then may be sent once more, under the same id.
    pub(crate) async fn deliver_due(&self) -> Result<Duration, Failure> {
        let Some(clock) = self.sites.first().map(|site| &site.app().clock) else {
            return Ok(Duration::MAX);
        };
        let mut attempts = JoinSet::new();
        let mut under_way = BTreeSet::new();
        loop {
            let due = self.outbox.due(clock.now(), TOGETHER_MAX)?;
            if due.is_empty() && attempts.is_empty() {
                let next = self.outbox.next_due()?;
                let millis = next.map(|next| next.0.saturating_sub(clock.now().0).max(1));
                return Ok(millis.map_or(Duration::MAX, |millis| {
                    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
                }));
            }
            for delivery in due {
                if under_way.contains(&delivery.id) {
                    continue;
                }
                match self.attempt(&delivery) {
                    Ok(Some(attempt)) => {
                        under_way.insert(delivery.id.clone());
                        attempts.spawn(async move { (attempt.await, delivery) });
                    }
                    Ok(None) => self.finish(&delivery, &Outcome::Pointless)?,
                    // What cannot be made, for want of a key for instance, holds up no other.
                    Err(cause) => self.finish(&delivery, &Outcome::Failed(chain(&*cause)))?,
                }
            }
            // Nobody waits for the slowest: one that has ended makes room at once.
            if let Some(ended) = attempts.join_next().await {
                let (outcome, delivery) = ended?;
                under_way.remove(&delivery.id);
                self.finish(&delivery, &outcome)?;
            }
        }
    }

    /// The attempt to make a delivery; none if nobody wants to hear of it any more.
    fn attempt(
        &self,
        delivery: &Delivery,
    ) -> Result<Option<impl Future<Output = Outcome> + Send + 'static>, Failure> {
        let logout: Logout = serde_json::from_str(&delivery.payload)?;
        let Some(site) = self.site(&logout.tenant) else { return Ok(None) };
        let clients = site.clients()?;
        let Some(client) = clients.get(&logout.client) else { return Ok(None) };
        let Some(uri) = client.backchannel_logout_uri.clone() else { return Ok(None) };
        let algorithm = client.metadata.id_token_algorithm.as_deref();
        let token = logout_token(site, &logout, &delivery.id, algorithm)?;
        let egress = site.app().egress.clone();
        Ok(Some(async move { post(&egress, &uri, &token).await }))
    }

    fn finish(&self, delivery: &Delivery, outcome: &Outcome) -> Result<(), Failure> {
        let Some(site) = self.sites.first() else { return Ok(()) };
        let now = site.app().clock.now();
        let (id, attempts) = (&delivery.id, delivery.attempts);
        match outcome {
            Outcome::Arrived => {
                tracing::info!(logout = %id, attempts, "back-channel logout delivered");
                self.outbox.strike(delivery, now)?;
            }
            Outcome::Pointless => self.outbox.strike(delivery, now)?,
            Outcome::Failed(cause) => {
                let again = self.outbox.postpone(delivery, now)?;
                tracing::warn!(logout = %id, attempts, cause, again, "back-channel logout failed");
            }
        }
        Ok(())
    }
}

fn logout_token(
    site: &Site,
    logout: &Logout,
    id: &str,
    algorithm: Option<&str>,
) -> Result<String, Failure> {
    let now = site.app().clock.now().seconds().0;
    let Logout { tenant: _, client, user, session } = logout;
    let claims = LogoutTokenClaims::new(site.issuer(), user, client, session, id, now);
    let signer = site.signer_of(algorithm)?;
    Ok(crypto::jwt::mint(&signer, Some(LOGOUT_TOKEN_TYP), &claims)?)
}

/// Sends a token (OpenID Connect Back-Channel Logout 1.0 section 2.5).
async fn post(egress: &Egress, uri: &str, token: &str) -> Outcome {
    let form =
        form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", token).finish();
    match egress.post(uri, "application/x-www-form-urlencoded", form).await {
        Ok(answer) if answer.is_success() => Outcome::Arrived,
        Ok(answer) => Outcome::Failed(format!("status {}", answer.status)),
        Err(EgressError::Closed) => Outcome::Failed("the process is stopping".into()),
        Err(error) => Outcome::Failed(chain(&error)),
    }
}
