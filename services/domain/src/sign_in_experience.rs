//! Rules of the settings of the sign-in pages: there are none but that repeating changes nothing.
//! Whether the settings make sense together is checked where the request is read.

use std::convert::Infallible;

use events::{Event, SignInExperienceEvent, SignInExperienceSettings, StreamName, TenantId};

use crate::Decider;

/// The settings of the sign-in pages of a tenant.
pub struct SignInExperience;

/// Wishes about the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInExperienceCommand {
    /// Let them be these.
    SetSignInExperience {
        /// Every member.
        settings: SignInExperienceSettings,
    },
}

/// What the rules know of the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInExperienceState {
    settings: Option<SignInExperienceSettings>,
}

impl SignInExperienceState {
    /// The settings, if any were ever made; otherwise the defaults apply.
    pub fn settings(&self) -> Option<&SignInExperienceSettings> {
        self.settings.as_ref()
    }
}

impl Decider for SignInExperience {
    type Id = ();
    type Command = SignInExperienceCommand;
    type Event = SignInExperienceEvent;
    type Refusal = Infallible;
    type State = SignInExperienceState;

    fn stream(tenant: &TenantId, (): &()) -> StreamName {
        StreamName::sign_in_experience(tenant)
    }

    fn event(event: &Event) -> Option<&SignInExperienceEvent> {
        if let Event::SignInExperience(event) = event { Some(event) } else { None }
    }

    fn decide(
        state: &SignInExperienceState,
        command: SignInExperienceCommand,
    ) -> Result<Vec<SignInExperienceEvent>, Infallible> {
        match command {
            SignInExperienceCommand::SetSignInExperience { settings } => {
                if state.settings.as_ref() == Some(&settings) {
                    return Ok(vec![]);
                }
                Ok(vec![SignInExperienceEvent::SignInExperienceSet { settings }])
            }
        }
    }

    fn evolve(
        _state: SignInExperienceState,
        event: &SignInExperienceEvent,
    ) -> SignInExperienceState {
        match event {
            SignInExperienceEvent::SignInExperienceSet { settings } => {
                SignInExperienceState { settings: Some(settings.clone()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::given;

    fn settings(language: &str) -> SignInExperienceSettings {
        SignInExperienceSettings { fallback_language: language.into(), ..Default::default() }
    }

    fn set(language: &str) -> SignInExperienceCommand {
        SignInExperienceCommand::SetSignInExperience { settings: settings(language) }
    }

    #[test]
    fn settings_are_recorded_when_they_differ() {
        let event =
            |language| SignInExperienceEvent::SignInExperienceSet { settings: settings(language) };
        given::<SignInExperience>([]).when(set("en")).then([event("en")]);
        let past = given::<SignInExperience>([event("en")]);
        past.when(set("en")).then_nothing();
        past.when(set("de")).then([event("de")]);
        assert_eq!(past.state().settings(), Some(&settings("en")));
    }
}
