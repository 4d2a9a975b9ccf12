//! An entry of the audit log, made of an event and those that stand beside it in its request.

use events::{
    AccessTokenEvent, ClaimsScriptRunEvent, DeviceAuthorizationEvent, Event, GrantEvent, GrantId,
    InteractionEvent, MachineGrantEvent, Recorded, SessionEvent,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{entry_id, key::key};

/// An entry.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogView {
    tenant_id: String,
    id: String,
    key: String,
    payload: Value,
    created_at: i64,
}

impl LogView {
    /// The entry of an event; `None` if the audit log does not show it.
    pub(super) fn new(recorded: &Recorded, beside: &[&Recorded]) -> Option<Self> {
        let key = key(recorded, beside)?;
        let mut payload = Map::new();
        payload.insert("key".into(), json!(key));
        match error(&recorded.event) {
            Some(error) => {
                payload.insert("result".into(), "Error".into());
                payload.insert("error".into(), error);
            }
            None => {
                payload.insert("result".into(), "Success".into());
            }
        }
        // What the event itself says goes before what its neighbours say.
        for one in std::iter::once(&recorded).chain(beside) {
            for (name, value) in facts(one) {
                payload.entry(name).or_insert(value);
            }
        }
        Some(Self {
            tenant_id: recorded.tenant.to_string(),
            id: entry_id(recorded.position),
            key,
            payload: Value::Object(payload),
            created_at: recorded.time.0,
        })
    }

    /// Its key.
    pub(super) fn key(&self) -> &str {
        &self.key
    }
}

fn error(event: &Event) -> Option<Value> {
    match event {
        Event::Interaction(InteractionEvent::PasswordRejected { .. }) => {
            Some(json!({"code": "session.invalid_credentials"}))
        }
        Event::Interaction(InteractionEvent::InteractionAborted { error }) => {
            Some(json!({"code": error}))
        }
        Event::ClaimsScriptRun(ClaimsScriptRunEvent::ClaimsScriptFailed { reason, .. }) => {
            Some(json!({"code": "jwt_customizer.general", "reason": reason}))
        }
        Event::ClaimsScriptRun(ClaimsScriptRunEvent::ClaimsScriptDenied { .. }) => {
            Some(json!({"code": "oidc.access_denied"}))
        }
        Event::Interaction(_)
        | Event::AccessToken(_)
        | Event::Application(_)
        | Event::ClaimsScript(_)
        | Event::Consent(_)
        | Event::CookieKey(_)
        | Event::DeviceAuthorization(_)
        | Event::Grant(_)
        | Event::MachineGrant(_)
        | Event::Membership(_)
        | Event::OidcSettings(_)
        | Event::Organization(_)
        | Event::OrganizationRole(_)
        | Event::PersonalAccessToken(_)
        | Event::OrganizationScope(_)
        | Event::Proof(_)
        | Event::PushedRequest(_)
        | Event::Reservation(_)
        | Event::Resource(_)
        | Event::Role(_)
        | Event::Session(_)
        | Event::SignInExperience(_)
        | Event::SigningKey(_)
        | Event::SubjectToken(_)
        | Event::Tenant(_)
        | Event::User(_) => None,
    }
}

/// Who, through which application, from where, on which session.
fn facts(recorded: &Recorded) -> Vec<(String, Value)> {
    let mut facts: Vec<(&str, Value)> = Vec::new();
    match &recorded.event {
        Event::AccessToken(AccessTokenEvent::AccessTokenIssued {
            application,
            grant,
            scope,
            ..
        }) => facts.extend(token(application.as_str(), Some(grant), scope)),
        Event::MachineGrant(MachineGrantEvent::MachineTokenIssued {
            application, scope, ..
        }) => facts.extend(token(application.as_str(), None, scope)),
        Event::Grant(GrantEvent::GrantCreated { application, session, .. }) => {
            facts.push(("applicationId", json!(application)));
            facts.extend(session.as_ref().map(|session| ("sessionId", json!(session))));
        }
        Event::Grant(GrantEvent::GrantRevoked { reason }) => {
            facts.push(("grantId", json!(recorded.stream.id())));
            facts.push(("reason", json!(reason)));
        }
        Event::DeviceAuthorization(DeviceAuthorizationEvent::DeviceAuthorizationStarted {
            application,
            ..
        }) => facts.push(("applicationId", json!(application))),
        Event::Session(SessionEvent::SessionStarted { application, personal, .. }) => {
            facts.push(("applicationId", json!(application)));
            facts.push(("sessionId", json!(recorded.stream.id())));
            if let Some(origin) = personal.open() {
                facts.extend(origin.ip.as_ref().map(|ip| ("ip", json!(ip))));
                facts.extend(origin.user_agent.as_ref().map(|agent| ("userAgent", json!(agent))));
            }
        }
        Event::Interaction(event) => facts.extend(of_interaction(event, recorded)),
        Event::ClaimsScriptRun(
            ClaimsScriptRunEvent::ClaimsScriptFailed { application, personal, .. }
            | ClaimsScriptRunEvent::ClaimsScriptDenied { application, personal, .. },
        ) => {
            facts.push(("applicationId", json!(application)));
            facts.extend(personal.open().map(|said| ("message", json!(said.message))));
        }
        Event::Grant(_)
        | Event::Session(_)
        | Event::Application(_)
        | Event::ClaimsScript(_)
        | Event::Consent(_)
        | Event::CookieKey(_)
        | Event::DeviceAuthorization(_)
        | Event::Membership(_)
        | Event::OidcSettings(_)
        | Event::Organization(_)
        | Event::OrganizationRole(_)
        | Event::PersonalAccessToken(_)
        | Event::OrganizationScope(_)
        | Event::Proof(_)
        | Event::PushedRequest(_)
        | Event::Reservation(_)
        | Event::Resource(_)
        | Event::Role(_)
        | Event::SignInExperience(_)
        | Event::SigningKey(_)
        | Event::SubjectToken(_)
        | Event::Tenant(_)
        | Event::User(_) => {}
    }
    if let Some(user) = recorded.event.user(&recorded.stream) {
        facts.push(("userId", json!(user)));
    }
    facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn of_interaction(event: &InteractionEvent, recorded: &Recorded) -> Vec<(&'static str, Value)> {
    let mut facts = vec![("interactionId", json!(recorded.stream.id()))];
    if let InteractionEvent::InteractionStarted { application, .. } = event {
        facts.push(("applicationId", json!(application)));
    }
    if let InteractionEvent::InteractionSubmitted { session, .. } = event {
        facts.push(("sessionId", json!(session)));
    }
    facts
}

fn token(
    application: &str,
    grant: Option<&GrantId>,
    scope: &[String],
) -> Vec<(&'static str, Value)> {
    let mut facts =
        vec![("applicationId", json!(application)), ("params", json!({"scope": scope.join(" ")}))];
    facts.extend(grant.map(|grant| ("grantId", json!(grant))));
    facts
}
