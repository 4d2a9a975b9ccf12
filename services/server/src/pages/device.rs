//! The pages of the device flow: type the code, say yes or no, done (RFC 8628 3.3).

use maud::{Markup, html};

use super::{
    components::{Input, form_error, heading, input, submit_button},
    frame::{Frame, Page, document},
    problem::{Field, Problem},
};

/// What the page shows that asks for the code. It posts `xsrf`, `device_user_code` and `submit`.
pub(crate) struct DeviceCodeView<'a> {
    /// Where the form posts to.
    pub action: &'a str,
    /// Anti-forgery token.
    pub xsrf: &'a str,
    /// What was typed before; may be empty.
    pub typed: &'a str,
    /// Why the last try was not accepted.
    pub problem: Option<&'a Problem>,
}

/// What the page shows that asks for a yes. It posts `xsrf`, `user_code` and `confirm=yes` or
/// `abort=yes`; the frame names the application.
pub(crate) struct DeviceConfirmView<'a> {
    /// Where the form posts to.
    pub action: &'a str,
    /// Anti-forgery token.
    pub xsrf: &'a str,
    /// The code as the device shows it.
    pub user_code: &'a str,
    /// Who is signed in.
    pub person: Option<&'a str>,
}

/// The page at `/device` without a code.
#[must_use]
pub(crate) fn device_code(frame: &Frame<'_>, view: &DeviceCodeView<'_>) -> Markup {
    let (phrases, problem) = (frame.phrases, view.problem);
    let title = phrases.text("device-code-title");
    let label = phrases.text("device-code-label");
    let field = Input {
        field: Field::DeviceUserCode,
        label: &label,
        kind: "text",
        autocomplete: "off",
        input_mode: None,
        value: Some(view.typed).filter(|typed| !typed.is_empty()),
        described_by: None,
        has_focus: true,
    };
    let content = html! {
        (heading(frame, &title, Some(&phrases.text("device-code-lead"))))
        form.device method="post" action=(view.action) data-once {
            (form_error(phrases, problem))
            input type="hidden" name="xsrf" value=(view.xsrf);
            (input(phrases, problem, &field))
            (submit_button(&phrases.text("device-code-submit")))
        }
    };
    document(frame, &Page::new(&title, content))
}

/// The page at `/device` with a code that a device shows.
#[must_use]
pub(crate) fn device_confirm(frame: &Frame<'_>, view: &DeviceConfirmView<'_>) -> Markup {
    let phrases = frame.phrases;
    let application = [("application", frame.application_name.into())];
    let title = phrases.text("device-confirm-title");
    let lead = phrases.format("device-confirm-lead", &application);
    let content = html! {
        (heading(frame, &title, Some(&lead)))
        form method="post" action=(view.action) data-once {
            input type="hidden" name="xsrf" value=(view.xsrf);
            input type="hidden" name="user_code" value=(view.user_code);
            p.user-code { code { (view.user_code) } }
            p.note { (phrases.format("device-confirm-note", &application)) }
            @if let Some(name) = view.person {
                p.note { (phrases.format("device-confirm-person", &[("name", name.into())])) }
            }
            div.actions {
                button.button.primary type="submit" name="confirm" value="yes" {
                    (phrases.text("device-confirm-yes"))
                }
                button.button.quiet type="submit" name="abort" value="yes" {
                    (phrases.text("device-confirm-no"))
                }
            }
        }
    };
    document(frame, &Page::new(&title, content))
}

/// The page at `/device/success`.
#[must_use]
pub(crate) fn device_success(frame: &Frame<'_>) -> Markup {
    let phrases = frame.phrases;
    let title = phrases.text("device-success-title");
    let content = heading(frame, &title, Some(&phrases.text("device-success-lead")));
    document(frame, &Page::new(&title, content))
}
