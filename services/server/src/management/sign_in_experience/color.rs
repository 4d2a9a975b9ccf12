//! Colours and images of the sign-in pages.

use events::SignInExperienceSettings;
use serde::Deserialize;

use super::parse::{text_or_none, url};
use crate::http::error::ApiError;

/// Member `color`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ColorWish {
    primary_color: Option<String>,
    is_dark_mode_enabled: Option<bool>,
    dark_primary_color: Option<String>,
}

/// Member `branding`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BrandingWish {
    logo_url: Option<String>,
    dark_logo_url: Option<String>,
    favicon: Option<String>,
    dark_favicon: Option<String>,
}

/// Replaces the colours.
///
/// # Errors
/// 400 `guard.invalid_input`
pub(super) fn colors(
    wish: ColorWish,
    settings: &mut SignInExperienceSettings,
) -> Result<(), ApiError> {
    let defaults = SignInExperienceSettings::default();
    check("primaryColor", wish.primary_color.as_deref())?;
    check("darkPrimaryColor", wish.dark_primary_color.as_deref())?;
    settings.primary_color = wish.primary_color.unwrap_or(defaults.primary_color);
    settings.dark_primary_color = wish.dark_primary_color;
    settings.is_dark_mode_enabled =
        wish.is_dark_mode_enabled.unwrap_or(defaults.is_dark_mode_enabled);
    Ok(())
}

/// Replaces the images.
///
/// # Errors
/// 400 `guard.invalid_input`
pub(super) fn branding(
    wish: BrandingWish,
    settings: &mut SignInExperienceSettings,
) -> Result<(), ApiError> {
    for (name, icon) in [("favicon", wish.favicon), ("darkFavicon", wish.dark_favicon)] {
        if text_or_none(icon).is_some() {
            return Err(super::unsupported::refused(&format!("branding.{name}")));
        }
    }
    settings.logo_url = url(&["branding", "logoUrl"], text_or_none(wish.logo_url))?;
    settings.dark_logo_url = url(&["branding", "darkLogoUrl"], text_or_none(wish.dark_logo_url))?;
    Ok(())
}

fn check(name: &str, color: Option<&str>) -> Result<(), ApiError> {
    let is_color = |text: &str| {
        text.strip_prefix('#').is_some_and(|digits| {
            matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    if color.is_none_or(is_color) {
        return Ok(());
    }
    Err(ApiError::invalid_input("body", &["color", name], "Expected `#` and 3 or 6 hex digits."))
}
