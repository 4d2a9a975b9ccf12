//! The pages for when it does not go on: what happened, what to do, and what to tell support.

use maud::{Markup, html};

use super::{
    components::{button_link, heading},
    frame::{Frame, Page, document},
};

/// What a page of failure shows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FailureView<'a> {
    /// What happened; empty for "Something went wrong".
    pub title: &'a str,
    /// What to do about it, in whole sentences.
    pub message: &'a str,
    /// Stable error code.
    pub code: Option<&'a str>,
    /// Id under which the request can be found in the log.
    pub request_id: Option<&'a str>,
    /// Where a way back leads.
    pub back_href: Option<&'a str>,
}

/// Any failure. For an error code, `message` is `phrases.error_with(code, &[])`.
#[must_use]
pub(crate) fn failure(frame: &Frame<'_>, view: &FailureView<'_>) -> Markup {
    let phrases = frame.phrases;
    let generic = phrases.text("failure-generic-title");
    let title = if view.title.is_empty() { &generic } else { view.title };
    let content = html! {
        (heading(frame, title, Some(view.message)))
        @if let Some(href) = view.back_href {
            div.actions { (button_link(href, &phrases.text("failure-back"), "primary")) }
        }
        @if view.code.is_some() || view.request_id.is_some() {
            dl.support {
                @if let Some(code) = view.code {
                    div { dt { (phrases.text("failure-code")) } dd id="error-code" { code { (code) } } }
                }
                @if let Some(id) = view.request_id {
                    div { dt { (phrases.text("failure-request")) } dd id="request-id" { code { (id) } } }
                }
            }
        }
    };
    document(frame, &Page::new(title, content))
}

/// The page at `/unknown-session`: the browser's sign-in is not known (any more).
#[must_use]
pub(crate) fn unknown_session(frame: &Frame<'_>, view: &FailureView<'_>) -> Markup {
    known_failure(frame, view, "failure-unknown-session")
}

/// The page for an address with nothing behind it.
#[must_use]
pub(crate) fn not_found(frame: &Frame<'_>, view: &FailureView<'_>) -> Markup {
    known_failure(frame, view, "failure-not-found")
}

/// The page at `/account-suspended`.
#[must_use]
pub(crate) fn account_suspended(frame: &Frame<'_>, view: &FailureView<'_>) -> Markup {
    known_failure(frame, view, "failure-suspended")
}

/// Takes code, request id and way back from the view, the words from the phrases.
fn known_failure(frame: &Frame<'_>, view: &FailureView<'_>, prefix: &str) -> Markup {
    let phrases = frame.phrases;
    let title = phrases.text(&format!("{prefix}-title"));
    let application = [("application", frame.application_name.into())];
    let message = phrases.format(&format!("{prefix}-message"), &application);
    failure(frame, &FailureView { title: &title, message: &message, ..*view })
}
