//! The settings of the sign-in pages through the router.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::testing::Bench;

const PATH: &str = "/api/sign-in-exp";

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_were_never_changed_have_their_defaults() {
    let bench = Bench::new().await;
    let read = bench.get(PATH).await;
    assert_eq!((read.status, &read.body["id"]), (200, &json!("default")));
    assert_eq!(read.body["color"]["primaryColor"], "#6139F6");
    assert_eq!(read.body["mfa"], json!({"factors": [], "policy": "UserControlled"}));
    assert_eq!(read.body["passwordPolicy"]["length"], json!({"min": 8, "max": 256}));
    assert_eq!(read.body["termsOfUseUrl"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_is_sent_is_replaced_and_the_others_stay() {
    let bench = Bench::new().await;
    let body = json!({
        "color": {"primaryColor": "#abc", "isDarkModeEnabled": true},
        "branding": {"logoUrl": "https://example.com/logo.png"},
        "termsOfUseUrl": "https://example.com/terms",
        "passwordPolicy": {"length": {"min": 12}},
    });
    let changed = bench.request("PATCH", PATH, body).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.body["color"]["primaryColor"], "#abc");
    assert_eq!(changed.body["passwordPolicy"]["length"]["min"], 12);
    let body = json!({"termsOfUseUrl": "", "branding": {}, "signInMode": "SignIn", "x": 1});
    let changed = bench.request("PATCH", PATH, body).await;
    assert_eq!(changed.body["termsOfUseUrl"], Value::Null);
    assert_eq!(changed.body["branding"], json!({}));
    assert_eq!(changed.body["color"]["primaryColor"], "#abc");
    assert_eq!(bench.get(PATH).await.body, changed.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_be_are_refused() {
    let bench = Bench::new().await;
    let method = |password: bool, code: bool| {
        json!({"signIn": {"methods": [{"identifier": "email", "password": password,
            "verificationCode": code, "isPasswordPrimary": true}]}})
    };
    let sign_up = |identifiers: Value, verify: bool| json!({"signUp": {"identifiers": identifiers, "password": true, "verify": verify}});
    let languages = json!({"languageInfo": {"autoDetect": true, "fallbackLanguage": "xx"}});
    let backup = json!({"mfa": {"factors": ["BackupCode"], "policy": "UserControlled"}});
    let twice = json!({"mfa": {"factors": ["Totp", "Totp"], "policy": "Mandatory"}});
    let of = |name: &str| format!("sign_in_experiences.{name}");
    for (body, status, code) in [
        (json!({}), 422, "entity.invalid_input".to_owned()),
        (json!({"unknown": 1}), 422, "entity.invalid_input".to_owned()),
        (json!({"signInMode": "Other"}), 400, "guard.invalid_input".to_owned()),
        (json!({"color": {"primaryColor": "red"}}), 400, "guard.invalid_input".to_owned()),
        (json!({"termsOfUseUrl": "javascript:x"}), 400, "guard.invalid_input".to_owned()),
        (json!({"passwordPolicy": {"length": {"min": 0}}}), 400, "guard.invalid_input".to_owned()),
        (method(false, false), 400, of("at_least_one_authentication_factor")),
        (method(true, true), 400, of("enabled_connector_not_found")),
        (
            json!({"signUp": {"identifiers": ["email"], "password": false, "verify": false}}),
            400,
            of("passwordless_requires_verify"),
        ),
        (sign_up(json!(["email"]), true), 400, of("enabled_connector_not_found")),
        (
            sign_up(json!(["username", "username"]), false),
            400,
            of("duplicated_sign_up_identifiers"),
        ),
        (languages, 400, of("unsupported_default_language")),
        (backup, 400, of("backup_code_cannot_be_enabled_alone")),
        (twice, 400, of("duplicated_mfa_factors")),
        (json!({"adaptiveMfa": {"enabled": true}}), 422, of("adaptive_mfa_requires_mfa")),
        (
            json!({"forgotPasswordMethods": ["EmailVerificationCode"]}),
            400,
            of("forgot_password_method_requires_connector"),
        ),
        (json!({"customCss": "a{}"}), 422, "request.invalid_input".to_owned()),
    ] {
        let answer = bench.request("PATCH", PATH, body.clone()).await;
        assert_eq!(answer.refusal(), (status, code.as_str()), "{body}");
    }
    let defaults = json!({"mfa": {"factors": [], "policy": "UserControlled"}, "customCss": null});
    assert_eq!(bench.request("PATCH", PATH, defaults).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_may_sign_up_with_an_address_and_a_password() {
    let bench = Bench::new().await;
    let rule = json!({"identifiers": ["email", "phone"], "password": true, "verify": false});
    let changed = bench.request("PATCH", PATH, json!({"signUp": rule})).await;
    assert_eq!((changed.status, &changed.body["signUp"]), (200, &rule));
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_can_read_what_a_page_needs() {
    let bench = Bench::new().await;
    let request = Request::get("/api/.well-known/sign-in-exp").body(Body::empty()).unwrap();
    let public = bench.send(request).await;
    assert_eq!((public.status, &public.body["socialConnectors"]), (200, &json!([])));
    assert!(public.body.get("emailBlocklistPolicy").is_none());
    let request = Request::get(PATH).body(Body::empty()).unwrap();
    assert_eq!(bench.send(request).await.refusal(), (401, "auth.authorization_header_missing"));
}
