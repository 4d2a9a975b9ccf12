//! The page at `/`: what this server is and where to go from here.

use maud::{Markup, html};

use super::{
    components::{button_link, heading},
    frame::{Frame, Page, document},
};

/// What the home page shows; a missing address leaves its part out.
pub(crate) struct HomeView<'a> {
    /// The issuer, to be copied into a library's configuration.
    pub issuer: &'a str,
    /// Version of the server.
    pub version: &'a str,
    /// The demo application.
    pub demo_app_href: Option<&'a str>,
    /// The console.
    pub console_href: Option<&'a str>,
    /// The documentation.
    pub docs_href: Option<&'a str>,
}

/// The home page.
#[must_use]
pub(crate) fn home(frame: &Frame<'_>, view: &HomeView<'_>) -> Markup {
    let phrases = frame.phrases;
    let title = phrases.text("home-title");
    let discovery = format!("{}/.well-known/openid-configuration", view.issuer);
    let content = html! {
        (heading(frame, &title, Some(&phrases.text("home-lead"))))
        p.status { span.pulse aria-hidden="true" {} (phrases.text("home-running")) " · " (view.version) }
        div.tiles {
            (tile(frame, "home-demo", view.demo_app_href, "primary"))
            (tile(frame, "home-console", view.console_href, "quiet"))
            section.tile {
                h2 { (phrases.text("home-discovery-title")) }
                p { (phrases.text("home-discovery-text")) }
                p { code.issuer { (view.issuer) } }
                (button_link(&discovery, &phrases.text("home-discovery-link"), "quiet"))
            }
            (tile(frame, "home-docs", view.docs_href, "quiet"))
        }
    };
    document(frame, &Page { is_wide: true, ..Page::new(&title, content) })
}

fn tile(frame: &Frame<'_>, prefix: &str, href: Option<&str>, class: &str) -> Markup {
    let words = |part: &str| frame.phrases.text(&format!("{prefix}-{part}"));
    html! {
        @if let Some(href) = href {
            section.tile {
                h2 { (words("title")) }
                p { (words("text")) }
                (button_link(href, &words("link"), class))
            }
        }
    }
}
