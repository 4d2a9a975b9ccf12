//! An event as people see it: opened, its personal part apart, its secrets masked.

use events::{
    ApplicationEvent, ClaimsScriptEvent, CookieKeyEvent, Event, InteractionEvent,
    PersonalAccessTokenEvent, Recorded, SigningKeyEvent, UserEvent,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::http::error::ApiError;

/// Stands where a secret was.
const REDACTED: &str = "redacted";

/// An event of the log.
#[derive(Debug, Serialize)]
pub(super) struct EventView {
    position: u64,
    id: String,
    #[serde(rename = "type")]
    event_type: String,
    stream: String,
    revision: u64,
    time: String,
    tenant: String,
    actor: Value,
    correlation: String,
    causation: Option<String>,
    data: Value,
    /// Null if there is none, or if it was erased.
    personal: Value,
}

/// An event as it is shown.
///
/// # Errors
/// 500 if it cannot be written as JSON.
pub(super) fn event(recorded: &Recorded) -> Result<EventView, ApiError> {
    let mut written = serde_json::to_value(&recorded.event).map_err(ApiError::internal)?;
    let mut data = written.get_mut("data").map(Value::take).unwrap_or_default();
    let mut personal = data.as_object_mut().and_then(|data| data.remove("personal"));
    if let Some(Value::Object(members)) = &mut personal {
        mask(members, secrets(&recorded.event));
    }
    Ok(EventView {
        position: recorded.position,
        id: recorded.id.to_string(),
        event_type: recorded.event_type.to_string(),
        stream: recorded.stream.to_string(),
        revision: recorded.revision,
        time: recorded.time.to_rfc3339(),
        tenant: recorded.tenant.to_string(),
        actor: json!({"kind": recorded.actor.kind(), "id": recorded.actor.id()}),
        correlation: recorded.correlation.to_string(),
        causation: recorded.causation.map(|id| id.to_string()),
        data,
        personal: personal.unwrap_or_default(),
    })
}

fn mask(members: &mut Map<String, Value>, secrets: &[&str]) {
    for secret in secrets {
        if let Some(value) = members.get_mut(*secret) {
            *value = REDACTED.into();
        }
    }
}

/// Members of the personal part that nobody may read: whoever adds an event must say so here.
fn secrets(event: &Event) -> &'static [&'static str] {
    match event {
        Event::User(event) => of_user(event),
        Event::Application(event) => of_application(event),
        Event::Interaction(event) => of_interaction(event),
        // A magic link or an ID token may be among the parameters.
        Event::PushedRequest(_) => &["parameters"],
        Event::SigningKey(event) => match event {
            SigningKeyEvent::SigningKeyGenerated { .. } => &["pkcs8"],
            SigningKeyEvent::SigningKeyScheduled { .. }
            | SigningKeyEvent::SigningKeyPromoted { .. }
            | SigningKeyEvent::SigningKeyRetired { .. }
            | SigningKeyEvent::SigningKeyDeleted { .. } => &[],
        },
        Event::ClaimsScript(event) => match event {
            ClaimsScriptEvent::ClaimsScriptSet { .. } => &["environment_variables"],
            ClaimsScriptEvent::ClaimsScriptRemoved {} => &[],
        },
        Event::CookieKey(event) => match event {
            CookieKeyEvent::CookieKeyGenerated { .. } => &["secret"],
            CookieKeyEvent::CookieKeyDeleted { .. } => &[],
        },
        Event::PersonalAccessToken(event) => match event {
            PersonalAccessTokenEvent::PersonalAccessTokenCreated { .. } => &["value"],
            PersonalAccessTokenEvent::PersonalAccessTokenRenamed { .. }
            | PersonalAccessTokenEvent::PersonalAccessTokenDeleted {} => &[],
        },
        Event::AccessToken(_)
        | Event::ClaimsScriptRun(_)
        | Event::Consent(_)
        | Event::DeviceAuthorization(_)
        | Event::Grant(_)
        | Event::MachineGrant(_)
        | Event::Membership(_)
        | Event::OidcSettings(_)
        | Event::Organization(_)
        | Event::OrganizationRole(_)
        | Event::OrganizationScope(_)
        | Event::Proof(_)
        | Event::Reservation(_)
        | Event::Resource(_)
        | Event::Role(_)
        | Event::Session(_)
        | Event::SignInExperience(_)
        | Event::SubjectToken(_)
        | Event::Tenant(_) => &[],
    }
}

fn of_user(event: &UserEvent) -> &'static [&'static str] {
    match event {
        UserEvent::PasswordSet { .. } | UserEvent::PasswordRehashed { .. } => &["digest"],
        UserEvent::UserCreated { .. }
        | UserEvent::UserChanged { .. }
        | UserEvent::UserSuspended { .. }
        | UserEvent::UserReactivated {}
        | UserEvent::FirstApplicationAuthorized { .. }
        | UserEvent::RolesAssigned { .. }
        | UserEvent::RolesUnassigned { .. }
        | UserEvent::UserDeleted {} => &[],
    }
}

fn of_application(event: &ApplicationEvent) -> &'static [&'static str] {
    match event {
        ApplicationEvent::ApplicationSecretCreated { .. } => &["value"],
        ApplicationEvent::ApplicationCreated { .. }
        | ApplicationEvent::ApplicationChanged { .. }
        | ApplicationEvent::ApplicationSecretRenamed { .. }
        | ApplicationEvent::ApplicationSecretDeleted { .. }
        | ApplicationEvent::ApplicationRolesAssigned { .. }
        | ApplicationEvent::ApplicationRolesUnassigned { .. }
        | ApplicationEvent::ApplicationConsentScopesAdded(_)
        | ApplicationEvent::ApplicationConsentScopesRemoved(_)
        | ApplicationEvent::ApplicationAccessControlChanged(_)
        | ApplicationEvent::ApplicationDeleted {} => &[],
    }
}

fn of_interaction(event: &InteractionEvent) -> &'static [&'static str] {
    match event {
        InteractionEvent::NewIdentityVerified { .. } => &["digest"],
        InteractionEvent::InteractionStarted { .. }
        | InteractionEvent::InteractionPurposeChosen { .. }
        | InteractionEvent::PasswordVerified { .. }
        | InteractionEvent::PasswordRejected { .. }
        | InteractionEvent::UserIdentified { .. }
        | InteractionEvent::InteractionSubmitted { .. }
        | InteractionEvent::InteractionConsented {}
        | InteractionEvent::InteractionCompleted { .. }
        | InteractionEvent::InteractionAborted { .. } => &[],
    }
}
