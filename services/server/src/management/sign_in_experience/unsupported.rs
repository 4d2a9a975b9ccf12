//! Members that the contract knows and that cannot be kept yet: a wish for anything but the default
//! is refused, with the contract's own code where it has one.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::parse::Wishes;
use crate::http::error::ApiError;

/// Each member with its default.
pub(super) fn defaults() -> [(&'static str, Value); 22] {
    [
        ("hideLogtoBranding", json!(false)),
        ("agreeToTermsPolicy", json!("Automatic")),
        ("socialSignIn", json!({})),
        ("socialSignInConnectorTargets", json!([])),
        ("customCss", json!(null)),
        ("customContent", json!({})),
        ("customUiAssets", json!(null)),
        ("customUiCsp", json!({})),
        ("mfa", json!({"factors": [], "policy": "UserControlled"})),
        ("adaptiveMfa", json!({})),
        ("singleSignOnEnabled", json!(false)),
        ("supportEmail", json!(null)),
        ("supportWebsiteUrl", json!(null)),
        ("captchaPolicy", json!({})),
        ("sentinelPolicy", json!({})),
        ("emailBlocklistPolicy", json!({})),
        ("verificationCodePolicy", json!({})),
        ("forgotPasswordMethods", json!([])),
        ("passkeySignIn", json!({})),
        ("signUpProfileFields", json!(null)),
        ("passwordExpiration", json!({})),
        (
            "usernamePolicy",
            json!({
                "caseSensitive": true,
                "minLength": 1,
                "maxLength": 128,
                "allowedChars": {
                    "lowercase": true,
                    "uppercase": true,
                    "numbers": true,
                    "underscore": true,
                },
            }),
        ),
    ]
}

/// Names of the members.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    defaults().into_iter().map(|(name, _)| name)
}

/// Refuses a wish that would be lost.
///
/// # Errors
/// 422 `request.invalid_input`, or the contract's code.
pub(super) fn check(wishes: &Wishes<'_>) -> Result<(), ApiError> {
    for (name, default) in defaults() {
        let Some(wish) = wishes.raw(name) else { continue };
        // A social target without a connector is dropped without a word, by contract.
        if *wish == default || says_nothing(wish) || name == "socialSignInConnectorTargets" {
            continue;
        }
        return Err(match name {
            "mfa" => mfa(wish),
            "adaptiveMfa" => unprocessable(
                "sign_in_experiences.adaptive_mfa_requires_mfa",
                "Adaptive multi-factor authentication needs a second factor.",
            ),
            "passwordExpiration" => unprocessable(
                "sign_in_experiences.password_expiration_requires_forgot_password",
                "Passwords can only expire if they can be reset.",
            ),
            "forgotPasswordMethods" => bad(
                "sign_in_experiences.forgot_password_method_requires_connector",
                "No connector sends codes.",
            ),
            _ => refused(name),
        });
    }
    Ok(())
}

/// 422: this member cannot be kept yet.
pub(super) fn refused(name: &str) -> ApiError {
    let message = format!("Input is invalid. `{name}` cannot be changed yet.");
    unprocessable("request.invalid_input", &message)
}

fn mfa(wish: &Value) -> ApiError {
    let factors: Vec<&Value> =
        wish.get("factors").and_then(Value::as_array).into_iter().flatten().collect();
    let is_twice = |at: usize, one: &&Value| factors.iter().take(at).any(|other| other == one);
    if factors.iter().enumerate().any(|(at, factor)| is_twice(at, factor)) {
        let message = "A factor is named twice.";
        return bad("sign_in_experiences.duplicated_mfa_factors", message);
    }
    if factors.iter().all(|factor| *factor == "BackupCode") && !factors.is_empty() {
        let message = "Backup codes need another factor beside them.";
        return bad("sign_in_experiences.backup_code_cannot_be_enabled_alone", message);
    }
    refused("mfa")
}

/// Null, no, nothing, or an object of these.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(says_nothing),
    }
}

fn bad(code: &'static str, message: &str) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, code, message)
}

fn unprocessable(code: &'static str, message: &str) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
}
