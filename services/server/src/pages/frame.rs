//! What every page stands in: document, language, theme, logo, legal links.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    assets::asset_href,
    branding::Branding,
    components::{legal_links, web_address},
    phrases::Phrases,
};

/// The product's mark, drawn in the brand colour; used where a tenant has no logo.
const MARK: &str = concat!(
    r#"<svg class="mark" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true" focusable="false">"#,
    r#"<rect class="mark-plate" width="40" height="40" rx="11"/>"#,
    r#"<path class="mark-lines" d="M12 13h16M12 20h9.5M12 27h16"/>"#,
    r#"<circle class="mark-dot" cx="27" cy="20" r="2.4"/></svg>"#
);

/// What pages of one request have in common.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// Words, and with them language and direction.
    pub phrases: &'a Phrases,
    /// Colours and logos, already merged for tenant, organization and application.
    pub branding: &'a Branding,
    /// Name of the application or tenant that the page speaks for.
    pub application_name: &'a str,
    /// Terms of use; shown when it is a web address.
    pub terms_of_use_url: Option<&'a str>,
    /// Privacy policy; shown when it is a web address.
    pub privacy_policy_url: Option<&'a str>,
}

/// A page before it is put into a frame.
pub(super) struct Page<'a> {
    /// Title of the tab, without the application's name.
    pub(super) title: &'a str,
    /// Whether the card is as wide as a document instead of a form.
    pub(super) is_wide: bool,
    /// Whether the card itself names the legal texts, so that the footer need not.
    pub(super) names_legal_texts: bool,
    /// Scripts of this page beside the common one.
    pub(super) scripts: &'a [&'a str],
    /// The card's content.
    pub(super) content: Markup,
}

impl<'a> Page<'a> {
    pub(super) fn new(title: &'a str, content: Markup) -> Self {
        Self { title, is_wide: false, names_legal_texts: false, scripts: &[], content }
    }
}

/// The whole document.
pub(super) fn document(frame: &Frame<'_>, page: &Page<'_>) -> Markup {
    let language = frame.phrases.language();
    let theme = if frame.branding.is_dark_mode_enabled { "auto" } else { "light" };
    html! {
        (DOCTYPE)
        html lang=(language.tag()) dir=(language.direction().attribute()) data-theme=(theme) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="referrer" content="strict-origin";
                @if frame.branding.is_dark_mode_enabled {
                    meta name="color-scheme" content="light dark";
                }
                title {
                    (page.title)
                    @if page.title != frame.application_name { " · " (frame.application_name) }
                }
                (icons(frame.branding))
                link rel="stylesheet" href=(frame.branding.theme_href());
                link rel="stylesheet" href=(asset_href("app.css"));
                script type="module" src=(asset_href("page.js")) {}
                @for script in page.scripts {
                    script type="module" src=(asset_href(script)) {}
                }
            }
            body {
                div.stage {
                    main.card.wide[page.is_wide] { (page.content) }
                    @if !page.names_legal_texts { (legal_links(frame)) }
                }
            }
        }
    }
}

/// Logo (the tenant's, else the product's mark). Decorative: the name stands in the text.
pub(super) fn logo(branding: &Branding) -> Markup {
    let Some(light) = branding.logo_url.as_deref().and_then(web_address) else {
        return PreEscaped(MARK.to_owned());
    };
    html! {
        picture.logo {
            @if let Some(dark) = branding.dark_logo().and_then(web_address) {
                source srcset=(dark) media="(prefers-color-scheme: dark)";
            }
            img src=(light) alt="" height="48";
        }
    }
}

fn icons(branding: &Branding) -> Markup {
    let Some(light) = branding.favicon_url.as_deref().and_then(web_address) else {
        return html! { link rel="icon" type="image/svg+xml" href=(asset_href("favicon.svg")); };
    };
    html! {
        @if let Some(dark) = branding.dark_favicon().and_then(web_address) {
            link rel="icon" href=(light) media="(prefers-color-scheme: light)";
            link rel="icon" href=(dark) media="(prefers-color-scheme: dark)";
        } @else {
            link rel="icon" href=(light);
        }
    }
}
