//! What a password that a person chooses must be (contract: experience-api §4).
//!
//! A phrase that must not be used – a run such as `aaa` or `123`, the person's own name, a listed
//! word – does harm only where it makes up nearly the whole password: all but three characters.

use events::PasswordPolicy;

/// Shortest run that counts as one.
const RUN_MIN: usize = 3;
/// Characters that must be left beside what is restricted.
const FREE_CHARACTERS_MIN: usize = 3;

/// What is wrong with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordIssue {
    /// Fewer characters than `min`.
    TooShort {
        /// Fewest characters.
        min: u32,
    },
    /// More characters than `max`.
    TooLong {
        /// Most characters.
        max: u32,
    },
    /// Fewer kinds of characters than `min`.
    CharacterTypes {
        /// Fewest kinds.
        min: u32,
    },
    /// A character outside printable ASCII.
    UnsupportedCharacters,
    /// Nearly nothing but one character again and again.
    Repetition,
    /// Nearly nothing but neighbours such as `abc` or `321`.
    Sequence,
    /// Nearly nothing but what names the person.
    UserInfo,
    /// Nearly nothing but a listed word.
    Words,
}

impl PasswordIssue {
    /// The code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort { .. } => "password_rejected.too_short",
            Self::TooLong { .. } => "password_rejected.too_long",
            Self::CharacterTypes { .. } => "password_rejected.character_types",
            Self::UnsupportedCharacters => "password_rejected.unsupported_characters",
            Self::Repetition => "password_rejected.restricted.repetition",
            Self::Sequence => "password_rejected.restricted.sequence",
            Self::UserInfo => "password_rejected.restricted.user_info",
            Self::Words => "password_rejected.restricted.words",
        }
    }
}

/// Everything that is wrong with `password`; `known` are the person's names and identifiers.
///
/// # Errors
/// At least one issue.
pub fn check(
    policy: &PasswordPolicy,
    password: &str,
    known: &[&str],
) -> Result<(), Vec<PasswordIssue>> {
    let letters: Vec<char> = password.chars().collect();
    let count = u32::try_from(letters.len()).unwrap_or(u32::MAX);
    let mut issues = Vec::new();
    let mut note = |wrong: bool, issue| {
        if wrong {
            issues.push(issue);
        }
    };
    note(count < policy.length_min, PasswordIssue::TooShort { min: policy.length_min });
    note(count > policy.length_max, PasswordIssue::TooLong { max: policy.length_max });
    let unsupported = letters.iter().any(|letter| !matches!(letter, ' '..='~'));
    note(unsupported, PasswordIssue::UnsupportedCharacters);
    let few = kinds(&letters) < policy.character_types_min;
    note(few, PasswordIssue::CharacterTypes { min: policy.character_types_min });
    let restricted = |covered: usize| covered > 0 && covered + FREE_CHARACTERS_MIN > letters.len();
    if policy.rejects_repetition_and_sequence {
        note(restricted(in_runs(&letters, &[0])), PasswordIssue::Repetition);
        note(restricted(in_runs(&letters, &[1, -1])), PasswordIssue::Sequence);
    }
    let lower = password.to_lowercase();
    if policy.rejects_user_info {
        let names = known.iter().map(|name| name.split('@').next().unwrap_or_default());
        note(
            names.into_iter().any(|name| restricted(covered_by(&lower, name))),
            PasswordIssue::UserInfo,
        );
    }
    let words = policy.rejects_words.iter();
    note(words.into_iter().any(|word| restricted(covered_by(&lower, word))), PasswordIssue::Words);
    if issues.is_empty() { Ok(()) } else { Err(issues) }
}

/// How many of lower case, upper case, digits and symbols occur.
fn kinds(letters: &[char]) -> u32 {
    let has = |kind: fn(&char) -> bool| u32::from(letters.iter().any(kind));
    has(char::is_ascii_lowercase)
        + has(char::is_ascii_uppercase)
        + has(char::is_ascii_digit)
        + has(|letter| !letter.is_ascii_alphanumeric())
}

/// How many characters stand in runs of [`RUN_MIN`] or more with one of these steps.
fn in_runs(letters: &[char], steps: &[i64]) -> usize {
    steps.iter().map(|step| in_runs_of(letters, *step)).max().unwrap_or_default()
}

fn in_runs_of(letters: &[char], step: i64) -> usize {
    let (mut covered, mut run) = (0, 1);
    let mut close = |run: usize| covered += if run >= RUN_MIN { run } else { 0 };
    for pair in letters.windows(2) {
        let [left, right] = pair else { continue };
        if i64::from(u32::from(*right)) - i64::from(u32::from(*left)) == step {
            run += 1;
        } else {
            close(run);
            run = 1;
        }
    }
    close(run);
    covered
}

/// How many characters of `text` the phrase makes up, however often it stands there.
fn covered_by(text: &str, phrase: &str) -> usize {
    let phrase = phrase.to_lowercase();
    if phrase.is_empty() { 0 } else { text.matches(&phrase).count() * phrase.chars().count() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issues(policy: &PasswordPolicy, password: &str) -> Vec<PasswordIssue> {
        check(policy, password, &["thomas", "tommy@example.com"]).err().unwrap_or_default()
    }

    #[test]
    fn length_counts_characters_on_both_sides() {
        let policy = PasswordPolicy { length_max: 10, ..PasswordPolicy::default() };
        assert_eq!(issues(&policy, "k7$wq2x"), [PasswordIssue::TooShort { min: 8 }]);
        assert_eq!(issues(&policy, "k7$wq2xp"), []);
        assert_eq!(issues(&policy, "k7$wq2xpzm"), []);
        assert_eq!(issues(&policy, "k7$wq2xpzmd"), [PasswordIssue::TooLong { max: 10 }]);
    }

    #[test]
    fn kinds_of_characters_are_counted() {
        let policy = PasswordPolicy { character_types_min: 3, ..PasswordPolicy::default() };
        assert_eq!(issues(&policy, "kqwzxpmd7"), [PasswordIssue::CharacterTypes { min: 3 }]);
        assert_eq!(issues(&policy, "kqwzxpMd7"), []);
    }

    #[test]
    fn a_restricted_phrase_counts_only_if_it_is_nearly_everything() {
        let policy = PasswordPolicy::default();
        assert_eq!(issues(&policy, "aaaaaaaa"), [PasswordIssue::Repetition]);
        assert_eq!(issues(&policy, "12345678"), [PasswordIssue::Sequence]);
        assert_eq!(issues(&policy, "thomas1x"), [PasswordIssue::UserInfo]);
        assert_eq!(issues(&policy, "thomas1xy"), []);
        assert_eq!(issues(&policy, "tommytommy"), [PasswordIssue::UserInfo]);
    }

    #[test]
    fn characters_outside_ascii_are_not_supported() {
        assert_eq!(
            issues(&PasswordPolicy::default(), "pässwörtlich"),
            [PasswordIssue::UnsupportedCharacters]
        );
    }
}
