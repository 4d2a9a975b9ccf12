//! What can happen to the settings of the sign-in pages.

use serde::{Deserialize, Serialize};

/// What can happen to the settings of the sign-in pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum SignInExperienceEvent {
    /// The settings, all as they are now.
    #[serde(rename = "SignInExperienceSet.v1")]
    SignInExperienceSet {
        /// Every member.
        settings: SignInExperienceSettings,
    },
}

/// Settings of the sign-in pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInExperienceSettings {
    /// What visitors may do.
    pub sign_in_mode: SignInMode,
    /// Ways to sign in, in the order of display.
    pub sign_in_methods: Vec<SignInMethod>,
    /// What a new account needs.
    pub sign_up: SignUpRule,
    /// What a password must be.
    pub password_policy: PasswordPolicy,
    /// `#rrggbb` or `#rgb`.
    pub primary_color: String,
    /// Colour in dark mode; derived from the primary one if absent.
    pub dark_primary_color: Option<String>,
    /// Whether pages follow the system's dark mode.
    pub is_dark_mode_enabled: bool,
    /// URL of a logo.
    pub logo_url: Option<String>,
    /// URL of a logo for dark mode.
    pub dark_logo_url: Option<String>,
    /// URL of the terms of use.
    pub terms_of_use_url: Option<String>,
    /// URL of the privacy policy.
    pub privacy_policy_url: Option<String>,
    /// Whether pages follow the browser's language.
    pub language_auto_detect: bool,
    /// Language if nothing better is known.
    pub fallback_language: String,
    /// Where to go when a page is opened without a sign-in under way.
    pub unknown_session_redirect_url: Option<String>,
}

impl Default for SignInExperienceSettings {
    fn default() -> Self {
        Self {
            sign_in_mode: SignInMode::SignInAndRegister,
            sign_in_methods: [
                IdentifierKind::Username,
                IdentifierKind::Email,
                IdentifierKind::Phone,
            ]
            .map(|identifier| SignInMethod { identifier, password: true })
            .into(),
            sign_up: SignUpRule::default(),
            password_policy: PasswordPolicy::default(),
            primary_color: "#6139F6".into(),
            dark_primary_color: None,
            is_dark_mode_enabled: true,
            logo_url: None,
            dark_logo_url: None,
            terms_of_use_url: None,
            privacy_policy_url: None,
            language_auto_detect: true,
            fallback_language: "en".into(),
            unknown_session_redirect_url: None,
        }
    }
}

/// What visitors may do; spelled as in the Management API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignInMode {
    /// Only sign in.
    SignIn,
    /// Only create accounts.
    Register,
    /// Both.
    SignInAndRegister,
}

/// What a person types to say who they are; spelled as in the Management API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdentifierKind {
    /// A sign-in name.
    Username,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
}

impl IdentifierKind {
    /// The name on the wire, and the kind of the reservation that keeps it unique.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }
}

/// One way to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInMethod {
    /// What the person types.
    pub identifier: IdentifierKind,
    /// Whether a password proves it.
    pub password: bool,
}

/// What a new account needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUpRule {
    /// Identifiers to choose from.
    pub identifiers: Vec<IdentifierKind>,
    /// Whether a password is set.
    pub password: bool,
    /// Whether e-mail addresses and phone numbers are verified by a code.
    pub verify: bool,
}

impl Default for SignUpRule {
    fn default() -> Self {
        Self { identifiers: vec![IdentifierKind::Username], password: true, verify: false }
    }
}

/// What a password that a person chooses must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordPolicy {
    /// Fewest characters.
    pub length_min: u32,
    /// Most characters.
    pub length_max: u32,
    /// Fewest kinds out of lower case, upper case, digits and symbols, 1 to 4.
    pub character_types_min: u32,
    /// Refuse runs of three or more such as `aaa` or `123` that make up the password.
    pub rejects_repetition_and_sequence: bool,
    /// Refuse the person's own name or identifiers.
    pub rejects_user_info: bool,
    /// Refuse these words.
    pub rejects_words: Vec<String>,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            length_min: 8,
            length_max: 256,
            character_types_min: 1,
            rejects_repetition_and_sequence: true,
            rejects_user_info: true,
            rejects_words: Vec::new(),
        }
    }
}
