//! What the bodies of organizations may hold.

use std::collections::BTreeMap;

use events::{OrganizationChange, OrganizationSettings};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::{
    http::{
        body::{check_length, clearable, solid},
        error::ApiError,
    },
    management::organization_template::{check_texts, nothing_to_change},
};

/// Most characters of a style sheet.
const CSS_CHARACTERS_MAX: usize = 65_536;
/// Most characters of a URL.
const URL_CHARACTERS_MAX: usize = 2_048;

/// Body of `POST /organizations` and `PATCH /organizations/{id}`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrganizationBody {
    #[serde(default, deserialize_with = "solid")]
    name: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "solid")]
    custom_data: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "solid")]
    is_mfa_required: Option<bool>,
    #[serde(default, deserialize_with = "solid")]
    color: Option<ColorBody>,
    #[serde(default, deserialize_with = "solid")]
    branding: Option<BrandingBody>,
    #[serde(default, deserialize_with = "clearable")]
    custom_css: Option<Option<String>>,
}

/// Member `color`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ColorBody {
    primary_color: Option<String>,
    is_dark_mode_enabled: Option<bool>,
    dark_primary_color: Option<String>,
}

/// Member `branding`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BrandingBody {
    logo_url: Option<String>,
    dark_logo_url: Option<String>,
    favicon: Option<String>,
    dark_favicon: Option<String>,
}

impl OrganizationBody {
    /// Settings of a new organization.
    ///
    /// # Errors
    /// 400 `guard.invalid_input`
    pub(super) fn into_settings(self) -> Result<OrganizationSettings, ApiError> {
        let required = || ApiError::invalid_input("body", &["name"], "A name is required.");
        let change = self.parse()?;
        Ok(OrganizationSettings {
            name: change.name.ok_or_else(required)?,
            description: change.description.flatten(),
            custom_data: change.custom_data.unwrap_or_default(),
            is_mfa_required: change.is_mfa_required.unwrap_or_default(),
            color: change.color.unwrap_or_default(),
            branding: change.branding.unwrap_or_default(),
            custom_css: change.custom_css.flatten(),
        })
    }

    /// New values of an organization.
    ///
    /// # Errors
    /// 400 `guard.invalid_input`, 422 `entity.invalid_input` if there is none
    pub(super) fn into_change(self) -> Result<OrganizationChange, ApiError> {
        let change = self.parse()?;
        if change == OrganizationChange::default() {
            return Err(nothing_to_change());
        }
        Ok(change)
    }

    fn parse(self) -> Result<OrganizationChange, ApiError> {
        check_texts(self.name.as_deref(), self.description.as_ref())?;
        let css = self.custom_css.as_ref().and_then(Option::as_deref).unwrap_or_default();
        check_length("customCss", css, 0..=CSS_CHARACTERS_MAX)?;
        Ok(OrganizationChange {
            name: self.name,
            description: self.description,
            custom_data: self.custom_data,
            is_mfa_required: self.is_mfa_required,
            color: self.color.map(ColorBody::parse).transpose()?,
            branding: self.branding.map(BrandingBody::parse).transpose()?,
            custom_css: self.custom_css,
        })
    }
}

impl ColorBody {
    fn parse(self) -> Result<Map<String, Value>, ApiError> {
        let mut members = BTreeMap::new();
        let colors =
            [("primaryColor", self.primary_color), ("darkPrimaryColor", self.dark_primary_color)];
        for (name, color) in colors {
            let Some(color) = color else { continue };
            if !is_color(&color) {
                let message = "Expected `#` and 3 or 6 hex digits.";
                return Err(ApiError::invalid_input("body", &["color", name], message));
            }
            members.insert(name.to_owned(), Value::from(color));
        }
        let is_dark = self.is_dark_mode_enabled.map(Value::from);
        members.extend(is_dark.map(|value| ("isDarkModeEnabled".to_owned(), value)));
        Ok(members.into_iter().collect())
    }
}

impl BrandingBody {
    fn parse(self) -> Result<Map<String, Value>, ApiError> {
        let mut members = Map::new();
        for (name, url) in [
            ("logoUrl", self.logo_url),
            ("darkLogoUrl", self.dark_logo_url),
            ("favicon", self.favicon),
            ("darkFavicon", self.dark_favicon),
        ] {
            let Some(url) = url.filter(|url| !url.is_empty()) else { continue };
            if !is_image_url(&url) {
                let message = "Expected the http or https URL of an image.";
                return Err(ApiError::invalid_input("body", &["branding", name], message));
            }
            members.insert(name.to_owned(), url.into());
        }
        Ok(members)
    }
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn is_image_url(text: &str) -> bool {
    text.chars().count() <= URL_CHARACTERS_MAX
        && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
