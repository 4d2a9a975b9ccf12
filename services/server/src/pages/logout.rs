//! The pages of signing out: the question, and what stands there afterwards.

use maud::{Markup, html};

use super::{
    components::{button_link, heading},
    frame::{Frame, Page, document},
};

/// What the question shows. It posts `xsrf` and `logout` (`yes` or `no`).
pub(crate) struct LogoutView<'a> {
    /// Where the form posts to.
    pub action: &'a str,
    /// Anti-forgery token.
    pub xsrf: &'a str,
    /// Whether script answers `yes` at once (contract: oidc 9).
    pub is_automatic: bool,
}

/// The page at `/oidc/session/end`.
#[must_use]
pub(crate) fn logout(frame: &Frame<'_>, view: &LogoutView<'_>) -> Markup {
    let phrases = frame.phrases;
    let title = phrases.text("logout-title");
    let lead = phrases.format("logout-lead", &[("application", frame.application_name.into())]);
    let content = html! {
        (heading(frame, &title, Some(&lead)))
        form id="op.logoutform" method="post" action=(view.action) data-once
            data-auto-submit[view.is_automatic] {
            input type="hidden" name="xsrf" value=(view.xsrf);
            div.actions {
                button.button.primary type="submit" name="logout" value="yes" {
                    (phrases.text("logout-yes"))
                }
                button.button.quiet type="submit" name="logout" value="no" {
                    (phrases.text("logout-no"))
                }
            }
        }
    };
    let scripts: &[&str] = if view.is_automatic { &["auto-submit.js"] } else { &[] };
    document(frame, &Page { scripts, ..Page::new(&title, content) })
}

/// The page shown after signing out when there is no address to return to.
#[must_use]
pub(crate) fn signed_out(frame: &Frame<'_>, home_href: Option<&str>) -> Markup {
    let phrases = frame.phrases;
    let title = phrases.text("signed-out-title");
    let content = html! {
        (heading(frame, &title, Some(&phrases.text("signed-out-lead"))))
        @if let Some(href) = home_href {
            div.actions { (button_link(href, &phrases.text("failure-home"), "quiet")) }
        }
    };
    document(frame, &Page::new(&title, content))
}
