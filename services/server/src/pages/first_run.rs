//! The page that creates the first administrator of a fresh server, once.

use maud::{Markup, html};

use super::{
    components::{csrf_field, form_error, heading, identifier_input, input, submit_button},
    frame::{Frame, Page, document},
    identifiers::Identifiers,
    password_rules::PasswordRules,
    problem::Problem,
    register::new_password_fields,
};

/// What the page shows. It posts `csrf`, `identifier` (a username), `newPassword`,
/// `confirmPassword` and `submit`.
pub(crate) struct FirstRunView<'a> {
    /// Where the form posts to.
    pub(crate) action: &'a str,
    /// Anti-forgery token.
    pub(crate) csrf: &'a str,
    /// What was typed before; may be empty.
    pub(crate) identifier: &'a str,
    /// What the password must be like.
    pub(crate) rules: PasswordRules,
    /// Why the last try was not accepted.
    pub(crate) problem: Option<&'a Problem>,
}

/// The page at `/` of the admin tenant while there is no administrator.
#[must_use]
pub(crate) fn first_run(frame: &Frame<'_>, view: &FirstRunView<'_>) -> Markup {
    let phrases = frame.phrases;
    let title = phrases.text("first-run-title");
    let lead = phrases.text("first-run-lead");
    let label = phrases.text(Identifiers::USERNAME.label());
    let mut identifier = identifier_input(Identifiers::USERNAME, &label, view.identifier);
    identifier.has_focus = true;
    let content = html! {
        (heading(frame, &title, Some(&lead)))
        form method="post" action=(view.action) data-once {
            (form_error(phrases, view.problem))
            (csrf_field(view.csrf))
            (input(phrases, view.problem, &identifier))
            (new_password_fields(frame, &view.rules, view.problem, false))
            (submit_button(&phrases.text("first-run-submit")))
        }
    };
    document(frame, &Page::new(&title, content))
}
