//! The sign-in page: one form with identifier and password.

use maud::{Markup, html};

use super::{
    components::{
        csrf_field, form_error, heading, identifier_input, input, password_input, submit_button,
        terms,
    },
    frame::{Frame, Page, document},
    identifiers::Identifiers,
    problem::{Field, Problem},
};

/// What the sign-in page shows. It posts `csrf`, `identifier`, `password`, `submit` and, if it
/// asks for it, `termsAgreement=true`.
pub(crate) struct SignInView<'a> {
    /// Where the form posts to.
    pub action: &'a str,
    /// Anti-forgery token.
    pub csrf: &'a str,
    /// Kinds of identifier that can sign in with a password.
    pub identifiers: Identifiers,
    /// What was typed before, or the login hint; may be empty.
    pub identifier: &'a str,
    /// Why the last try was not accepted.
    pub problem: Option<&'a Problem>,
    /// Whether the terms must be ticked (policy `Manual`).
    pub needs_terms_tick: bool,
    /// The register page, if accounts can be created.
    pub register_href: Option<&'a str>,
    /// The forgotten-password page, if it is enabled.
    pub forgot_password_href: Option<&'a str>,
}

/// The page at `/sign-in`.
#[must_use]
pub(crate) fn sign_in(frame: &Frame<'_>, view: &SignInView<'_>) -> Markup {
    let (phrases, problem) = (frame.phrases, view.problem);
    let title = phrases.text("sign-in-title");
    let lead = phrases.format("sign-in-lead", &[("application", frame.application_name.into())]);
    let identifier_label = phrases.text(view.identifiers.label());
    let password_label = phrases.text("field-password");
    let asks_identifier = view.identifier.is_empty();
    let mut identifier = identifier_input(view.identifiers, &identifier_label, view.identifier);
    identifier.has_focus = asks_identifier;
    let mut password = password_input(Field::Password, &password_label);
    password.has_focus = !asks_identifier;
    let content = html! {
        (heading(frame, &title, Some(&lead)))
        form method="post" action=(view.action) data-once {
            (form_error(phrases, problem))
            (csrf_field(view.csrf))
            (input(phrases, problem, &identifier))
            (input(phrases, problem, &password))
            @if let Some(href) = view.forgot_password_href {
                p.aside { a href=(href) { (phrases.text("sign-in-forgot-password")) } }
            }
            (terms(frame, view.needs_terms_tick, problem))
            (submit_button(&phrases.text("sign-in-submit")))
        }
        @if let Some(href) = view.register_href {
            p.switch {
                (phrases.text("sign-in-no-account")) " "
                a href=(href) { (phrases.text("sign-in-create-account")) }
            }
        }
    };
    document(frame, &Page { names_legal_texts: true, ..Page::new(&title, content) })
}
