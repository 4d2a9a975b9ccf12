//! What a person types to say who they are: its form, and the stream that keeps it unique.

use events::{IdentifierKind, ReservationId};

use crate::{
    ids::{NotAnId, parse},
    phone,
    site::Site,
};

/// Longest username, in bytes.
const USERNAME_BYTES_MAX: usize = 128;
/// Longest e-mail address, in bytes.
const EMAIL_BYTES_MAX: usize = 128;
/// Fewest and most digits of a phone number with its country code (E.164).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// An identifier of the right form.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Identifier {
    kind: IdentifierKind,
    value: String,
}

/// Text that is no identifier of the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {}", .0.as_str())]
pub(crate) struct IdentifierError(pub IdentifierKind);

impl Identifier {
    /// Checks the form (contract: experience-api §1). A phone number is kept in one spelling.
    ///
    /// # Errors
    /// [`IdentifierError`]
    pub(crate) fn try_new(kind: IdentifierKind, value: &str) -> Result<Self, IdentifierError> {
        let value = match kind {
            IdentifierKind::Username | IdentifierKind::Email => value.to_owned(),
            IdentifierKind::Phone => phone::normalized(value),
        };
        let fits = match kind {
            IdentifierKind::Username => is_username(&value),
            IdentifierKind::Email => is_email(&value),
            IdentifierKind::Phone => is_phone(&value),
        };
        if !fits {
            return Err(IdentifierError(kind));
        }
        Ok(Self { kind, value })
    }

    /// What `text` must be meant as, out of the kinds that are enabled: an address if it holds `@`,
    /// a number if it is made of digits and the marks people write between them, else a name.
    pub(crate) fn guess(text: &str, enabled: &[IdentifierKind]) -> Option<Self> {
        let text = text.trim();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let marks = |mark: char| mark.is_ascii_digit() || "+-() .".contains(mark);
        let looks_like_phone = !digits.is_empty() && text.chars().all(marks);
        let (kind, value) = match (text.contains('@'), looks_like_phone) {
            (true, _) => (IdentifierKind::Email, text),
            (false, true) => (IdentifierKind::Phone, digits.as_str()),
            (false, false) => (IdentifierKind::Username, text),
        };
        if enabled.contains(&kind) { Self::try_new(kind, value).ok() } else { None }
    }

    /// The identifier of nobody: what to look for when what was typed cannot be an identifier, so
    /// that saying no takes as long.
    pub(crate) fn nobody() -> Self {
        Self { kind: IdentifierKind::Username, value: String::new() }
    }

    /// Its kind.
    pub(crate) fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// As it was given.
    pub(crate) fn value(&self) -> &str {
        &self.value
    }

    /// Keyed digest: names the identifier in the log without telling it. Addresses are compared
    /// without regard to case.
    pub(crate) fn digest(&self, site: &Site) -> String {
        let key = site.identifier_key();
        match self.kind {
            IdentifierKind::Email => key.text(self.value.to_lowercase().as_bytes()),
            IdentifierKind::Username | IdentifierKind::Phone => key.text(self.value.as_bytes()),
        }
    }

    /// The reservation that keeps it unique.
    ///
    /// # Errors
    /// [`NotAnId`] is a bug.
    pub(crate) fn reservation(&self, site: &Site) -> Result<ReservationId, NotAnId> {
        parse(&format!("{}:{}", self.kind.as_str(), self.digest(site)))
    }

    /// The code that says somebody else holds it.
    pub(crate) fn taken_code(&self) -> &'static str {
        match self.kind {
            IdentifierKind::Username => "user.username_already_in_use",
            IdentifierKind::Email => "user.email_already_in_use",
            IdentifierKind::Phone => "user.phone_already_in_use",
        }
    }
}

impl std::fmt::Debug for Identifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Identifier({}, redacted)", self.kind.as_str())
    }
}

fn is_username(text: &str) -> bool {
    let mut letters = text.bytes();
    let first = letters.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    first
        && text.len() <= USERNAME_BYTES_MAX
        && letters.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_email(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.contains(|c: char| c.is_whitespace() || c == '@' || c.is_control())
    };
    let Some((local, domain)) = text.split_once('@') else { return false };
    let dotted = domain.split('.').count() >= 2 && domain.split('.').all(plain);
    text.len() <= EMAIL_BYTES_MAX && plain(local) && dotted
}

fn is_phone(text: &str) -> bool {
    PHONE_DIGITS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [IdentifierKind; 3] =
        [IdentifierKind::Username, IdentifierKind::Email, IdentifierKind::Phone];

    #[test]
    fn only_the_right_form_is_taken() {
        let fits = |kind, text: &str| Identifier::try_new(kind, text).is_ok();
        for text in ["tom", "_t1", "T"] {
            assert!(fits(IdentifierKind::Username, text), "{text}");
        }
        for text in ["", "1tom", "tom!", "töm", &"t".repeat(129)] {
            assert!(!fits(IdentifierKind::Username, text), "{text}");
        }
        assert!(fits(IdentifierKind::Email, "a@b.co"));
        for text in ["a@b", "@b.co", "a b@c.de", "a@b@c.de", "a@.de", "a@b..de"] {
            assert!(!fits(IdentifierKind::Email, text), "{text}");
        }
        assert!(fits(IdentifierKind::Phone, "4915112345678"));
        for text in ["", "+49151123", "1234", "1234567890123456"] {
            assert!(!fits(IdentifierKind::Phone, text), "{text}");
        }
    }

    #[test]
    fn what_a_person_types_is_taken_for_what_it_looks_like() {
        let guess = |text| Identifier::guess(text, &ALL).map(|it| (it.kind, it.value));
        assert_eq!(guess(" a@b.co "), Some((IdentifierKind::Email, "a@b.co".into())));
        assert_eq!(guess("+49 151-12 34"), Some((IdentifierKind::Phone, "491511234".into())));
        assert_eq!(guess("tom"), Some((IdentifierKind::Username, "tom".into())));
        assert_eq!(Identifier::guess("tom", &[IdentifierKind::Email]), None);
    }
}
