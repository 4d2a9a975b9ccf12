//! The prompts are known ones, and `none` stands alone. Clause: OpenID Connect Core 3.1.2.1.

use serde::{Deserialize, Serialize};

use crate::{error::OAuthError, parameters::Parameters};

/// One value of `prompt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// No page may be shown.
    None,
    /// The user signs in, session or not.
    Login,
    /// The user consents.
    Consent,
}

/// The prompts of a request, each at most once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prompts(Vec<Prompt>);

impl Prompts {
    /// Whether `prompt` is among them.
    pub fn has(&self, prompt: Prompt) -> bool {
        self.0.contains(&prompt)
    }

    /// Whether the client left it to the provider.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

pub(super) fn check(parameters: &Parameters) -> Result<Prompts, OAuthError> {
    let mut prompts = Vec::new();
    for text in parameters.get("prompt").unwrap_or_default().split(' ') {
        let prompt = match text {
            "" => continue,
            "none" => Prompt::None,
            "login" => Prompt::Login,
            "consent" => Prompt::Consent,
            _ => return Err(OAuthError::invalid_request("unsupported prompt value requested")),
        };
        if !prompts.contains(&prompt) {
            prompts.push(prompt);
        }
    }
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(OAuthError::invalid_request("prompt none must only be used alone"));
    }
    Ok(Prompts(prompts))
}
