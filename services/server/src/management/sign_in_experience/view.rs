//! The settings as the Management API shows them, and as everybody may see them.

use events::{PasswordPolicy, SignInExperienceSettings, SignInMethod, TenantId};
use serde_json::{Map, Value, json};

use super::unsupported;
use crate::pages::branding::dark_primary;

/// Members that are not for everybody.
const PRIVATE: [&str; 2] = ["emailBlocklistPolicy", "forgotPasswordMethods"];

/// Everything.
pub(super) fn whole(tenant: &TenantId, settings: &SignInExperienceSettings) -> Value {
    Value::Object(members(tenant, settings))
}

/// What a sign-in page needs.
pub(super) fn public(tenant: &TenantId, settings: &SignInExperienceSettings) -> Value {
    let mut members = members(tenant, settings);
    members.retain(|name, _| !PRIVATE.contains(&name.as_str()));
    for (name, value) in [
        ("socialConnectors", json!([])),
        ("ssoConnectors", json!([])),
        ("forgotPassword", json!({"phone": false, "email": false})),
        ("isDevelopmentTenant", json!(false)),
        ("customProfileFields", json!([])),
    ] {
        members.insert(name.to_owned(), value);
    }
    Value::Object(members)
}

fn members(tenant: &TenantId, settings: &SignInExperienceSettings) -> Map<String, Value> {
    let primary = &settings.primary_color;
    let dark = settings.dark_primary_color.clone().unwrap_or_else(|| dark_primary(primary));
    let kept = [
        ("tenantId", json!(tenant)),
        ("id", json!("default")),
        (
            "color",
            json!({
                "primaryColor": primary,
                "isDarkModeEnabled": settings.is_dark_mode_enabled,
                "darkPrimaryColor": dark,
            }),
        ),
        ("branding", branding(settings)),
        (
            "languageInfo",
            json!({
                "autoDetect": settings.language_auto_detect,
                "fallbackLanguage": settings.fallback_language,
            }),
        ),
        ("termsOfUseUrl", json!(settings.terms_of_use_url)),
        ("privacyPolicyUrl", json!(settings.privacy_policy_url)),
        ("unknownSessionRedirectUrl", json!(settings.unknown_session_redirect_url)),
        ("signInMode", json!(settings.sign_in_mode)),
        ("signIn", json!({"methods": methods(&settings.sign_in_methods)})),
        (
            "signUp",
            json!({
                "identifiers": settings.sign_up.identifiers,
                "password": settings.sign_up.password,
                "verify": settings.sign_up.verify,
            }),
        ),
        ("passwordPolicy", policy(&settings.password_policy)),
    ];
    let defaults = unsupported::defaults();
    kept.into_iter().chain(defaults).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn branding(settings: &SignInExperienceSettings) -> Value {
    let images = [("logoUrl", &settings.logo_url), ("darkLogoUrl", &settings.dark_logo_url)];
    let given =
        images.into_iter().filter_map(|(name, url)| Some((name.to_owned(), json!(url.as_ref()?))));
    Value::Object(given.collect())
}

fn methods(methods: &[SignInMethod]) -> Vec<Value> {
    let show = |method: &SignInMethod| {
        json!({
            "identifier": method.identifier,
            "password": method.password,
            "verificationCode": false,
            "isPasswordPrimary": true,
        })
    };
    methods.iter().map(show).collect()
}

fn policy(policy: &PasswordPolicy) -> Value {
    json!({
        "length": {"min": policy.length_min, "max": policy.length_max},
        "characterTypes": {"min": policy.character_types_min},
        "rejects": {
            "pwned": false,
            "repetitionAndSequence": policy.rejects_repetition_and_sequence,
            "userInfo": policy.rejects_user_info,
            "words": policy.rejects_words,
        },
    })
}
