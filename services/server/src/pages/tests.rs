//! What holds for the pages as a whole: labels, escaping, languages, nothing inline, weight.
//! With `EVIDENT_PAGES_DIR` set, the samples are also written there to be looked at.

mod samples;

use std::{fs, path::Path};

use super::{
    assets::asset,
    branding::{Branding, theme_css},
    consent::consent,
    failure::{FailureView, account_suspended, failure},
    frame::Frame,
    language::Language,
    logout::{LogoutView, logout},
    sign_in::{SignInView, sign_in},
};
use samples::{
    HOSTILE, all_samples, branding, consent_view, frame, samples, sign_in_view, wrong_password,
};

/// Most bytes that the sign-in page may cost, uncompressed, with all it loads.
const SIGN_IN_BYTES_MAX: usize = 30_000;
#[test]
fn no_page_has_inline_script_or_style() {
    for (name, page) in all_samples(&branding()) {
        assert!(!page.contains("<style") && !page.contains(" style="), "{name}");
        assert!(!page.contains("javascript:"), "{name}");
        for script in page.split("<script").skip(1) {
            let (attributes, rest) = script.split_once('>').unwrap();
            assert!(attributes.contains(" src=\"/assets/"), "{name}");
            assert!(rest.starts_with("</script>"), "{name}");
        }
        for tag in page.split('<').filter_map(|part| part.split('>').next()) {
            let is_handler = |word: &str| word.starts_with("on") && word.contains('=');
            assert!(!tag.split_whitespace().any(is_handler), "{name}: {tag}");
        }
    }
}

#[test]
fn every_page_says_its_language_direction_and_title() {
    for (name, page) in all_samples(&branding()) {
        let language = name.rsplit_once('.').unwrap().1;
        assert!(
            page.contains(&format!("<html lang=\"{language}\" dir=\"ltr\" data-theme=\"auto\">")),
            "{name}"
        );
        assert!(page.contains("<title>") && page.contains("<h1>"), "{name}");
        assert!(page.contains("<main"), "{name}");
    }
}

#[test]
fn ids_are_unique_and_every_reference_to_an_id_finds_it() {
    for (name, page) in all_samples(&branding()) {
        let values = |attribute: &str| -> Vec<String> {
            page.split(&format!(" {attribute}=\""))
                .skip(1)
                .flat_map(|rest| rest.split('"').next().unwrap().split(' '))
                .map(str::to_owned)
                .collect()
        };
        let ids = values("id");
        let mut unique = ids.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), ids.len(), "{name}");
        for attribute in ["for", "aria-describedby", "aria-controls", "data-reveal", "data-copy"] {
            for id in values(attribute) {
                assert!(ids.contains(&id), "{name}: {attribute} {id}");
            }
        }
    }
}

#[test]
fn every_phrase_that_a_page_uses_exists() {
    for (name, page) in all_samples(&branding()) {
        let between_tags = page.split('<').filter_map(|part| part.split_once('>'));
        let labels = page.split("aria-label=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let text: String = between_tags.map(|(_, text)| text).chain(labels).collect();
        for prefix in [
            "sign-in-",
            "register-",
            "field-",
            "consent-",
            "scope-",
            "failure-",
            "home-",
            "demo-",
            "logout-",
            "signed-out-",
            "form-post-",
            "first-run-",
            "device-",
            "legal-",
            "password-rule",
        ] {
            let without_paths = text.replace("demo-app", "");
            assert!(!without_paths.contains(prefix), "{name}: {prefix}");
        }
    }
}

#[test]
fn hostile_names_and_values_are_text() {
    let branding = branding();
    let hostile = Frame { application_name: HOSTILE, ..frame(&branding, Language::English) };
    let view = SignInView { identifier: HOSTILE, csrf: HOSTILE, ..sign_in_view(None) };
    let shown = FailureView {
        title: HOSTILE,
        message: HOSTILE,
        code: Some(HOSTILE),
        request_id: Some(HOSTILE),
        ..FailureView::default()
    };
    for page in [
        sign_in(&hostile, &view),
        consent(&hostile, &consent_view(HOSTILE)),
        failure(&hostile, &shown),
        account_suspended(&hostile, &FailureView::default()),
    ] {
        let page = page.into_string();
        assert!(!page.contains("<script>alert"));
        assert!(!page.contains("\"onload="));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;onload=&quot;x&amp;"));
    }
}

#[test]
fn addresses_that_are_not_of_the_web_are_left_out() {
    let branding = Branding {
        logo_url: Some("javascript:alert(1)".to_owned()),
        favicon_url: Some("data:text/html,x".to_owned()),
        ..branding()
    };
    let frame = Frame {
        terms_of_use_url: Some("JavaScript:alert(1)"),
        privacy_policy_url: Some("//evil.example"),
        ..frame(&branding, Language::English)
    };
    let page = sign_in(&frame, &sign_in_view(None)).into_string();
    assert!(!page.to_lowercase().contains("javascript:"));
    assert!(!page.contains("evil.example") && !page.contains("data:text"));
    assert!(!page.contains("class=\"terms\""));
}

#[test]
fn the_sign_in_form_has_the_names_that_clients_and_password_managers_know() {
    let branding = branding();
    let page = sign_in(&frame(&branding, Language::English), &sign_in_view(None)).into_string();
    for expected in [
        "<form method=\"post\" action=\"/sign-in?app_id=demo-app\"",
        "name=\"csrf\" value=\"csrf-token\"",
        "<label for=\"identifier\">Username or e-mail address</label>",
        "<input id=\"identifier\" name=\"identifier\" type=\"text\" autocomplete=\"username\"",
        "<label for=\"password\">Password</label>",
        "type=\"password\" autocomplete=\"current-password\"",
        "type=\"submit\" name=\"submit\"",
        "<a href=\"/register\">Create account</a>",
        "href=\"https://example.com/terms\"",
    ] {
        assert!(page.contains(expected), "{expected}");
    }
    assert!(!page.contains("Forgot password?"));
    assert!(!page.contains("role=\"alert\""));
}

#[test]
fn a_wrong_password_is_told_above_the_form_and_marks_both_fields() {
    let branding = branding();
    let wrong = wrong_password();
    let view = SignInView { identifier: "ada", ..sign_in_view(Some(&wrong)) };
    let page = sign_in(&frame(&branding, Language::English), &view).into_string();
    assert!(
        page.contains("role=\"alert\" id=\"form-error\" data-code=\"session.invalid_credentials\"")
    );
    assert_eq!(page.matches("aria-invalid=\"true\" aria-describedby=\"form-error\"").count(), 2);
    assert!(page.contains("value=\"ada\""));
    let (before_password, _) = page.split_once("id=\"password\"").unwrap();
    assert!(!before_password.contains(" autofocus"));
}

#[test]
fn a_problem_of_one_field_is_told_at_that_field_with_every_reason() {
    let branding = branding();
    let samples = samples(&frame(&branding, Language::English));
    let page = |wanted| samples.iter().find(|(name, _)| *name == wanted).unwrap().1.clone().0;
    let weak = page("register-password-weak");
    assert!(weak.contains("aria-describedby=\"newPassword-error password-rules\""));
    assert!(weak.contains("Use at least 8 characters."));
    assert!(weak.contains("Avoid sequences like"));
    assert!(!weak.contains("form-error"));
    assert!(page("register-taken").contains("This username is taken."));
}

#[test]
fn german_pages_speak_german() {
    let branding = branding();
    let frame = frame(&branding, Language::German);
    let wrong = wrong_password();
    let page = sign_in(&frame, &sign_in_view(Some(&wrong))).into_string();
    for expected in ["Passwort</label>", "weiter zu Live Preview", "Kontoname oder Passwort ist"] {
        assert!(page.contains(expected), "{expected}");
    }
}

#[test]
fn the_logout_form_is_the_one_that_libraries_look_for() {
    let branding = branding();
    let view = LogoutView { action: "/oidc/session/end/confirm", xsrf: "x1", is_automatic: true };
    let page = logout(&frame(&branding, Language::English), &view).into_string();
    assert!(page.contains("<form id=\"op.logoutform\" method=\"post\""));
    assert!(page.contains("name=\"xsrf\" value=\"x1\""));
    assert!(page.contains("name=\"logout\" value=\"yes\"") && page.contains("data-auto-submit"));
    assert!(page.contains("/assets/auto-submit.js?v="));
}

#[test]
fn the_terms_must_be_ticked_only_where_there_are_terms() {
    let branding = branding();
    let with_terms = frame(&branding, Language::English);
    let without = Frame { terms_of_use_url: None, privacy_policy_url: None, ..with_terms };
    let view = SignInView { needs_terms_tick: true, ..sign_in_view(None) };
    assert!(sign_in(&with_terms, &view).0.contains("type=\"checkbox\" id=\"termsAgreement\""));
    assert!(!sign_in(&without, &view).0.contains("termsAgreement"));
}

#[test]
fn without_dark_mode_a_page_is_light() {
    let branding = Branding {
        logo_url: Some("https://cdn.example/l.svg".to_owned()),
        dark_logo_url: Some("https://cdn.example/d.svg".to_owned()),
        ..Branding::default()
    };
    let page = sign_in(&frame(&branding, Language::English), &sign_in_view(None)).into_string();
    assert!(page.contains("data-theme=\"light\"") && page.contains("l.svg"));
    assert!(!page.contains("d.svg") && !page.contains("prefers-color-scheme"));
}

#[test]
fn the_sign_in_page_is_light_in_bytes() {
    let branding = branding();
    let page = sign_in(&frame(&branding, Language::English), &sign_in_view(None)).into_string();
    let files = ["app.css", "page.js", "favicon.svg"];
    let loaded: usize = files.iter().map(|name| asset(name).unwrap().bytes.len()).sum();
    let total = page.len() + loaded + theme_css(&branding).len();
    assert!(total < SIGN_IN_BYTES_MAX, "{total}");
}

#[test]
fn the_samples_can_be_written_for_looking_at_them() {
    let Some(folder) = std::env::var_os("EVIDENT_PAGES_DIR") else { return };
    let (folder, branding) = (Path::new(&folder), branding());
    let assets = folder.join("assets");
    fs::create_dir_all(&assets).unwrap();
    fs::write(assets.join("theme.css"), theme_css(&branding)).unwrap();
    for name in ["app.css", "page.js", "auto-submit.js", "demo-app.js", "favicon.svg"] {
        fs::write(assets.join(name), &asset(name).unwrap().bytes).unwrap();
    }
    for (name, page) in all_samples(&branding) {
        fs::write(folder.join(format!("{name}.html")), page).unwrap();
    }
}
