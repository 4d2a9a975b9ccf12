//! How the session of a grant began, as a script is told: read from the log, because nothing else
//! remembers it. Without a session, or once the visit was archived, there is nothing to tell.

use events::{
    Event, InteractionEvent, InteractionId, InteractionPurpose, Recorded, SessionEvent, SessionId,
    StreamName,
};
use serde_json::{Value, json};

use crate::{call::Call, oidc::failure::OidcResult};

/// Most events of a visit that are looked at.
const EVENTS_MAX: usize = 256;

/// The visit in which the session began.
///
/// # Errors
/// Only failures of the machinery.
pub(super) async fn last_sign_in(
    call: &Call,
    session: Option<&SessionId>,
) -> OidcResult<Option<Value>> {
    let Some(session) = session else { return Ok(None) };
    let (log, tenant) = (&call.site.app().log, call.site.tenant());
    let started = log.read_stream(&StreamName::session(tenant, session), 0, 1).await?;
    let Some(id) = started.first().and_then(interaction) else { return Ok(None) };
    let events = log.read_stream(&StreamName::interaction(tenant, id), 0, EVENTS_MAX).await?;
    Ok(describe(events.iter().filter_map(|recorded| {
        if let Event::Interaction(event) = &recorded.event { Some(event) } else { None }
    })))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "one event begins a session")]
fn interaction(recorded: &Recorded) -> Option<&InteractionId> {
    match &recorded.event {
        Event::Session(SessionEvent::SessionStarted { interaction, .. }) => Some(interaction),
        _ => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "few of the events tell how it began")]
fn describe<'a>(events: impl Iterator<Item = &'a InteractionEvent>) -> Option<Value> {
    let (mut purpose, mut user, mut records) = (None, None, Vec::new());
    for event in events {
        match event {
            InteractionEvent::InteractionPurposeChosen { purpose: chosen, .. } => {
                purpose = Some(*chosen);
            }
            InteractionEvent::PasswordVerified { verification, user, identifier, .. } => {
                let identifier = json!({"type": identifier});
                records.push(json!({
                    "id": verification, "type": "Password", "verified": true,
                    "identifier": identifier, "userId": user,
                }));
            }
            InteractionEvent::NewIdentityVerified { verification, personal, .. } => {
                let identifier = personal
                    .open()
                    .map(|chosen| json!({"type": chosen.identifier, "value": chosen.value}));
                records.push(json!({
                    "id": verification, "type": "NewPasswordIdentity", "identifier": identifier,
                }));
            }
            InteractionEvent::UserIdentified { user: identified, .. } => user = Some(identified),
            _ => {}
        }
    }
    let event = purpose.map(|purpose| match purpose {
        InteractionPurpose::SignIn => "SignIn",
        InteractionPurpose::Register => "Register",
        InteractionPurpose::ForgotPassword => "ForgotPassword",
    })?;
    Some(json!({"interactionEvent": event, "userId": user, "verificationRecords": records}))
}
