//! What an event is called in the audit log (contract: management-60-system §6).
//!
//! A token of a user is called after the event that stands beside it in the log: a redeemed code, or
//! else a refresh token. What happened in a registration is called `SignIn` from its end on, because
//! the event does not tell.

use events::{Event, GrantEvent, InteractionEvent, InteractionPurpose, Recorded};

/// Events that the audit log shows unless a key is asked for.
pub(super) const SHOWN: [&str; 10] = [
    "AccessTokenIssued.v1",
    "MachineTokenIssued.v1",
    "InteractionStarted.v1",
    "InteractionPurposeChosen.v1",
    "PasswordVerified.v1",
    "PasswordRejected.v1",
    "NewIdentityVerified.v1",
    "UserIdentified.v1",
    "InteractionSubmitted.v1",
    "GrantRevoked.v1",
];
/// The ends of visits, one key for both.
pub(super) const ENDS: [&str; 2] = ["InteractionCompleted.v1", "InteractionAborted.v1"];
/// Begins the keys of administrators' changes.
pub(super) const MANAGEMENT: &str = "Management.";

/// The key of an event that stands beside others of its request; `None` if it is not shown.
pub(super) fn key(recorded: &Recorded, beside: &[&Recorded]) -> Option<String> {
    let key = match &recorded.event {
        Event::AccessToken(_) if is_redeemed(beside) => "ExchangeTokenBy.AuthorizationCode",
        Event::AccessToken(_) => "ExchangeTokenBy.RefreshToken",
        Event::MachineGrant(_) => "ExchangeTokenBy.ClientCredentials",
        Event::Grant(GrantEvent::GrantRevoked { .. }) => "RevokeGrants",
        Event::Interaction(event) => interaction(event),
        Event::Grant(_) | Event::Reservation(_) | Event::Session(_) => return None,
        Event::Application(_)
        | Event::CookieKey(_)
        | Event::OrganizationRole(_)
        | Event::Resource(_)
        | Event::Role(_)
        | Event::SignInExperience(_)
        | Event::SigningKey(_)
        | Event::Tenant(_)
        | Event::User(_) => {
            let name = recorded.event_type.split('.').next().unwrap_or_default();
            return Some([MANAGEMENT, name].concat());
        }
    };
    Some(key.to_owned())
}

fn is_redeemed(beside: &[&Recorded]) -> bool {
    let is_code =
        |event: &Event| matches!(event, Event::Grant(GrantEvent::AuthorizationCodeRedeemed {}));
    beside.iter().any(|recorded| is_code(&recorded.event))
}

fn interaction(event: &InteractionEvent) -> &'static str {
    match event {
        InteractionEvent::InteractionStarted { .. } => "Interaction.Create",
        InteractionEvent::InteractionPurposeChosen { purpose, .. } => match purpose {
            InteractionPurpose::SignIn => "Interaction.SignIn.Update",
            InteractionPurpose::Register => "Interaction.Register.Update",
            InteractionPurpose::ForgotPassword => "Interaction.ForgotPassword.Update",
        },
        InteractionEvent::PasswordVerified { .. } | InteractionEvent::PasswordRejected { .. } => {
            "Interaction.SignIn.Verification.Password.Submit"
        }
        InteractionEvent::NewIdentityVerified { .. } => {
            "Interaction.Register.Verification.NewPasswordIdentity.Submit"
        }
        InteractionEvent::UserIdentified { registered: true, .. } => {
            "Interaction.Register.Identifier.Submit"
        }
        InteractionEvent::UserIdentified { registered: false, .. } => {
            "Interaction.SignIn.Identifier.Submit"
        }
        InteractionEvent::InteractionSubmitted { .. } => "Interaction.SignIn.Submit",
        InteractionEvent::InteractionCompleted { .. }
        | InteractionEvent::InteractionAborted { .. } => "Interaction.End",
    }
}

/// The types of the events that can have a key, and whether all of them do.
pub(super) fn types(key: &str) -> (Vec<String>, bool) {
    let (types, all): (&[&str], bool) = match key {
        "ExchangeTokenBy.AuthorizationCode" | "ExchangeTokenBy.RefreshToken" => {
            (&["AccessTokenIssued.v1"], false)
        }
        "ExchangeTokenBy.ClientCredentials" => (&["MachineTokenIssued.v1"], true),
        "RevokeGrants" => (&["GrantRevoked.v1"], true),
        "Interaction.Create" => (&["InteractionStarted.v1"], true),
        "Interaction.SignIn.Update"
        | "Interaction.Register.Update"
        | "Interaction.ForgotPassword.Update" => (&["InteractionPurposeChosen.v1"], false),
        "Interaction.SignIn.Verification.Password.Submit" => {
            (&["PasswordVerified.v1", "PasswordRejected.v1"], true)
        }
        "Interaction.Register.Verification.NewPasswordIdentity.Submit" => {
            (&["NewIdentityVerified.v1"], true)
        }
        "Interaction.Register.Identifier.Submit" | "Interaction.SignIn.Identifier.Submit" => {
            (&["UserIdentified.v1"], false)
        }
        "Interaction.SignIn.Submit" => (&["InteractionSubmitted.v1"], true),
        "Interaction.End" => (&ENDS, true),
        _ => {
            let Some(name) = key.strip_prefix(MANAGEMENT) else { return (Vec::new(), true) };
            return (vec![format!("{name}.v1"), format!("{name}.v2")], false);
        }
    };
    (types.iter().map(|name| (*name).to_owned()).collect(), all)
}
