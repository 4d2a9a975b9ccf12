//! JSON schema of the body of a change, for the documentation.

use serde_json::{Value, json};

/// Body of `PATCH /sign-in-exp`.
pub(super) fn change() -> Value {
    let url = json!({"type": ["string", "null"]});
    let identifier = json!({"enum": ["username", "email", "phone"]});
    json!({
        "type": "object",
        "minProperties": 1,
        "properties": {
            "signInMode": {"enum": ["SignIn", "Register", "SignInAndRegister"]},
            "signIn": {
                "type": "object",
                "required": ["methods"],
                "properties": {"methods": {"type": "array", "items": {
                    "type": "object",
                    "required": ["identifier", "password", "verificationCode"],
                    "properties": {
                        "identifier": identifier,
                        "password": {"type": "boolean"},
                        "verificationCode": {"const": false},
                        "isPasswordPrimary": {"type": "boolean"},
                    },
                }}},
            },
            "signUp": {
                "type": "object",
                "required": ["identifiers", "password", "verify"],
                "properties": {
                    "identifiers": {"type": "array", "items": identifier, "uniqueItems": true},
                    "password": {"type": "boolean"},
                    "verify": {"type": "boolean"},
                },
            },
            "passwordPolicy": {"type": "object"},
            "color": {
                "type": "object",
                "properties": {
                    "primaryColor": {"type": "string", "pattern": "^#([0-9a-fA-F]{3}){1,2}$"},
                    "isDarkModeEnabled": {"type": "boolean"},
                    "darkPrimaryColor": {"type": "string", "pattern": "^#([0-9a-fA-F]{3}){1,2}$"},
                },
            },
            "branding": {"type": "object", "properties": {"logoUrl": url, "darkLogoUrl": url}},
            "languageInfo": {
                "type": "object",
                "required": ["autoDetect", "fallbackLanguage"],
                "properties": {
                    "autoDetect": {"type": "boolean"},
                    "fallbackLanguage": {"type": "string"},
                },
            },
            "termsOfUseUrl": url,
            "privacyPolicyUrl": url,
            "unknownSessionRedirectUrl": url,
        },
    })
}
