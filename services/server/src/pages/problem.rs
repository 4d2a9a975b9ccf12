//! What is wrong with a submitted form, in codes; the page finds the words and the place.
//! A problem of one field is told at that field; of several fields or of none, above the form.

use super::phrases::{Argument, Phrases};

/// A field of a form, named by its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// `identifier`
    Identifier,
    /// `password`
    Password,
    /// `newPassword`
    NewPassword,
    /// `confirmPassword`
    ConfirmPassword,
    /// `termsAgreement`
    TermsAgreement,
    /// `device_user_code`
    DeviceUserCode,
}

/// Why a form was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    fields: Vec<Field>,
    reasons: Vec<Reason>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Reason {
    code: String,
    arguments: Vec<(&'static str, Argument)>,
}

impl Field {
    /// The input's `name`, which is its `id` too.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::Password => "password",
            Self::NewPassword => "newPassword",
            Self::ConfirmPassword => "confirmPassword",
            Self::TermsAgreement => "termsAgreement",
            Self::DeviceUserCode => "device_user_code",
        }
    }
}

impl Problem {
    /// A problem of one field (`user.username_already_in_use`).
    #[must_use]
    pub(crate) fn of_field(field: Field, code: impl Into<String>) -> Self {
        Self::of_fields(&[field], code)
    }

    /// A problem that several fields share (`session.invalid_credentials`).
    #[must_use]
    pub(crate) fn of_fields(fields: &[Field], code: impl Into<String>) -> Self {
        let reason = Reason { code: code.into(), arguments: Vec::new() };
        Self { fields: fields.to_vec(), reasons: vec![reason] }
    }

    /// One more reason for the same fields (`password_rejected.*`).
    #[must_use]
    pub(crate) fn and(mut self, code: impl Into<String>) -> Self {
        self.reasons.push(Reason { code: code.into(), arguments: Vec::new() });
        self
    }

    /// A value for the words of the last reason (`min`, `relativeTime`).
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        if let Some(reason) = self.reasons.last_mut() {
            reason.arguments.push((name, value.into()));
        }
        self
    }

    pub(super) fn marks(&self, field: Field) -> bool {
        self.fields.contains(&field)
    }

    pub(super) fn is_told_at(&self, field: Field) -> bool {
        self.fields.as_slice() == [field]
    }

    pub(super) fn is_told_above(&self) -> bool {
        self.fields.len() != 1
    }

    pub(super) fn code(&self) -> &str {
        self.reasons.first().map_or("", |reason| reason.code.as_str())
    }

    pub(super) fn messages(&self, phrases: &Phrases) -> Vec<String> {
        let words = |reason: &Reason| phrases.error_with(&reason.code, &reason.arguments);
        self.reasons.iter().map(words).collect()
    }
}
