//! The two pages of signing up: who you will be, then the new password.

use maud::{Markup, html};

use super::{
    components::{
        csrf_field, form_error, heading, identifier_input, input, password_input, submit_button,
        terms,
    },
    frame::{Frame, Page, document},
    identifiers::Identifiers,
    password_rules::{PASSWORD_RULES_ID, PasswordRules, password_rules},
    problem::{Field, Problem},
};

/// What the first page shows. It posts `csrf`, `identifier`, `submit` and, if it asks for it,
/// `termsAgreement=true`.
pub(crate) struct RegisterView<'a> {
    /// Where the form posts to.
    pub action: &'a str,
    /// Anti-forgery token.
    pub csrf: &'a str,
    /// Kinds of identifier that a new account may have.
    pub identifiers: Identifiers,
    /// What was typed before; may be empty.
    pub identifier: &'a str,
    /// Why the last try was not accepted.
    pub problem: Option<&'a Problem>,
    /// Whether the terms must be ticked (policies `Manual` and `ManualRegistrationOnly`).
    pub needs_terms_tick: bool,
    /// The sign-in page, if signing in is possible.
    pub sign_in_href: Option<&'a str>,
}

/// What the second page shows. It posts `csrf`, `identifier`, `newPassword`, `confirmPassword`
/// and `submit`.
pub(crate) struct RegisterPasswordView<'a> {
    /// Where the form posts to.
    pub action: &'a str,
    /// Anti-forgery token.
    pub csrf: &'a str,
    /// The identifier of the new account; posted again so that password managers keep it.
    pub identifier: &'a str,
    /// What the password must be like.
    pub rules: PasswordRules,
    /// Why the last try was not accepted.
    pub problem: Option<&'a Problem>,
    /// Back to the first page.
    pub change_href: &'a str,
}

/// The page at `/register`.
#[must_use]
pub(crate) fn register(frame: &Frame<'_>, view: &RegisterView<'_>) -> Markup {
    let (phrases, problem) = (frame.phrases, view.problem);
    let title = phrases.text("register-title");
    let lead = phrases.format("register-lead", &[("application", frame.application_name.into())]);
    let label = phrases.text(view.identifiers.label());
    let mut identifier = identifier_input(view.identifiers, &label, view.identifier);
    identifier.autocomplete = view.identifiers.autocomplete_new();
    identifier.has_focus = true;
    let content = html! {
        (heading(frame, &title, Some(&lead)))
        form method="post" action=(view.action) data-once {
            (form_error(phrases, problem))
            (csrf_field(view.csrf))
            (input(phrases, problem, &identifier))
            (terms(frame, view.needs_terms_tick, problem))
            (submit_button(&phrases.text("register-continue")))
        }
        @if let Some(href) = view.sign_in_href {
            p.switch {
                (phrases.text("register-have-account")) " "
                a href=(href) { (phrases.text("register-sign-in")) }
            }
        }
    };
    document(frame, &Page { names_legal_texts: true, ..Page::new(&title, content) })
}

/// The page at `/register/password`.
#[must_use]
pub(crate) fn register_password(frame: &Frame<'_>, view: &RegisterPasswordView<'_>) -> Markup {
    let (phrases, problem) = (frame.phrases, view.problem);
    let title = phrases.text("register-password-title");
    let lead = phrases.text("register-password-lead");
    let content = html! {
        (heading(frame, &title, Some(&lead)))
        form method="post" action=(view.action) data-once {
            (form_error(phrases, problem))
            (csrf_field(view.csrf))
            div.chosen {
                div {
                    label for="identifier" { (phrases.text("register-signing-up-as")) }
                    input id="identifier" name="identifier" type="text" autocomplete="username"
                        value=(view.identifier) readonly tabindex="-1";
                }
                a href=(view.change_href) { (phrases.text("register-change")) }
            }
            (new_password_fields(frame, &view.rules, problem, true))
            (submit_button(&phrases.text("register-submit")))
        }
    };
    document(frame, &Page::new(&title, content))
}

/// New password, once more, and the rules for it.
pub(super) fn new_password_fields(
    frame: &Frame<'_>,
    rules: &PasswordRules,
    problem: Option<&Problem>,
    has_focus: bool,
) -> Markup {
    let phrases = frame.phrases;
    let (label, confirm_label) =
        (phrases.text("field-new-password"), phrases.text("field-confirm-password"));
    let mut password = password_input(Field::NewPassword, &label);
    password.described_by = Some(PASSWORD_RULES_ID);
    password.has_focus = has_focus;
    let confirm = password_input(Field::ConfirmPassword, &confirm_label);
    html! {
        (input(phrases, problem, &password))
        (input(phrases, problem, &confirm))
        (password_rules(phrases, rules))
    }
}
