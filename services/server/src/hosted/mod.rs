//! The hosted pages: handlers that fill the views of [`crate::pages`] and drive the same steps as
//! the Experience API. Every page works without script.

mod assets;
mod consent;
pub(crate) mod csrf;
mod first_run;
mod form;
mod frame;
mod register;
mod sign_in;
mod simple;
#[cfg(test)]
mod tests;

use axum::{Router, http::HeaderMap, response::Response, routing::get};

use self::frame::{Stage, page};
pub(crate) use self::simple::not_found;
use crate::{
    call::Call,
    pages::{form_post::FormPostView, logout::LogoutView, security_policy::FormTargets},
    site::Site,
};

/// Routes of the pages.
pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(first_run::show).post(first_run::submit))
        .route("/demo-app", get(simple::demo_app))
        .route("/unknown-session", get(simple::unknown_session))
        .route("/account-suspended", get(simple::account_suspended))
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/identifier-sign-in", get(sign_in::show))
        .route("/reset-password", get(sign_in::show))
        .route("/single-sign-on", get(sign_in::show))
        .route("/direct/{method}/{target}", get(sign_in::direct))
        .route("/register", get(register::show).post(register::submit))
        .route("/identifier-register", get(register::show))
        .route("/register/password", get(register::show_password).post(register::submit_password))
        .route("/consent", get(consent::show).post(consent::submit))
        .route("/assets/theme.css", get(assets::theme))
        .route("/assets/{name}", get(assets::asset))
        .route("/favicon.ico", get(assets::favicon))
}

/// The answer to an authorization request as a form that posts itself.
pub(crate) fn form_post(
    call: &Call,
    headers: &HeaderMap,
    action: &str,
    fields: &[(&'static str, String)],
) -> Response {
    let parameters: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    page(call, headers, &Stage { targets: FormTargets::Anywhere, ..Stage::default() }, |frame| {
        let view = FormPostView { action, parameters: &parameters };
        crate::pages::form_post::form_post(frame, &view)
    })
}

/// Asks whether to sign out; `action` is where the answer is posted.
pub(crate) fn logout(call: &Call, headers: &HeaderMap, xsrf: &str, action: &str) -> Response {
    page(call, headers, &Stage { targets: FormTargets::Anywhere, ..Stage::default() }, |frame| {
        let view = LogoutView { action, xsrf, is_automatic: true };
        crate::pages::logout::logout(frame, &view)
    })
}

/// Says that the person is signed out.
pub(crate) fn signed_out(call: &Call, headers: &HeaderMap) -> Response {
    page(call, headers, &Stage::default(), |frame| {
        crate::pages::logout::signed_out(frame, Some("/"))
    })
}
