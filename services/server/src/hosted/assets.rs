//! Style sheets, scripts and pictures: embedded in the binary, cached for ever by their hash.

use axum::{
    extract::{Path, RawQuery},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::{IntoResponse, Response},
};

use crate::pages::{
    assets::{CACHE_CONTROL_FOR_EVER, asset as find},
    branding::theme_css_of_query,
};

/// `GET /assets/theme.css`: the colours of the query.
pub(super) async fn theme(RawQuery(query): RawQuery) -> Response {
    let css = theme_css_of_query(query.as_deref().unwrap_or_default());
    let mut response = css.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(CACHE_CONTROL_FOR_EVER));
    response
}

/// `GET /assets/{name}`
pub(super) async fn asset(
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    serve(&name, query.as_deref().unwrap_or_default(), &headers)
}

/// `GET /favicon.ico`
pub(super) async fn favicon(headers: HeaderMap) -> Response {
    serve("favicon.svg", "", &headers)
}

fn serve(name: &str, query: &str, headers: &HeaderMap) -> Response {
    let Some(asset) = find(name) else { return StatusCode::NOT_FOUND.into_response() };
    let known =
        headers.get(IF_NONE_MATCH).is_some_and(|etag| etag.as_bytes() == asset.etag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        asset.bytes.clone().into_response()
    };
    let is_exact = query.strip_prefix("v=") == Some(asset.etag.trim_matches('"'));
    let cache = if is_exact { CACHE_CONTROL_FOR_EVER } else { "no-cache" };
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(etag) = HeaderValue::from_str(&asset.etag) {
        answer.insert(ETAG, etag);
    }
    response
}
