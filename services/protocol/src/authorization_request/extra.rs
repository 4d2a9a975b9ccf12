//! Product parameters that steer the sign-in pages; one invalid value drops the whole set.
//! Contract: oidc.md section 4, sign-in-ui.md sections 2 and 3.
//!
//! Unknown names in `identifier` and an unknown method in `direct_sign_in` are no invalid values:
//! the pages ignore them, so they are ignored here.

use serde::{Deserialize, Serialize};

use crate::parameters::Parameters;

/// Longest organization id, connector id or connector target, in bytes.
const NAME_BYTES_MAX: usize = 128;
/// Longest one-time token, in bytes.
const ONE_TIME_TOKEN_BYTES_MAX: usize = 256;

/// Which page comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstScreen {
    /// Sign-in page.
    #[default]
    SignIn,
    /// Sign-up page.
    Register,
    /// Password recovery.
    ResetPassword,
    /// Sign-in page that asks for an identifier only.
    IdentifierSignIn,
    /// Sign-up page that asks for an identifier only.
    IdentifierRegister,
    /// Enterprise sign-on.
    SingleSignOn,
}

impl FirstScreen {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "sign_in" | "signIn" => Some(Self::SignIn),
            "register" => Some(Self::Register),
            "reset_password" => Some(Self::ResetPassword),
            "identifier:sign_in" => Some(Self::IdentifierSignIn),
            "identifier:register" => Some(Self::IdentifierRegister),
            "single_sign_on" => Some(Self::SingleSignOn),
            _ => None,
        }
    }

    /// Path of the page, without the leading slash.
    pub const fn route(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Register => "register",
            Self::ResetPassword => "reset-password",
            Self::IdentifierSignIn => "identifier-sign-in",
            Self::IdentifierRegister => "identifier-register",
            Self::SingleSignOn => "single-sign-on",
        }
    }
}

/// Older way to say which page comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InteractionMode {
    /// Sign-in page.
    SignIn,
    /// Sign-up page.
    SignUp,
}

impl InteractionMode {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "signIn" => Some(Self::SignIn),
            "signUp" => Some(Self::SignUp),
            _ => None,
        }
    }
}

/// A provider to go to at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DirectSignIn {
    /// Social connector with this target.
    Social(String),
    /// Enterprise connector with this id.
    Sso(String),
}

impl DirectSignIn {
    fn parse(text: &str) -> Option<Self> {
        let (method, target) = text.split_once(':')?;
        let target = Some(target).filter(|target| is_name(target))?.to_owned();
        match method {
            "social" => Some(Self::Social(target)),
            "sso" => Some(Self::Sso(target)),
            _ => None,
        }
    }
}

/// Kind of identifier that an identifier page asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// E-mail address.
    Email,
    /// Phone number.
    Phone,
    /// User name.
    Username,
}

impl IdentifierKind {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "email" => Some(Self::Email),
            "phone" => Some(Self::Phone),
            "username" => Some(Self::Username),
            _ => None,
        }
    }

    /// Name of the kind on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Username => "username",
        }
    }
}

/// Product parameters of one request, all valid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraParameters {
    /// Which page comes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_screen: Option<FirstScreen>,
    /// Read only when `first_screen` is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interaction_mode: Option<InteractionMode>,
    /// Provider to go to at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct_sign_in: Option<DirectSignIn>,
    /// Identifiers that an identifier page offers; empty is all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<IdentifierKind>,
    /// Organization whose look the pages take on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// Token of a magic link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_time_token: Option<String>,
}

impl ExtraParameters {
    /// The page that comes first, from whichever parameter says so.
    pub fn first_screen(&self) -> FirstScreen {
        self.first_screen.unwrap_or(match self.interaction_mode {
            Some(InteractionMode::SignUp) => FirstScreen::Register,
            Some(InteractionMode::SignIn) | None => FirstScreen::SignIn,
        })
    }
}

/// Reads the set; `None` when one value is invalid.
pub(super) fn read(parameters: &Parameters) -> Option<ExtraParameters> {
    let mut identifiers = Vec::new();
    let named = parameters.get("identifier").unwrap_or_default().split(' ');
    for kind in named.filter_map(IdentifierKind::parse) {
        if !identifiers.contains(&kind) {
            identifiers.push(kind);
        }
    }
    let is_token = |text: &str| {
        text.len() <= ONE_TIME_TOKEN_BYTES_MAX && text.bytes().all(|b| b.is_ascii_graphic())
    };
    Some(ExtraParameters {
        first_screen: optional(parameters.get("first_screen"), FirstScreen::parse)?,
        interaction_mode: optional(parameters.get("interaction_mode"), InteractionMode::parse)?,
        direct_sign_in: parameters.get("direct_sign_in").and_then(DirectSignIn::parse),
        identifiers,
        organization_id: optional(parameters.get("organization_id"), |id| {
            is_name(id).then(|| id.to_owned())
        })?,
        one_time_token: optional(parameters.get("one_time_token"), |token| {
            is_token(token).then(|| token.to_owned())
        })?,
    })
}

/// `Some(None)` for an absent value, `None` for one that `parse` refuses.
#[expect(clippy::option_option, reason = "absent and invalid are two different answers")]
fn optional<T>(text: Option<&str>, parse: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    match text {
        None => Some(None),
        Some(text) => parse(text).map(Some),
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= NAME_BYTES_MAX && text.bytes().all(|b| b.is_ascii_graphic())
}
