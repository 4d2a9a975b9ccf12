//! What an event is called in the audit log (contract: management-60-system §6).
//!
//! A token of a user is called after the event that stands beside it in the log: a redeemed code, a
//! redeemed device code, a grant by token exchange, or else a refresh token. What happened in a registration is called `SignIn` from its end on, because
//! the event does not tell.

use events::{
    ClaimsScriptRunEvent, DeviceAuthorizationEvent, Event, GrantEvent, GrantKind, InteractionEvent,
    InteractionPurpose, Recorded, ScriptedToken, SubjectTokenEvent,
};

/// Events that the audit log shows unless a key is asked for.
pub(super) const SHOWN: [&str; 14] = [
    "ClaimsScriptFailed.v1",
    "ClaimsScriptDenied.v1",
    "AccessTokenIssued.v1",
    "AccessTokenIssued.v2",
    "MachineTokenIssued.v1",
    "MachineTokenIssued.v2",
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
/// What can come of claims scripts.
const SCRIPTS: [&str; 2] = ["ClaimsScriptFailed.v1", "ClaimsScriptDenied.v1"];
/// Begins the keys of administrators' changes.
pub(super) const MANAGEMENT: &str = "Management.";

/// The key of an event that stands beside others of its request; `None` if it is not shown.
pub(super) fn key(recorded: &Recorded, beside: &[&Recorded]) -> Option<String> {
    let key = match &recorded.event {
        Event::AccessToken(_) => {
            beside.iter().find_map(|one| exchange(&one.event)).unwrap_or(REFRESH)
        }
        Event::MachineGrant(_) => "ExchangeTokenBy.ClientCredentials",
        Event::Grant(GrantEvent::GrantRevoked { .. }) => "RevokeGrants",
        Event::Interaction(event) => interaction(event),
        Event::ClaimsScriptRun(event) => claims_script(event),
        Event::Consent(_)
        | Event::DeviceAuthorization(_)
        | Event::Grant(_)
        | Event::Proof(_)
        | Event::PushedRequest(_)
        | Event::Reservation(_)
        | Event::Session(_)
        | Event::SubjectToken(SubjectTokenEvent::SubjectTokenConsumed {}) => return None,
        Event::Application(_)
        | Event::ClaimsScript(_)
        | Event::CookieKey(_)
        | Event::Membership(_)
        | Event::OidcSettings(_)
        | Event::Organization(_)
        | Event::OrganizationRole(_)
        | Event::PersonalAccessToken(_)
        | Event::OrganizationScope(_)
        | Event::Resource(_)
        | Event::Role(_)
        | Event::SignInExperience(_)
        | Event::SigningKey(_)
        | Event::SubjectToken(SubjectTokenEvent::SubjectTokenIssued { .. })
        | Event::Tenant(_)
        | Event::User(_) => {
            let name = recorded.event_type.split('.').next().unwrap_or_default();
            return Some([MANAGEMENT, name].concat());
        }
    };
    Some(key.to_owned())
}

/// The key of a token of a user that came by a refresh token.
const REFRESH: &str = "ExchangeTokenBy.RefreshToken";

/// The key of a token that stands beside an event.
fn exchange(event: &Event) -> Option<&'static str> {
    if matches!(event, Event::Grant(GrantEvent::AuthorizationCodeRedeemed {})) {
        return Some("ExchangeTokenBy.AuthorizationCode");
    }
    if matches!(event, Event::DeviceAuthorization(DeviceAuthorizationEvent::DeviceCodeRedeemed {}))
    {
        return Some("ExchangeTokenBy.DeviceCode");
    }
    let by_exchange = GrantKind::TokenExchange;
    if matches!(event, Event::Grant(GrantEvent::GrantCreated { kind, .. }) if *kind == by_exchange)
    {
        return Some("ExchangeTokenBy.TokenExchange");
    }
    None
}

fn claims_script(event: &ClaimsScriptRunEvent) -> &'static str {
    match event {
        ClaimsScriptRunEvent::ClaimsScriptFailed { token, .. }
        | ClaimsScriptRunEvent::ClaimsScriptDenied { token, .. } => match token {
            ScriptedToken::AccessToken => "JwtCustomizer.AccessToken",
            ScriptedToken::ClientCredentials => "JwtCustomizer.ClientCredentials",
        },
    }
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
        InteractionEvent::InteractionConsented {} => "Interaction.Consent.Submit",
        InteractionEvent::InteractionCompleted { .. }
        | InteractionEvent::InteractionAborted { .. } => "Interaction.End",
    }
}

/// The types of the events that can have a key, and whether all of them do.
pub(super) fn types(key: &str) -> (Vec<String>, bool) {
    let (types, all): (&[&str], bool) = match key {
        "ExchangeTokenBy.AuthorizationCode"
        | "ExchangeTokenBy.RefreshToken"
        | "ExchangeTokenBy.DeviceCode"
        | "ExchangeTokenBy.TokenExchange" => {
            (&["AccessTokenIssued.v1", "AccessTokenIssued.v2"], false)
        }
        "ExchangeTokenBy.ClientCredentials" => {
            (&["MachineTokenIssued.v1", "MachineTokenIssued.v2"], true)
        }
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
        "JwtCustomizer.AccessToken" | "JwtCustomizer.ClientCredentials" => (&SCRIPTS, false),
        _ => {
            let Some(name) = key.strip_prefix(MANAGEMENT) else { return (Vec::new(), true) };
            return (vec![format!("{name}.v1"), format!("{name}.v2")], false);
        }
    };
    (types.iter().map(|name| (*name).to_owned()).collect(), all)
}
