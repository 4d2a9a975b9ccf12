//! What a password must be.

use events::PasswordPolicy;
use serde::Deserialize;

use crate::http::error::ApiError;

/// Most characters that a policy can ask for.
const LENGTH_MAX: u32 = 256;
/// Kinds of characters: lower case, upper case, digits, symbols.
const CHARACTER_TYPES_MAX: u32 = 4;
/// Most refused words.
const WORDS_MAX: usize = 1_000;

/// Member `passwordPolicy`: what is absent has its default.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PolicyWish {
    length: LengthWish,
    character_types: CharacterTypesWish,
    rejects: RejectsWish,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LengthWish {
    min: Option<u32>,
    max: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CharacterTypesWish {
    min: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RejectsWish {
    repetition_and_sequence: Option<bool>,
    user_info: Option<bool>,
    words: Option<Vec<String>>,
}

/// The policy.
///
/// # Errors
/// 400 `guard.invalid_input`
pub(super) fn policy(wish: &PolicyWish) -> Result<PasswordPolicy, ApiError> {
    let default = PasswordPolicy::default();
    let policy = PasswordPolicy {
        length_min: wish.length.min.unwrap_or(default.length_min),
        length_max: wish.length.max.unwrap_or(default.length_max),
        character_types_min: wish.character_types.min.unwrap_or(default.character_types_min),
        rejects_repetition_and_sequence: wish
            .rejects
            .repetition_and_sequence
            .unwrap_or(default.rejects_repetition_and_sequence),
        rejects_user_info: wish.rejects.user_info.unwrap_or(default.rejects_user_info),
        rejects_words: wish.rejects.words.clone().unwrap_or(default.rejects_words),
    };
    let (min, max) = (policy.length_min, policy.length_max);
    if min == 0 || max > LENGTH_MAX || min > max {
        let message = format!("Expected 1 <= min <= max <= {LENGTH_MAX}.");
        return Err(wrong(&["length"], &message));
    }
    if !(1..=CHARACTER_TYPES_MAX).contains(&policy.character_types_min) {
        let message = format!("Expected a number from 1 to {CHARACTER_TYPES_MAX}.");
        return Err(wrong(&["characterTypes", "min"], &message));
    }
    if policy.rejects_words.len() > WORDS_MAX {
        let message = format!("Expected at most {WORDS_MAX} words.");
        return Err(wrong(&["rejects", "words"], &message));
    }
    Ok(policy)
}

fn wrong(path: &[&str], message: &str) -> ApiError {
    ApiError::invalid_input("body", &[&["passwordPolicy"], path].concat(), message)
}
