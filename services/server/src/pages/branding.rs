//! How a tenant's pages look: colours, logos, dark mode; and the style sheet made of the colours.
//! The sheet depends on nothing but its own URL, so it can be cached for ever.

use std::fmt::Write as _;

use super::colour::Colour;

/// Path of the style sheet; its query is the whole input.
pub(crate) const THEME_PATH: &str = "/assets/theme.css";
/// The product's own colour, used when a tenant has none or one that cannot be read.
const COLOUR_DEFAULT: &str = "6139F6";
/// Surfaces of the cards in `app.css`; text in the brand colour must be readable on them.
const SURFACE_LIGHT: &str = "FFFFFF";
const SURFACE_DARK: &str = "181B21";

/// Colours and images of a tenant, organization or application, already merged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Branding {
    /// `#rgb` or `#rrggbb`; anything else reads as the product's colour.
    pub primary_colour: Option<String>,
    /// Colour in dark mode; without it the primary colour, ten points lighter.
    pub dark_primary_colour: Option<String>,
    /// Whether a system that prefers dark gets dark pages. Off hides every dark variant.
    pub is_dark_mode_enabled: bool,
    /// Logo.
    pub logo_url: Option<String>,
    /// Logo for dark pages; without it the light one.
    pub dark_logo_url: Option<String>,
    /// Icon of the browser tab.
    pub favicon_url: Option<String>,
    /// Icon for dark systems; without it the light one.
    pub dark_favicon_url: Option<String>,
}

impl Branding {
    /// Address of this branding's style sheet.
    #[must_use]
    pub(crate) fn theme_href(&self) -> String {
        let mut href = format!("{THEME_PATH}?c={}", self.light().hex());
        if self.is_dark_mode_enabled {
            let _ = write!(href, "&d={}", self.dark().hex());
        }
        href
    }

    /// The dark logo, if dark pages exist.
    #[must_use]
    pub(crate) fn dark_logo(&self) -> Option<&str> {
        self.dark_logo_url.as_deref().filter(|_| self.is_dark_mode_enabled)
    }

    /// The dark favicon, if dark pages exist.
    #[must_use]
    pub(crate) fn dark_favicon(&self) -> Option<&str> {
        self.dark_favicon_url.as_deref().filter(|_| self.is_dark_mode_enabled)
    }

    fn light(&self) -> Colour {
        colour_or_default(self.primary_colour.as_deref())
    }

    fn dark(&self) -> Colour {
        self.dark_primary_colour
            .as_deref()
            .and_then(Colour::parse)
            .unwrap_or_else(|| self.light().lightened(0.1))
    }
}

/// The colour of dark pages that goes with a primary colour, as `#RRGGBB`.
#[must_use]
pub(crate) fn dark_primary(primary: &str) -> String {
    let branding = Branding { primary_colour: Some(primary.to_owned()), ..Branding::default() };
    format!("#{}", branding.dark().hex())
}

/// The style sheet of a branding (contract: sign-in-ui 4).
#[must_use]
pub(crate) fn theme_css(branding: &Branding) -> String {
    let light = variables(branding.light(), colour_or_default(Some(SURFACE_LIGHT)));
    let mut css = format!(":root{{{light}}}");
    if branding.is_dark_mode_enabled {
        let dark = variables(branding.dark(), colour_or_default(Some(SURFACE_DARK)));
        let _ =
            write!(css, "@media (prefers-color-scheme:dark){{:root[data-theme=auto]{{{dark}}}}}");
    }
    css
}

/// The style sheet for the query of its address, as made by [`Branding::theme_href`].
#[must_use]
pub(crate) fn theme_css_of_query(query: &str) -> String {
    let mut branding = Branding::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "c" => branding.primary_colour = Some(value.into_owned()),
            "d" => {
                branding.is_dark_mode_enabled = true;
                branding.dark_primary_colour = Some(value.into_owned());
            }
            _ => {}
        }
    }
    theme_css(&branding)
}

fn colour_or_default(text: Option<&str>) -> Colour {
    text.and_then(Colour::parse).or_else(|| Colour::parse(COLOUR_DEFAULT)).unwrap_or(Colour::BLACK)
}

/// The contract's variables, then ours (`--button-…`, `--color-link`) that never lose readability:
/// a state whose colour would not carry the button's text falls back to one that does.
fn variables(brand: Colour, surface: Colour) -> String {
    let (hover, pressed) = (brand.lightened(0.1), brand.lightened(-0.1));
    let loading = brand.lightened(0.15);
    let text = brand.text_on();
    let first_readable = |candidates: [Colour; 2]| {
        candidates.into_iter().find(|candidate| candidate.carries(text)).unwrap_or(brand)
    };
    let mut css = String::new();
    for (name, value) in [
        ("color-brand-default", format!("#{}", brand.hex())),
        ("color-brand-hover", format!("#{}", hover.hex())),
        ("color-brand-pressed", format!("#{}", pressed.hex())),
        ("color-brand-loading", format!("#{}", loading.hex())),
        ("color-overlay-brand-focused", brand.with_alpha(0.16)),
        ("color-overlay-brand-hover", brand.with_alpha(0.08)),
        ("color-overlay-brand-pressed", brand.with_alpha(0.12)),
        ("button-text", format!("#{}", text.hex())),
        ("button-hover", format!("#{}", first_readable([hover, pressed]).hex())),
        ("button-pressed", format!("#{}", first_readable([pressed, hover]).hex())),
        ("button-loading", format!("#{}", first_readable([loading, hover]).hex())),
        ("color-link", format!("#{}", brand.readable_on(surface).hex())),
    ] {
        let _ = write!(css, "--{name}:{value};");
    }
    css
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dark(primary: &str, dark_primary: Option<&str>) -> Branding {
        Branding {
            primary_colour: Some(primary.to_owned()),
            dark_primary_colour: dark_primary.map(str::to_owned),
            is_dark_mode_enabled: true,
            ..Branding::default()
        }
    }

    #[test]
    fn the_sheet_of_the_address_is_the_sheet_of_the_branding() {
        for branding in [Branding::default(), dark("#0a7", None), dark("#112233", Some("#abc"))] {
            let href = branding.theme_href();
            let (_, query) = href.split_once('?').unwrap();
            assert_eq!(theme_css_of_query(query), theme_css(&branding));
        }
    }

    #[test]
    fn a_missing_dark_colour_is_the_light_one_ten_points_lighter() {
        assert!(dark("#800000", None).theme_href().ends_with("?c=800000&d=B30000"));
    }

    #[test]
    fn without_dark_mode_nothing_dark_is_used() {
        let branding = Branding {
            is_dark_mode_enabled: false,
            dark_logo_url: Some("https://cdn.example/dark.svg".to_owned()),
            ..dark("#800000", Some("#fff"))
        };
        assert!(!theme_css(&branding).contains("dark"));
        assert_eq!(branding.dark_logo(), None);
    }

    #[test]
    fn a_hostile_colour_cannot_leave_its_declaration() {
        let css = theme_css_of_query("c=red%7D*%7Bdisplay:none&d=%22%3B%7D");
        assert!(css.contains("--color-brand-default:#6139F6;"));
        assert!(!css.contains("display"));
    }

    #[test]
    fn text_on_a_light_brand_is_black_and_links_in_it_are_darkened() {
        let css = theme_css_of_query("c=FFD400");
        assert!(css.contains("--button-text:#000000;"));
        assert!(!css.contains("--color-link:#FFD400;"));
    }
}
