//! The kinds of identifier that a page accepts, and what the one input for them looks like.

/// Kinds of identifier that are enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identifiers {
    /// Usernames.
    pub username: bool,
    /// E-mail addresses.
    pub email: bool,
    /// Phone numbers.
    pub phone: bool,
}

impl Identifiers {
    /// Usernames only.
    pub(crate) const USERNAME: Self = Self { username: true, email: false, phone: false };

    /// Phrase of the label. With no kind at all the page still asks for a username.
    pub(super) fn label(self) -> &'static str {
        match (self.username, self.email, self.phone) {
            (true, true, true) => "field-identifier-all",
            (true, true, false) => "field-identifier-username-email",
            (true, false, true) => "field-identifier-username-phone",
            (false, true, true) => "field-identifier-email-phone",
            (false, true, false) => "field-identifier-email",
            (false, false, true) => "field-identifier-phone",
            (true | false, false, false) => "field-identifier-username",
        }
    }

    pub(super) fn input_type(self) -> &'static str {
        match (self.username, self.email, self.phone) {
            (false, true, false) => "email",
            (false, false, true) => "tel",
            _ => "text",
        }
    }

    /// Which on-screen keyboard helps; none for usernames.
    pub(super) fn input_mode(self) -> Option<&'static str> {
        match (self.username, self.email, self.phone) {
            (_, true, _) => Some("email"),
            (false, false, true) => Some("tel"),
            _ => None,
        }
    }

    /// Autofill hint where a new account's identifier is asked for.
    pub(super) fn autocomplete_new(self) -> &'static str {
        match self.input_type() {
            "email" => "email",
            "tel" => "tel",
            _ => "username",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_alone_gets_the_phone_keyboard() {
        let phone = Identifiers { username: false, email: false, phone: true };
        assert_eq!((phone.input_type(), phone.input_mode()), ("tel", Some("tel")));
        let both = Identifiers { username: true, ..phone };
        assert_eq!((both.input_type(), both.input_mode()), ("text", None));
    }
}
