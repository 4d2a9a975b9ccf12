//! The words of the pages in one language, from the Fluent files under `web/phrases`.
//! A phrase that is missing falls back to English and then to its id, so a page is never empty.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use super::language::{Direction, Language};

static ENGLISH: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::read(Language::English, include_str!("../../web/phrases/en.ftl")));
static GERMAN: LazyLock<Phrases> =
    LazyLock::new(|| Phrases::read(Language::German, include_str!("../../web/phrases/de.ftl")));

/// All phrases of one language; parsed once per process.
pub(crate) struct Phrases {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

/// A value put into a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Argument {
    /// A number; chooses plural forms.
    Count(u64),
    /// Any text.
    Text(String),
}

impl From<u64> for Argument {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Phrases {
    /// The phrases of a language.
    #[must_use]
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
        }
    }

    /// The language of these phrases.
    #[must_use]
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// The phrase with this id.
    #[must_use]
    pub(crate) fn text(&self, id: &str) -> String {
        self.format(id, &[])
    }

    /// The phrase with this id and its variables filled in.
    #[must_use]
    pub(crate) fn format(&self, id: &str, arguments: &[(&str, Argument)]) -> String {
        self.find(id, arguments)
            .or_else(|| ENGLISH.find(id, arguments))
            .unwrap_or_else(|| id.to_owned())
    }

    /// What to tell a person about an error code such as `session.invalid_credentials`, with the
    /// values that came with it (`min`, `relativeTime` …).
    #[must_use]
    pub(crate) fn error_with(&self, code: &str, arguments: &[(&str, Argument)]) -> String {
        let id = format!("error-{}", code.replace('.', "-"));
        self.find(&id, arguments)
            .or_else(|| ENGLISH.find(&id, arguments))
            .unwrap_or_else(|| self.text("error-unknown"))
    }

    fn read(language: Language, source: &str) -> Self {
        let resource = FluentResource::try_new(source.to_owned())
            .unwrap_or_else(|(readable_part, _errors)| readable_part);
        let locale = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Isolation marks matter only where text of both directions meets.
        bundle.set_use_isolating(language.direction() == Direction::RightToLeft);
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    fn find(&self, id: &str, arguments: &[(&str, Argument)]) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        let mut values = FluentArgs::with_capacity(arguments.len());
        for (name, argument) in arguments {
            let value = match argument {
                Argument::Count(count) => FluentValue::from(*count),
                Argument::Text(text) => FluentValue::from(text.as_str()),
            };
            values.set(*name, value);
        }
        let mut errors = Vec::new();
        Some(self.bundle.format_pattern(pattern, Some(&values), &mut errors).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fluent_bundle::FluentResource;
    use std::collections::BTreeSet;

    const SOURCES: [&str; 2] =
        [include_str!("../../web/phrases/en.ftl"), include_str!("../../web/phrases/de.ftl")];

    fn ids(source: &str) -> BTreeSet<&str> {
        source
            .lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" = "))
            .map(|(id, _)| id)
            .collect()
    }

    #[test]
    fn every_phrase_file_is_well_formed() {
        for source in SOURCES {
            assert!(FluentResource::try_new(source.to_owned()).is_ok());
        }
    }

    #[test]
    fn every_language_has_the_same_phrases_with_the_same_variables() {
        let [english, german] = SOURCES;
        assert_eq!(ids(english), ids(german));
        let variables = |source: &'static str, id: &str| -> BTreeSet<&'static str> {
            let start = source.find(&format!("\n{id} = ")).unwrap() + 1;
            let text = &source[start..];
            let end = text.find("\n\n").unwrap_or(text.len());
            let own = text[..end].split('\n').enumerate();
            own.take_while(|(line, text)| *line == 0 || text.starts_with(' '))
                .flat_map(|(_, line)| line.split('$').skip(1))
                .map(|rest| rest.split([' ', '}']).next().unwrap())
                .collect()
        };
        for id in ids(english) {
            assert_eq!(variables(english, id), variables(german, id), "{id}");
        }
    }

    #[test]
    fn plurals_follow_the_count() {
        let phrases = Phrases::of(Language::English);
        let rule =
            |min: u64| phrases.format("password-rule-character-types", &[("min", min.into())]);
        assert!(rule(1).contains("one kind of"));
        assert!(rule(3).contains("3 kinds of"));
    }

    #[test]
    fn an_unknown_error_code_still_says_something() {
        let phrases = Phrases::of(Language::German);
        assert_eq!(phrases.error_with("no.such_code", &[]), phrases.text("error-unknown"));
        assert!(phrases.error_with("session.invalid_credentials", &[]).contains("Passwort"));
    }

    #[test]
    fn an_error_code_with_strange_characters_is_harmless() {
        let phrases = Phrases::of(Language::English);
        assert_eq!(phrases.error_with("<script> }{", &[]), phrases.text("error-unknown"));
    }
}
