//! One or more samples of every page, for the tests that hold for all of them.

use maud::Markup;

use crate::pages::{
    branding::Branding,
    consent::{ConsentView, ResourcePermissions, UserCard, consent},
    demo_app::demo_app,
    device::{DeviceCodeView, DeviceConfirmView, device_code, device_confirm, device_success},
    failure::{FailureView, account_suspended, failure, not_found, unknown_session},
    first_run::{FirstRunView, first_run},
    form_post::{FormPostView, form_post},
    frame::Frame,
    home::{HomeView, home},
    identifiers::Identifiers,
    language::Language,
    logout::{LogoutView, logout, signed_out},
    password_rules::PasswordRules,
    phrases::Phrases,
    problem::{Field, Problem},
    register::{RegisterPasswordView, RegisterView, register, register_password},
    sign_in::{SignInView, sign_in},
};

pub(super) const HOSTILE: &str = r#"<script>alert(1)</script>"onload="x&"#;
pub(super) const EMAIL_OR_USERNAME: Identifiers =
    Identifiers { username: true, email: true, phone: false };

pub(super) fn branding() -> Branding {
    Branding { is_dark_mode_enabled: true, ..Branding::default() }
}

pub(super) fn frame(branding: &Branding, language: Language) -> Frame<'_> {
    Frame {
        phrases: Phrases::of(language),
        branding,
        application_name: "Live Preview",
        terms_of_use_url: Some("https://example.com/terms"),
        privacy_policy_url: Some("https://example.com/privacy"),
    }
}

pub(super) fn sign_in_view(problem: Option<&Problem>) -> SignInView<'_> {
    SignInView {
        action: "/sign-in?app_id=demo-app",
        csrf: "csrf-token",
        identifiers: EMAIL_OR_USERNAME,
        identifier: "",
        problem,
        needs_terms_tick: false,
        register_href: Some("/register"),
        forgot_password_href: None,
    }
}

pub(super) fn wrong_password() -> Problem {
    Problem::of_fields(&[Field::Identifier, Field::Password], "session.invalid_credentials")
}

pub(super) fn consent_view<'a>(name: &'a str) -> ConsentView<'a> {
    ConsentView {
        action: "/consent",
        csrf: "csrf-token",
        application_terms_url: Some("https://app.example/terms"),
        application_privacy_url: None,
        user: UserCard { name, detail: Some("ada@example.com"), avatar_url: None },
        scopes: &[
            ("profile", Some("Ada Lovelace")),
            ("email", Some("ada@example.com")),
            ("urn:logto:scope:organizations", None),
            ("offline_access", None),
            ("custom", None),
        ],
        resources: &[ResourcePermissions {
            resource: "Library API",
            scopes: &[("read:books", Some("Read the books you own")), ("write:notes", None)],
        }],
        organizations: &[("o1", "Analytical Society"), ("o2", "Royal Institution")],
        redirect_host: Some("app.example"),
        switch_account_href: Some("/oidc/session/end?client_id=app"),
    }
}

pub(super) fn register_samples(frame: &Frame<'_>) -> Vec<(&'static str, Markup)> {
    let taken = Problem::of_field(Field::Identifier, "user.username_already_in_use");
    let weak = Problem::of_field(Field::NewPassword, "password_rejected.too_short")
        .with("min", 8)
        .and("password_rejected.restricted.sequence");
    let first = |identifier, problem, needs_terms_tick| RegisterView {
        action: "/register",
        csrf: "csrf-token",
        identifiers: Identifiers::USERNAME,
        identifier,
        problem,
        needs_terms_tick,
        sign_in_href: Some("/sign-in"),
    };
    let second = |problem| RegisterPasswordView {
        action: "/register/password",
        csrf: "csrf-token",
        identifier: "ada_lovelace",
        rules: PasswordRules { character_types_min: 3, ..PasswordRules::default() },
        problem,
        change_href: "/register",
    };
    let run = FirstRunView {
        action: "/",
        csrf: "csrf-token",
        identifier: "",
        rules: PasswordRules::default(),
        problem: None,
    };
    vec![
        ("register", register(frame, &first("", None, true))),
        ("register-taken", register(frame, &first("ada", Some(&taken), false))),
        ("register-password", register_password(frame, &second(None))),
        ("register-password-weak", register_password(frame, &second(Some(&weak)))),
        ("first-run", first_run(frame, &run)),
    ]
}

pub(super) fn device_samples(frame: &Frame<'_>) -> Vec<(&'static str, Markup)> {
    let ask = |typed, problem| {
        device_code(frame, &DeviceCodeView { action: "/oidc/device", xsrf: "x", typed, problem })
    };
    let unknown = Problem::of_field(Field::DeviceUserCode, "device.not_found");
    let aborted = Problem::of_fields(&[], "device.aborted");
    let confirm = DeviceConfirmView {
        action: "/oidc/device",
        xsrf: "x",
        user_code: "BCDF-GHJK",
        person: Some(HOSTILE),
    };
    vec![
        ("device-code", ask("", None)),
        ("device-code-unknown", ask(HOSTILE, Some(&unknown))),
        ("device-code-aborted", ask("", Some(&aborted))),
        ("device-confirm", device_confirm(frame, &confirm)),
        ("device-success", device_success(frame)),
    ]
}

pub(super) fn failure_samples(frame: &Frame<'_>) -> Vec<(&'static str, Markup)> {
    let support = FailureView {
        code: Some("oidc.invalid_redirect_uri"),
        request_id: Some("0198c0de-7a11-7000-8000-5f0e57a2b1c4"),
        back_href: Some("/"),
        ..FailureView::default()
    };
    let message = frame.phrases.error_with("oidc.invalid_redirect_uri", &[]);
    vec![
        ("failure", failure(frame, &FailureView { message: &message, ..support })),
        ("unknown-session", unknown_session(frame, &FailureView::default())),
        ("not-found", not_found(frame, &FailureView { code: None, ..support })),
        ("suspended", account_suspended(frame, &FailureView::default())),
    ]
}

pub(super) fn samples(frame: &Frame<'_>) -> Vec<(&'static str, Markup)> {
    let wrong = wrong_password();
    let tried = SignInView {
        identifier: "ada@example.com",
        forgot_password_href: Some("/forgot-password"),
        ..sign_in_view(Some(&wrong))
    };
    let asked = LogoutView { action: "/oidc/session/end/confirm", xsrf: "x", is_automatic: false };
    let posted = FormPostView {
        action: "https://app.example/callback",
        parameters: &[("code", "c1"), ("state", HOSTILE)],
    };
    let start = HomeView {
        issuer: "http://127.0.0.1:3001/oidc",
        version: "0.1.0",
        demo_app_href: Some("/demo-app"),
        console_href: Some("http://127.0.0.1:3002/console"),
        docs_href: Some("https://example.com/docs"),
    };
    let mut all = vec![
        ("sign-in", sign_in(frame, &sign_in_view(None))),
        ("sign-in-wrong", sign_in(frame, &tried)),
        ("consent", consent(frame, &consent_view("Ada Lovelace"))),
        ("logout", logout(frame, &asked)),
        ("logout-automatic", logout(frame, &LogoutView { is_automatic: true, ..asked })),
        ("signed-out", signed_out(frame, Some("/"))),
        ("form-post", form_post(frame, &posted)),
        ("home", home(frame, &start)),
        ("demo-app", demo_app(frame)),
    ];
    all.extend(register_samples(frame));
    all.extend(device_samples(frame));
    all.extend(failure_samples(frame));
    all
}

pub(super) fn all_samples(branding: &Branding) -> Vec<(String, String)> {
    let of = |language: Language| {
        samples(&frame(branding, language))
            .into_iter()
            .map(move |(name, page)| (format!("{name}.{}", language.tag()), page.into_string()))
    };
    Language::ALL.into_iter().flat_map(of).collect()
}
