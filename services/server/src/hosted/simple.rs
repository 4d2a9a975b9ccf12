//! Pages that need nothing but the request.

use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};

use crate::{
    call::Call,
    hosted::frame::{Stage, page},
    oidc::answer,
    pages::{
        self,
        failure::FailureView,
        home::{HomeView, home as home_page},
    },
};

/// `GET /`
pub(super) async fn home(call: Call, headers: HeaderMap) -> Response {
    page(&call, &headers, &Stage::default(), |frame| {
        let view = HomeView {
            issuer: call.site.issuer(),
            version: env!("CARGO_PKG_VERSION"),
            demo_app_href: Some("/demo-app"),
            console_href: None,
            docs_href: None,
        };
        home_page(frame, &view)
    })
}

/// `GET /demo-app`
pub(super) async fn demo_app(call: Call, headers: HeaderMap) -> Response {
    page(&call, &headers, &Stage::default(), pages::demo_app::demo_app)
}

/// Where a visitor goes whose visit is not known (any more).
pub(super) fn lost(call: &Call) -> Response {
    let settings = call.site.experience().unwrap_or_default();
    let page = settings.unknown_session_redirect_url.as_deref();
    answer::see_other(page.unwrap_or("/unknown-session"))
}

/// `GET /unknown-session`
pub(super) async fn unknown_session(call: Call, headers: HeaderMap) -> Response {
    let stage = Stage { status: StatusCode::BAD_REQUEST, ..Stage::default() };
    page(&call, &headers, &stage, |frame| {
        let view = FailureView { code: Some("session.not_found"), ..FailureView::default() };
        pages::failure::unknown_session(frame, &view)
    })
}

/// `GET /account-suspended`
pub(super) async fn account_suspended(call: Call, headers: HeaderMap) -> Response {
    suspended(&call, &headers)
}

/// Says that the account may not be used.
pub(super) fn suspended(call: &Call, headers: &HeaderMap) -> Response {
    let stage = Stage { status: StatusCode::UNAUTHORIZED, ..Stage::default() };
    page(call, headers, &stage, |frame| {
        let view = FailureView { code: Some("user.suspended"), ..FailureView::default() };
        pages::failure::account_suspended(frame, &view)
    })
}

/// Says that there is no such page.
pub(crate) async fn not_found(call: Call, headers: HeaderMap) -> Response {
    let stage = Stage { status: StatusCode::NOT_FOUND, ..Stage::default() };
    page(&call, &headers, &stage, |frame| {
        let view = FailureView {
            request_id: Some(call.correlation.as_str()),
            back_href: Some("/"),
            ..FailureView::default()
        };
        pages::failure::not_found(frame, &view)
    })
}
