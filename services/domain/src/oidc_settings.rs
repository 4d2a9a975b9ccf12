//! Rules of a tenant's settings of the provider itself: there are none but that repeating changes
//! nothing. Limits of the values are checked where the request is read.

use std::convert::Infallible;

use events::{Event, IdTokenClaim, OidcSettingsEvent, StreamName, TenantId};

use crate::Decider;

/// The settings of the provider of a tenant.
pub struct OidcSettings;

/// Wishes about the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OidcSettingsCommand {
    /// Let ID tokens carry these of the product's own claims; none = the default.
    SetIdTokenClaims {
        /// In the order in which they were named.
        enabled: Option<Vec<IdTokenClaim>>,
    },
    /// Let sessions live so long.
    SetSessionLifetime {
        /// Seconds.
        seconds: u32,
    },
}

/// What the rules know of the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OidcSettingsState {
    /// None = never set.
    id_token: Option<Option<Vec<IdTokenClaim>>>,
    session_seconds: Option<u32>,
}

impl Decider for OidcSettings {
    type Id = ();
    type Command = OidcSettingsCommand;
    type Event = OidcSettingsEvent;
    type Refusal = Infallible;
    type State = OidcSettingsState;

    fn stream(tenant: &TenantId, (): &()) -> StreamName {
        StreamName::oidc_settings(tenant)
    }

    fn event(event: &Event) -> Option<&OidcSettingsEvent> {
        if let Event::OidcSettings(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &OidcSettingsState,
        command: OidcSettingsCommand,
    ) -> Result<Vec<OidcSettingsEvent>, Infallible> {
        Ok(match command {
            OidcSettingsCommand::SetIdTokenClaims { enabled } => {
                if state.id_token.as_ref() == Some(&enabled) {
                    vec![]
                } else {
                    vec![OidcSettingsEvent::IdTokenClaimsChanged { enabled }]
                }
            }
            OidcSettingsCommand::SetSessionLifetime { seconds } => {
                if state.session_seconds == Some(seconds) {
                    vec![]
                } else {
                    vec![OidcSettingsEvent::SessionLifetimeChanged { seconds }]
                }
            }
        })
    }

    fn evolve(state: OidcSettingsState, event: &OidcSettingsEvent) -> OidcSettingsState {
        match event {
            OidcSettingsEvent::IdTokenClaimsChanged { enabled } => {
                OidcSettingsState { id_token: Some(enabled.clone()), ..state }
            }
            OidcSettingsEvent::SessionLifetimeChanged { seconds } => {
                OidcSettingsState { session_seconds: Some(*seconds), ..state }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::given;

    #[test]
    fn settings_are_recorded_when_they_differ() {
        let claims = |enabled| OidcSettingsCommand::SetIdTokenClaims { enabled };
        let changed = |enabled| OidcSettingsEvent::IdTokenClaimsChanged { enabled };
        let some = Some(vec![IdTokenClaim::CustomData]);
        let past = given::<OidcSettings>([changed(some.clone())]);
        past.when(claims(some)).then_nothing();
        past.when(claims(None)).then([changed(None)]);
        given::<OidcSettings>([]).when(claims(None)).then([changed(None)]);
        let lifetime = |seconds| OidcSettingsCommand::SetSessionLifetime { seconds };
        let lives = |seconds| OidcSettingsEvent::SessionLifetimeChanged { seconds };
        let past = given::<OidcSettings>([lives(60), changed(None)]);
        past.when(lifetime(60)).then_nothing();
        past.when(lifetime(61)).then([lives(61)]);
    }
}
