//! `Accept-Language` on the first line, `ui_locales` on the second: always some language of ours.

#[path = "../../../services/server/src/pages/language.rs"]
#[expect(dead_code, reason = "only the choice is under test")]
mod file;

use file::{Language, LanguageSettings, LanguageWishes, choose_language};

/// Chooses a language.
pub fn run(input: &[u8]) {
    let text = crate::text(input);
    let (accepted, asked) = text.split_once('\n').unwrap_or((&text, ""));
    let wishes = LanguageWishes { ui_locales: Some(asked), accept_language: Some(accepted) };
    let chosen = choose_language(wishes, LanguageSettings::default());
    assert!(Language::ALL.contains(&chosen));
    let off = LanguageSettings { detects_automatically: false, fallback: Language::German };
    let unheard = LanguageWishes { ui_locales: None, accept_language: Some(accepted) };
    assert_eq!(choose_language(unheard, off), Language::German);
}
