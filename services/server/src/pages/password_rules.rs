//! What a new password must be like, as a list that people can read before they type.

use maud::{Markup, html};

use super::phrases::Phrases;

/// The tenant's password policy as shown; it decides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PasswordRules {
    /// Least characters.
    pub length_min: u64,
    /// Most characters.
    pub length_max: u64,
    /// Least kinds of characters, 1 to 4; 1 is not worth a line.
    pub character_types_min: u64,
    /// Whether passwords known from breaches are refused.
    pub rejects_pwned: bool,
    /// Whether repetitions and sequences are refused.
    pub rejects_repetition_and_sequence: bool,
    /// Whether the person's own data are refused.
    pub rejects_user_info: bool,
    /// Whether the tenant excludes words.
    pub rejects_words: bool,
}

impl Default for PasswordRules {
    /// The contract's defaults (experience-api 4).
    fn default() -> Self {
        Self {
            length_min: 8,
            length_max: 256,
            character_types_min: 1,
            rejects_pwned: true,
            rejects_repetition_and_sequence: true,
            rejects_user_info: true,
            rejects_words: false,
        }
    }
}

/// `id` of the list, for `aria-describedby` of the password input.
pub(super) const PASSWORD_RULES_ID: &str = "password-rules";

pub(super) fn password_rules(phrases: &Phrases, rules: &PasswordRules) -> Markup {
    let length = [("min", rules.length_min.into()), ("max", rules.length_max.into())];
    let kinds = [("min", rules.character_types_min.into())];
    html! {
        div.rules id=(PASSWORD_RULES_ID) {
            p { (phrases.text("password-rules-title")) }
            ul {
                li { (phrases.format("password-rule-length", &length)) }
                @if rules.character_types_min > 1 {
                    li { (phrases.format("password-rule-character-types", &kinds)) }
                }
                @if rules.rejects_pwned { li { (phrases.text("password-rule-pwned")) } }
                @if rules.rejects_repetition_and_sequence {
                    li { (phrases.text("password-rule-repetition-and-sequence")) }
                }
                @if rules.rejects_user_info { li { (phrases.text("password-rule-user-info")) } }
                @if rules.rejects_words { li { (phrases.text("password-rule-words")) } }
            }
        }
    }
}
