//! What every page of a tenant stands in: language, colours, logo, headers.

use axum::{
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY},
    },
    response::{Html, IntoResponse, Response},
};
use events::SignInExperienceSettings;
use maud::Markup;

use crate::{
    call::Call,
    pages::{
        branding::Branding,
        frame::Frame,
        language::{Language, LanguageSettings, LanguageWishes, choose_language},
        phrases::Phrases,
        security_policy::{FormTargets, content_security_policy},
    },
};

/// Who may frame a page, for browsers that do not know `frame-ancestors`.
const FRAME_OPTIONS: HeaderName = HeaderName::from_static("x-frame-options");

/// How a page is served.
#[derive(Clone)]
pub(super) struct Stage<'a> {
    /// Status of the answer.
    pub status: StatusCode,
    /// Where its forms may lead.
    pub targets: FormTargets<'a>,
    /// The application that the page speaks for; the tenant itself if absent.
    pub application_name: Option<&'a str>,
    /// Languages that the authorization request asks for.
    pub ui_locales: Option<&'a str>,
}

impl Default for Stage<'_> {
    fn default() -> Self {
        Self {
            status: StatusCode::OK,
            targets: FormTargets::Own,
            application_name: None,
            ui_locales: None,
        }
    }
}

/// Renders a page in the tenant's frame.
pub(super) fn page(
    call: &Call,
    headers: &HeaderMap,
    stage: &Stage<'_>,
    render: impl FnOnce(&Frame<'_>) -> Markup,
) -> Response {
    // A page is better plain than not at all.
    let settings = call.site.experience().unwrap_or_default();
    let phrases = Phrases::of(language(&settings, headers, stage.ui_locales));
    let branding = branding(&settings);
    let frame = Frame {
        phrases,
        branding: &branding,
        application_name: stage.application_name.unwrap_or("Evident"),
        terms_of_use_url: settings.terms_of_use_url.as_deref(),
        privacy_policy_url: settings.privacy_policy_url.as_deref(),
    };
    let mut response = (stage.status, Html(render(&frame).into_string())).into_response();
    let answer = response.headers_mut();
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer.insert(FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, content_security_policy(stage.targets, &[])),
        (CONTENT_LANGUAGE, phrases.language().tag().to_owned()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.insert(name, value);
        }
    }
    response
}

fn language(
    settings: &SignInExperienceSettings,
    headers: &HeaderMap,
    ui_locales: Option<&str>,
) -> Language {
    let accept_language = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let fallback = Language::from_tag(&settings.fallback_language).unwrap_or_default();
    let detects_automatically = settings.language_auto_detect;
    choose_language(
        LanguageWishes { ui_locales, accept_language },
        LanguageSettings { detects_automatically, fallback },
    )
}

fn branding(settings: &SignInExperienceSettings) -> Branding {
    Branding {
        primary_colour: Some(settings.primary_color.clone()),
        dark_primary_colour: settings.dark_primary_color.clone(),
        is_dark_mode_enabled: settings.is_dark_mode_enabled,
        logo_url: settings.logo_url.clone(),
        dark_logo_url: settings.dark_logo_url.clone(),
        favicon_url: None,
        dark_favicon_url: None,
    }
}
