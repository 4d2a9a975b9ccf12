//! The hosted pages: handlers that fill the views of [`crate::pages`] and drive the same steps as
//! the Experience API. Every page works without script.

mod assets;
mod consent;
pub(crate) mod csrf;
mod device;
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
        .route("/device", get(device::show))
        .route("/device/success", get(device::success))
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

/// The question whether to sign out.
pub(crate) struct LogoutQuestion<'a> {
    /// Proof that the form is ours.
    pub xsrf: &'a str,
    /// Where the answer is posted.
    pub action: &'a str,
    /// Whether script may answer yes.
    pub is_automatic: bool,
    /// The application that asks.
    pub application_name: Option<&'a str>,
    /// Languages that it asks for.
    pub ui_locales: Option<&'a str>,
}

/// Asks whether to sign out.
pub(crate) fn logout(call: &Call, headers: &HeaderMap, question: &LogoutQuestion<'_>) -> Response {
    let LogoutQuestion { xsrf, action, is_automatic, application_name, ui_locales } = *question;
    let targets = FormTargets::Anywhere;
    let stage = Stage { targets, application_name, ui_locales, ..Stage::default() };
    page(call, headers, &stage, |frame| {
        let view = LogoutView { action, xsrf, is_automatic };
        crate::pages::logout::logout(frame, &view)
    })
}

/// Says that the person is signed out.
pub(crate) fn signed_out(call: &Call, headers: &HeaderMap) -> Response {
    page(call, headers, &Stage::default(), |frame| {
        crate::pages::logout::signed_out(frame, Some("/"))
    })
}
