//! The key rings of a tenant (contract: management-60-system §1). Key material is never shown.
//!
//! Rotation is immediate: a key that waits in the ring before it signs comes with a later issue, so
//! a positive `rotationGracePeriod` is refused for both rings.

mod cookie;
mod schema;
mod signing;
#[cfg(test)]
mod tests;

use axum::{
    Json as Answer, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde::Deserialize;

use self::signing::WishedAlgorithm;
use crate::{
    http::{
        administrator::Administrator,
        body::solid,
        error::ApiError,
        json::Json,
        operation::{Operation, router},
        path::Path,
    },
    site::Site,
};

const TAG: &str = "Keys";
const INVALID: (u16, &str) = (400, "guard.invalid_input");

/// Every operation on key rings.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/configs/oidc/{keyType}",
        tag: TAG,
        summary: "List the keys of a ring: `private-keys` sign tokens, `cookie-keys` sign cookies",
        request: None,
        responses: &[(200, "Keys"), INVALID],
        handler: || get(list),
    },
    Operation {
        method: "POST",
        path: "/configs/oidc/{keyType}/rotate",
        tag: TAG,
        summary: "Sign with a new key at once; a positive grace period is refused",
        request: Some(schema::rotate),
        responses: &[(200, "Keys"), INVALID, (422, "oidc.invalid_request")],
        handler: || post(rotate),
    },
    Operation {
        method: "DELETE",
        path: "/configs/oidc/{keyType}/{keyId}",
        tag: TAG,
        summary: "Delete a key that signs no more",
        request: None,
        responses: &[
            (204, "Nothing"),
            INVALID,
            (404, "oidc.key_not_found"),
            (422, "oidc.key_required"),
            (422, "oidc.only_previous_key_can_be_deleted"),
        ],
        handler: || delete(remove),
    },
];

/// Routes below `/api`.
pub(crate) fn routes() -> Router<Site> {
    router(OPERATIONS)
}

/// Which ring.
enum Ring {
    Signing,
    Cookie,
}

/// Body of `POST /configs/oidc/{keyType}/rotate`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RotateBody {
    #[serde(default, deserialize_with = "solid")]
    signing_key_algorithm: Option<WishedAlgorithm>,
    #[serde(default, deserialize_with = "solid")]
    rotation_grace_period: Option<u32>,
}

async fn list(admin: Administrator, Path(name): Path<String>) -> Result<Response, ApiError> {
    keys(&admin, &ring(&name)?)
}

async fn rotate(
    admin: Administrator,
    Path(name): Path<String>,
    Json(body): Json<RotateBody>,
) -> Result<Response, ApiError> {
    let ring = ring(&name)?;
    if body.rotation_grace_period.is_some_and(|seconds| seconds > 0) {
        let message = "Keys rotate at once: a grace period is not offered.";
        return Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "oidc.invalid_request",
            message,
        ));
    }
    match ring {
        Ring::Signing => signing::rotate(&admin, body.signing_key_algorithm).await?,
        Ring::Cookie => cookie::rotate(&admin).await?,
    }
    keys(&admin, &ring)
}

async fn remove(
    admin: Administrator,
    Path((name, key)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let position = match ring(&name)? {
        Ring::Signing => signing::delete(&admin, &key).await?,
        Ring::Cookie => cookie::delete(&admin, &key).await?,
    };
    admin.settle(position).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn keys(admin: &Administrator, ring: &Ring) -> Result<Response, ApiError> {
    Ok(match ring {
        Ring::Signing => Answer(signing::list(admin)?).into_response(),
        Ring::Cookie => Answer(cookie::list(admin)?).into_response(),
    })
}

fn ring(name: &str) -> Result<Ring, ApiError> {
    match name {
        "private-keys" => Ok(Ring::Signing),
        "cookie-keys" => Ok(Ring::Cookie),
        _ => {
            let message = "Expected `private-keys` or `cookie-keys`.";
            Err(ApiError::invalid_input("params", &["keyType"], message))
        }
    }
}

/// Text that cannot be an id names no key.
fn key_not_found() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "oidc.key_not_found", "The key is not in the ring.")
}
