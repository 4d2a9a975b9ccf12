//! The page at `/demo-app`: an application that signs in here and shows what it learns.
//! All states are in the markup; `demo-app.js` shows one of them and fills in the values.

use maud::{Markup, html};

use super::{
    components::heading,
    frame::{Frame, Page, document},
    phrases::Phrases,
};

/// The demo application.
#[must_use]
pub(crate) fn demo_app(frame: &Frame<'_>) -> Markup {
    let phrases = frame.phrases;
    let title = phrases.text("demo-title");
    let content = html! {
        noscript { p.alert { (phrases.text("demo-no-script")) } }
        section #loading data-state="loading" {
            p.lead role="status" { (phrases.text("demo-loading")) }
        }
        section #signed-out data-state="signed-out" hidden {
            (heading(frame, &phrases.text("demo-signed-out-title"), Some(&phrases.text("demo-signed-out-lead"))))
            button.button.primary #sign-in type="button" { (phrases.text("demo-sign-in")) }
        }
        section #failed data-state="failed" hidden {
            (heading(frame, &phrases.text("demo-error-title"), None))
            div.alert #error role="alert" {
                div { p { strong #error-code {} } p #error-description {} }
            }
            button.button.primary #retry type="button" { (phrases.text("demo-retry")) }
        }
        section #signed-in data-state="signed-in" hidden { (signed_in(frame)) }
    };
    document(
        frame,
        &Page { is_wide: true, scripts: &["demo-app.js"], ..Page::new(&title, content) },
    )
}

fn signed_in(frame: &Frame<'_>) -> Markup {
    let phrases = frame.phrases;
    html! {
        (heading(frame, &phrases.text("demo-signed-in-title"), Some(&phrases.text("demo-signed-in-lead"))))
        dl.facts {
            div { dt { (phrases.text("demo-user-name")) } dd #user-name {} }
            div { dt { (phrases.text("demo-user-id")) } dd { code #user-id {} } }
        }
        div.actions {
            button.button.quiet #userinfo type="button" { (phrases.text("demo-userinfo")) }
            button.button.quiet #refresh type="button" { (phrases.text("demo-refresh")) }
            button.button.quiet.danger #sign-out type="button" { (phrases.text("demo-sign-out")) }
        }
        p.note #notice role="status" data-refreshed=(phrases.text("demo-refreshed"))
            data-copied=(phrases.text("demo-copied")) {}
        div #userinfo-panel hidden {
            h2 { (phrases.text("demo-userinfo-title")) }
            pre #userinfo-claims tabindex="0" {}
        }
        h2 { (phrases.text("demo-id-token")) }
        pre #id-token-claims tabindex="0" {}
        h2 { (phrases.text("demo-tokens")) }
        dl.tokens {
            (token(phrases, "access-token", "demo-access-token"))
            (token(phrases, "refresh-token", "demo-refresh-token"))
            (token(phrases, "id-token", "demo-raw-id-token"))
            div { dt { (phrases.text("demo-expires")) } dd #expires {} }
        }
    }
}

fn token(phrases: &Phrases, id: &str, label: &str) -> Markup {
    let label = phrases.text(label);
    let copy = phrases.text("demo-copy");
    html! {
        div {
            dt { (label) }
            dd {
                code id=(id) {}
                button.copy type="button" data-copy=(id) aria-label={ (copy) ": " (label) } { (copy) }
            }
        }
    }
}
