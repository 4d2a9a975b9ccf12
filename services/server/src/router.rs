//! All routes of a site, and what holds for every request: a name, a bounded body and time, the
//! positions of events that were written or must be read, the security headers.

use std::{future::IntoFuture as _, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header::CONNECTION},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use events::CorrelationId;

use crate::{
    call::REQUEST_ID,
    experience, health, hosted,
    http::{conditional, error::ApiError, json::JSON_BYTES_MAX},
    management, oidc,
    settle::Written,
    site::Site,
};

/// Longest time that a request may take.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(30);
/// Largest form body, in bytes.
const FORM_BYTES_MAX: usize = 57_344;
/// Position of the last event that the request wrote.
const POSITION: HeaderName = HeaderName::from_static("evident-position");
/// Position that the answer must at least be true for.
const AT_LEAST: &str = "evident-at-least";

/// The routes of a tenant's site.
pub(crate) fn router(site: Site) -> Router {
    let api = management::routes()
        .nest("/experience", experience::routes(site.clone()))
        .nest("/interaction", experience::consent_routes(site.clone()))
        .route("/status", get(health::status))
        .fallback(no_route)
        .layer(DefaultBodyLimit::max(JSON_BYTES_MAX))
        .layer(axum::middleware::from_fn(conditional::etag));
    let oidc = oidc::routes().layer(DefaultBodyLimit::max(FORM_BYTES_MAX));
    let pages = hosted::routes().layer(DefaultBodyLimit::max(FORM_BYTES_MAX));
    Router::new()
        .nest("/api", api)
        .nest("/oidc", oidc)
        .route("/oidc/", any(oidc::unrecognized))
        .merge(pages)
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(hosted::not_found)
        .layer(from_fn_with_state(site.clone(), around))
        .with_state(site)
}

async fn no_route() -> Response {
    (StatusCode::NOT_FOUND, "Not Found").into_response()
}

/// What happens around every request.
async fn around(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let named = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let named = named.and_then(|name| name.parse::<CorrelationId>().ok());
    let correlation = named.unwrap_or_else(|| site.new_correlation());
    let at_least = request
        .headers()
        .get(AT_LEAST)
        .map(|value| value.to_str().ok().and_then(|text| text.parse::<u64>().ok()));
    let written = Written::default();
    request.extensions_mut().insert(correlation.clone());
    request.extensions_mut().insert(written.clone());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = match wait(&site, at_least).await {
        Ok(()) => {
            let answer = tokio::time::timeout(REQUEST_TIME_MAX, next.run(request).into_future());
            answer.await.unwrap_or_else(|late| ApiError::unavailable(late).into_response())
        }
        Err(error) => error.into_response(),
    };
    tracing::info!(
        target: "request",
        request = %correlation, tenant = %site.tenant(), %method, path,
        status = response.status().as_u16(), "answered"
    );
    finish(&mut response, &correlation, &written, site.is_secure());
    response
}

/// Waits for the position that the caller demands.
async fn wait(site: &Site, at_least: Option<Option<u64>>) -> Result<(), ApiError> {
    match at_least {
        None => Ok(()),
        Some(Some(position)) if position <= *site.app().log.head().borrow() => {
            Ok(site.wait(position).await?)
        }
        Some(Some(_) | None) => {
            let message = "`Evident-At-Least` must be the position of an event of this log.";
            Err(ApiError::invalid_request(message))
        }
    }
}

fn finish(
    response: &mut Response,
    correlation: &CorrelationId,
    written: &Written,
    is_secure: bool,
) {
    let is_cut_off = response.status() == StatusCode::PAYLOAD_TOO_LARGE;
    let headers = response.headers_mut();
    if is_cut_off {
        // The rest of the body is not read, so the connection cannot carry another request.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if let Ok(value) = HeaderValue::from_str(correlation.as_str()) {
        headers.insert(HeaderName::from_static(REQUEST_ID), value);
    }
    if let Some(position) = written.position() {
        headers.insert(POSITION, HeaderValue::from(position));
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("x-frame-options", "SAMEORIGIN"),
    ] {
        let name = HeaderName::from_static(name);
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_secure {
        let name = HeaderName::from_static("strict-transport-security");
        headers.insert(name, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
}
