//! The settings of the sign-in pages (contract: management-50 §1 and §2).
//!
//! What cannot be kept yet (connectors, second factors, content) is shown with its default; a wish
//! to change it is refused rather than lost. The list of leaked passwords is not asked yet, so
//! `passwordPolicy.rejects.pwned` always shows `false`.

mod color;
mod methods;
mod parse;
mod password;
mod schema;
#[cfg(test)]
mod tests;
mod unsupported;
mod view;

use axum::{
    Json as Answer,
    http::StatusCode,
    routing::{get, patch},
};
use domain::{SignInExperience, SignInExperienceCommand};
use events::{SignInExperienceSettings, SignInMode};
use serde_json::{Map, Value};
use store::Work;

use self::parse::{Wishes, text_or_none};
use crate::{
    call::Call,
    http::{administrator::Administrator, error::ApiError, json::Json, operation::Operation},
    pages::language::Language,
};

const TAG: &str = "Sign-in experience";

/// Every operation on the settings of the sign-in pages.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/sign-in-exp",
        tag: TAG,
        summary: "Read the settings of the sign-in pages",
        request: None,
        query: &[],
        responses: &[(200, "Sign-in experience")],
        handler: || get(read),
    },
    Operation {
        method: "PATCH",
        path: "/sign-in-exp",
        tag: TAG,
        summary: "Change the settings of the sign-in pages; each member sent is replaced whole",
        request: Some(schema::change),
        query: &[],
        responses: &[
            (200, "Sign-in experience"),
            (400, "guard.invalid_input"),
            (400, "sign_in_experiences.at_least_one_authentication_factor"),
            (400, "sign_in_experiences.backup_code_cannot_be_enabled_alone"),
            (400, "sign_in_experiences.duplicated_mfa_factors"),
            (400, "sign_in_experiences.duplicated_sign_up_identifiers"),
            (400, "sign_in_experiences.enabled_connector_not_found"),
            (400, "sign_in_experiences.forgot_password_method_requires_connector"),
            (400, "sign_in_experiences.missing_sign_up_identifiers"),
            (400, "sign_in_experiences.passwordless_requires_verify"),
            (400, "sign_in_experiences.unsupported_default_language"),
            (422, "sign_in_experiences.adaptive_mfa_requires_mfa"),
            (422, "sign_in_experiences.password_expiration_requires_forgot_password"),
            (422, "entity.invalid_input"),
            (422, "request.invalid_input"),
        ],
        handler: || patch(change),
    },
    Operation {
        method: "GET",
        path: "/.well-known/sign-in-exp",
        tag: TAG,
        summary: "Read what a sign-in page needs to know; for everybody",
        request: None,
        query: &[],
        responses: &[(200, "Public sign-in experience")],
        handler: || get(read_public),
    },
];

async fn read(admin: Administrator) -> Result<Answer<Value>, ApiError> {
    let site = &admin.call.site;
    Ok(Answer(view::whole(site.tenant(), &*site.experience()?)))
}

async fn read_public(call: Call) -> Result<Answer<Value>, ApiError> {
    Ok(Answer(view::public(call.site.tenant(), &*call.site.experience()?)))
}

async fn change(
    admin: Administrator,
    Json(members): Json<Map<String, Value>>,
) -> Result<Answer<Value>, ApiError> {
    let wishes = Wishes::new(&members);
    unsupported::check(&wishes)?;
    if !wishes.any_known() {
        let message = "There is nothing to change.";
        return Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "entity.invalid_input",
            message,
        ));
    }
    let site = &admin.call.site;
    let context = admin.context();
    let changed = site.app().log.transact(&context, async |work: Work| -> Result<_, ApiError> {
        let held = work.load::<SignInExperience>(&()).await?;
        let mut settings = held.state.settings().cloned().unwrap_or_default();
        apply(&wishes, &mut settings)?;
        let command = SignInExperienceCommand::SetSignInExperience { settings: settings.clone() };
        work.decide::<SignInExperience>(&(), command).await?;
        Ok(settings)
    });
    let (settings, position) = changed.await?;
    admin.settle(position).await?;
    Ok(Answer(view::whole(site.tenant(), &settings)))
}

fn apply(wishes: &Wishes<'_>, settings: &mut SignInExperienceSettings) -> Result<(), ApiError> {
    if let Some(mode) = wishes.get::<SignInMode>("signInMode")? {
        settings.sign_in_mode = mode;
    }
    if let Some(wish) = wishes.get("signUp")? {
        settings.sign_up = methods::sign_up(wish)?;
    }
    if let Some(wish) = wishes.get("signIn")? {
        settings.sign_in_methods = methods::sign_in(wish)?;
    }
    if let Some(wish) = wishes.get("passwordPolicy")? {
        settings.password_policy = password::policy(&wish)?;
    }
    if let Some(wish) = wishes.get("color")? {
        color::colors(wish, settings)?;
    }
    if let Some(wish) = wishes.get("branding")? {
        color::branding(wish, settings)?;
    }
    if let Some(wish) = wishes.get("languageInfo")? {
        language(wish, settings)?;
    }
    for (name, url) in [
        ("termsOfUseUrl", &mut settings.terms_of_use_url),
        ("privacyPolicyUrl", &mut settings.privacy_policy_url),
        ("unknownSessionRedirectUrl", &mut settings.unknown_session_redirect_url),
    ] {
        if let Some(wish) = wishes.get::<Option<String>>(name)? {
            *url = parse::url(&[name], text_or_none(wish))?;
        }
    }
    Ok(())
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct LanguageWish {
    auto_detect: bool,
    fallback_language: String,
}

fn language(wish: LanguageWish, settings: &mut SignInExperienceSettings) -> Result<(), ApiError> {
    if !Language::ALL.iter().any(|language| language.tag() == wish.fallback_language) {
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "sign_in_experiences.unsupported_default_language",
            "There are no phrases in this language.",
        ));
    }
    settings.language_auto_detect = wish.auto_detect;
    settings.fallback_language = wish.fallback_language;
    Ok(())
}
