//! Which language a page is written in, chosen from what the request and the tenant prefer.
//! The order is the contract's (sign-in-ui 4): what was asked for in the query, what the browser
//! accepts when detection is on, what the tenant falls back to.

/// Longest preference list that is looked at, in entries; the rest is ignored.
const PREFERENCES_MAX: usize = 32;

/// A language with built-in phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    /// English, the reference and the last resort.
    #[default]
    English,
    /// German.
    German,
}

/// Reading direction of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Left to right.
    LeftToRight,
    /// Right to left.
    RightToLeft,
}

/// What a request says about languages.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LanguageWishes<'a> {
    /// `ui_locales` of the authorization request (or `lng`): tags apart by spaces, best first.
    pub ui_locales: Option<&'a str>,
    /// The `Accept-Language` header.
    pub accept_language: Option<&'a str>,
}

/// What the tenant says about languages (`languageInfo` of the sign-in experience).
#[derive(Debug, Clone, Copy)]
pub(crate) struct LanguageSettings {
    /// Whether the browser's preference counts.
    pub detects_automatically: bool,
    /// The language when nothing else fits.
    pub fallback: Language,
}

impl Default for LanguageSettings {
    fn default() -> Self {
        Self { detects_automatically: true, fallback: Language::English }
    }
}

impl Language {
    /// Every built-in language.
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::German];

    /// BCP 47 tag, for `lang` and `Content-Language`.
    #[must_use]
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Reading direction, for `dir`.
    #[must_use]
    pub(crate) fn direction(self) -> Direction {
        match self {
            Self::English | Self::German => Direction::LeftToRight,
        }
    }

    /// The built-in language of a tag: the exact one, else the one of its primary subtag.
    #[must_use]
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        let same = |wanted: &str| {
            Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(wanted))
        };
        same(tag).or_else(|| same(primary))
    }
}

impl Direction {
    /// Value of the `dir` attribute.
    #[must_use]
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// The language for a request.
#[must_use]
pub(crate) fn choose_language(wishes: LanguageWishes<'_>, settings: LanguageSettings) -> Language {
    let asked = wishes.ui_locales.and_then(|tags| {
        tags.split_whitespace().take(PREFERENCES_MAX).find_map(Language::from_tag)
    });
    let accepted = || {
        let header = wishes.accept_language.filter(|_| settings.detects_automatically)?;
        accepted_tags(header).into_iter().find_map(Language::from_tag)
    };
    asked.or_else(accepted).unwrap_or(settings.fallback)
}

/// Tags of an `Accept-Language` header, best first; equal weights keep their order (RFC 9110 12.5.4).
fn accepted_tags(header: &str) -> Vec<&str> {
    let mut weighted: Vec<(&str, f32)> = header
        .split(',')
        .take(PREFERENCES_MAX)
        .map(|entry| {
            let (tag, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let weight = parameters
                .trim()
                .strip_prefix("q=")
                .map_or(1.0, |text| text.trim().parse().unwrap_or(0.0));
            (tag.trim(), weight)
        })
        .filter(|(tag, weight)| !tag.is_empty() && *weight > 0.0)
        .collect();
    weighted.sort_by(|(_, left), (_, right)| right.total_cmp(left));
    weighted.into_iter().map(|(tag, _)| tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(ui_locales: Option<&str>, accept_language: Option<&str>) -> Language {
        let wishes = LanguageWishes { ui_locales, accept_language };
        choose_language(wishes, LanguageSettings::default())
    }

    #[test]
    fn the_query_wins_over_the_browser() {
        assert_eq!(chosen(Some("fr de-AT"), Some("en")), Language::German);
    }

    #[test]
    fn the_browser_language_with_the_highest_weight_wins() {
        assert_eq!(chosen(None, Some("fr, en;q=0.4, de-CH;q=0.7")), Language::German);
        assert_eq!(chosen(None, Some("en;q=0.8,de;q=0.7")), Language::English);
    }

    #[test]
    fn a_language_of_weight_zero_is_not_wanted() {
        assert_eq!(chosen(None, Some("de;q=0")), Language::English);
    }

    #[test]
    fn without_detection_the_fallback_is_used() {
        let wishes = LanguageWishes { ui_locales: None, accept_language: Some("en") };
        let settings =
            LanguageSettings { detects_automatically: false, fallback: Language::German };
        assert_eq!(choose_language(wishes, settings), Language::German);
    }

    #[test]
    fn nonsense_falls_back() {
        assert_eq!(chosen(Some("  "), Some(";;;,q=,*")), Language::English);
    }
}
