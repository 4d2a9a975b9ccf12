//! The answer of `response_mode=form_post` (OAuth 2.0 Form Post Response Mode 2): a form that
//! carries the response to the application, by script at once, else by its button.

use maud::{Markup, html};

use super::{
    components::heading,
    frame::{Frame, Page, document},
};

/// What the page carries.
pub(crate) struct FormPostView<'a> {
    /// The redirect URI, already checked by the caller.
    pub action: &'a str,
    /// Parameters of the response, in order.
    pub parameters: &'a [(&'a str, &'a str)],
}

/// The page that posts itself to the application.
#[must_use]
pub(crate) fn form_post(frame: &Frame<'_>, view: &FormPostView<'_>) -> Markup {
    let phrases = frame.phrases;
    let title = phrases.text("form-post-title");
    let content = html! {
        (heading(frame, &title, Some(&phrases.text("form-post-lead"))))
        form method="post" action=(view.action) data-auto-submit {
            @for (name, value) in view.parameters {
                input type="hidden" name=(name) value=(value);
            }
            button.button.primary type="submit" { (phrases.text("form-post-submit")) }
        }
    };
    document(frame, &Page { scripts: &["auto-submit.js"], ..Page::new(&title, content) })
}
