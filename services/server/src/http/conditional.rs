//! `ETag` on every JSON answer to a GET, and 304 when the client has it already
//! (contract: management-00 §7).

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::Request,
    http::{
        HeaderValue, Method, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// Largest answer that gets a tag, in bytes; larger ones go as they are.
const TAGGED_BYTES_MAX: u64 = 4_194_304;
/// Bytes of the digest in a tag.
const TAG_BYTES: usize = 15;

/// Adds the tag, or answers 304.
pub(crate) async fn etag(request: Request, next: Next) -> Response {
    let is_get = request.method() == Method::GET;
    let known = request.headers().get(IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    if !is_get || response.status() != StatusCode::OK || response.headers().contains_key(ETAG) {
        return response;
    }
    let size = response.body().size_hint().upper();
    if size.is_none_or(|bytes| bytes > TAGGED_BYTES_MAX) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let digest = crypto::digest::sha256(&bytes);
    let tag = URL_SAFE_NO_PAD.encode(digest.get(..TAG_BYTES).unwrap_or_default());
    let Ok(tag) = HeaderValue::from_str(&format!("\"{tag}\"")) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    let is_known = known.is_some_and(|known| matches(&known, &tag));
    parts.headers.insert(ETAG, tag);
    if is_known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(CONTENT_LENGTH);
        parts.headers.remove(CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Whether a list of tags names this one; weak tags count (RFC 9110 13.1.2).
fn matches(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(known), Ok(tag)) = (known.to_str(), tag.to_str()) else { return false };
    known.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_a_list_also_when_it_is_weak() {
        let tag = HeaderValue::from_static("\"a\"");
        for (known, expected) in
            [("\"a\"", true), ("\"b\", W/\"a\"", true), ("*", true), ("\"b\"", false)]
        {
            assert_eq!(matches(&HeaderValue::from_static(known), &tag), expected, "{known}");
        }
    }
}
