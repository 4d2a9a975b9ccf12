//! Finds in the log which sessions ended and which clients took part in them.

use std::collections::BTreeSet;

use crypto::digest::sha256_base64url;
use events::{Event, Recorded, SessionEvent, SessionId, StoredEvent, StreamName, UserEvent};
use projections::{Page, Timeline, TimelineCursor, TimelineFilter};

use super::{Backchannel, Failure, Logout};
use crate::{reactors::outbox::NewDelivery, settle::WAIT_MAX, site::Site};

/// Most events looked at in one go.
const BATCH_MAX: usize = 1_024;
/// Most events of one session that are read in one go.
const SESSION_EVENTS_MAX: usize = if cfg!(test) { 1 } else { 1_024 };
/// Most sessions of one user that are told about, newest first.
const USER_SESSIONS_MAX: u32 = 100;
/// Events after which the checkpoint is written although nothing was to be done.
const CHECKPOINT_EVERY: u64 = 10_000;
/// What begins the names of the events that are looked for, in every version.
const ENDINGS: [&[u8]; 3] = [b"SessionEnded.", b"UserSuspended.", b"UserDeleted."];
/// What stands before the name of an event, and where: the id before it is always as long.
const NAME_MARK: (&[u8], usize) = (b"\",\"type\":\"", 43);
/// Names of the event that begins a session.
const STARTED: [&str; 2] = ["SessionStarted.v1", "SessionStarted.v2"];

impl Backchannel {
    /// Looks at what comes after a position and writes down what has to be told; answers how far it
    /// has come.
    ///
    /// # Errors
    /// What the log, the views or the outbox say; nothing was written down then.
    pub(crate) async fn collect(&self, after: u64) -> Result<u64, Failure> {
        let Some(first) = self.sites.first() else { return Ok(after) };
        let app = first.app();
        let read = app.log.stored(after, BATCH_MAX).await?;
        let reached = read.last().map_or(after, |last| last.position);
        let mut deliveries = Vec::new();
        for stored in read.iter().filter(|stored| may_end_a_session(stored)) {
            let recorded = app.log.open_event(stored)?;
            if let Some(site) = self.site(recorded.tenant.as_str()) {
                deliveries.extend(told(site, &recorded).await?);
            }
        }
        if !deliveries.is_empty() || reached >= self.begin()? + CHECKPOINT_EVERY {
            self.outbox.accept(reached, &deliveries, app.clock.now())?;
        }
        Ok(reached)
    }
}

/// Whether it is worth being opened: nearly no event ends a session.
fn may_end_a_session(stored: &StoredEvent) -> bool {
    let (mark, at) = NAME_MARK;
    match stored.body.get(at..).and_then(|rest| rest.strip_prefix(mark)) {
        Some(rest) => ENDINGS.iter().any(|name| rest.starts_with(name)),
        None => ENDINGS.iter().any(|name| stored.body.windows(name.len()).any(|it| it == *name)),
    }
}

/// What has to be told because of an event.
#[expect(clippy::wildcard_enum_match_arm, reason = "few of many events end sessions")]
async fn told(site: &Site, recorded: &Recorded) -> Result<Vec<NewDelivery>, Failure> {
    let sessions = match &recorded.event {
        Event::Session(SessionEvent::SessionEnded { .. }) => vec![recorded.stream.clone()],
        Event::User(UserEvent::UserSuspended { .. } | UserEvent::UserDeleted {}) => {
            sessions_of(site, recorded).await?
        }
        _ => return Ok(Vec::new()),
    };
    let mut deliveries = Vec::new();
    for session in sessions {
        let mut read = Vec::new();
        loop {
            let from = read.len() as u64;
            let more = site.app().log.read_stream(&session, from, SESSION_EVENTS_MAX).await?;
            let is_last = more.len() < SESSION_EVENTS_MAX;
            read.extend(more);
            if is_last {
                break;
            }
        }
        deliveries.extend(participants(site, &session, &read, recorded)?);
    }
    Ok(deliveries)
}

/// The sessions of the user that the event is about.
async fn sessions_of(site: &Site, recorded: &Recorded) -> Result<Vec<StreamName>, Failure> {
    let views = &site.app().views;
    views.wait(recorded.position, WAIT_MAX).await?;
    let filter = TimelineFilter {
        tenant: Some(recorded.tenant.clone()),
        user: Some(recorded.stream.id().to_owned()),
        event_types: STARTED.map(str::to_owned).to_vec(),
        ..TimelineFilter::default()
    };
    let cursor = TimelineCursor::Before(recorded.position);
    let page = Page::new(0, USER_SESSIONS_MAX);
    let rows = views.reader::<Timeline>().page(&filter, cursor, page)?;
    Ok(rows.into_iter().map(|row| row.stream).collect())
}

/// One delivery for each client that took part in a session and wants to hear of its end. A session
/// that was over before the event is no news.
fn participants(
    site: &Site,
    stream: &StreamName,
    read: &[Recorded],
    ending: &Recorded,
) -> Result<Vec<NewDelivery>, Failure> {
    let mut person = None;
    let mut applications = BTreeSet::new();
    for recorded in read.iter().filter(|recorded| recorded.position < ending.position) {
        let Event::Session(event) = &recorded.event else { continue };
        match event {
            SessionEvent::SessionStarted { user, expires_at, .. } => {
                person = Some((user.clone(), *expires_at));
            }
            SessionEvent::SessionApplicationAuthorized { application, .. } => {
                applications.insert(application.clone());
            }
            SessionEvent::SessionEnded { .. } => return Ok(Vec::new()),
        }
    }
    let Some((user, _)) = person.filter(|(_, expires_at)| *expires_at > ending.time) else {
        return Ok(Vec::new());
    };
    let session: SessionId = stream.id().parse()?;
    let clients = site.clients()?;
    let listening = applications.iter().filter(|application| {
        let client = clients.get(application.as_str());
        client.is_some_and(|client| client.backchannel_logout_uri.is_some())
    });
    let delivery = |application: &events::ApplicationId| -> Result<NewDelivery, Failure> {
        let logout = Logout {
            tenant: site.tenant().to_string(),
            client: application.to_string(),
            user: user.to_string(),
            session: session.to_string(),
        };
        Ok(NewDelivery {
            id: logout.id(),
            receiver: format!("{}/{}", logout.tenant, logout.client),
            subject: format!("{}/{}/{}", logout.tenant, logout.client, logout.user),
            payload: serde_json::to_string(&logout)?,
        })
    };
    listening.map(delivery).collect()
}

impl Logout {
    /// Follows from session and client: it is the id of the logout token as well.
    fn id(&self) -> String {
        sha256_base64url(&format!("logout\n{}\n{}\n{}", self.tenant, self.session, self.client))
    }
}
