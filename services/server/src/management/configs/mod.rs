//! How the provider of a tenant is set (contract: management-60-system §1 to §4): its key rings, the
//! lifetime of sessions, what ID tokens carry, the scripts for custom claims. Key material is never
//! shown.

mod cookie;
mod id_token;
pub(crate) mod jwt_customizer;
mod schema;
mod session;
mod signing;
#[cfg(test)]
mod tests;

use axum::{
    Json as Answer,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, get, patch, post, put},
};
use serde::Deserialize;

use self::signing::WishedAlgorithm;
use crate::http::{
    administrator::Administrator, body::solid, error::ApiError, json::Json, operation::Operation,
    path::Path,
};

const TAG: &str = "Keys";
const SETTINGS_TAG: &str = "Provider settings";
const INVALID: (u16, &str) = (400, "guard.invalid_input");

/// Every operation on settings of the provider.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/configs/oidc/{keyType}",
        tag: TAG,
        summary: "List the keys of a ring: `private-keys` sign tokens, `cookie-keys` sign cookies",
        request: None,
        query: &[],
        responses: &[(200, "Keys"), INVALID],
        handler: || get(list),
    },
    Operation {
        method: "POST",
        path: "/configs/oidc/{keyType}/rotate",
        tag: TAG,
        summary: "Sign with a new key, at once or after a grace period",
        request: Some(schema::rotate),
        query: &[],
        responses: &[(200, "Keys"), INVALID, (422, "oidc.invalid_request")],
        handler: || post(rotate),
    },
    Operation {
        method: "DELETE",
        path: "/configs/oidc/{keyType}/{keyId}",
        tag: TAG,
        summary: "Delete a key that signs no more",
        request: None,
        query: &[],
        responses: &[
            (204, "Nothing"),
            INVALID,
            (404, "oidc.key_not_found"),
            (422, "oidc.key_required"),
            (422, "oidc.only_previous_key_can_be_deleted"),
        ],
        handler: || delete(remove),
    },
    Operation {
        method: "GET",
        path: "/configs/oidc/session",
        tag: SETTINGS_TAG,
        summary: "Read how long sessions live",
        request: None,
        query: &[],
        responses: &[(200, "Session settings")],
        handler: || get(session::read),
    },
    Operation {
        method: "PATCH",
        path: "/configs/oidc/session",
        tag: SETTINGS_TAG,
        summary: "Say how long sessions live that start from here on",
        request: Some(schema::session),
        query: &[],
        responses: &[(200, "Session settings"), INVALID],
        handler: || patch(session::change),
    },
    Operation {
        method: "GET",
        path: "/configs/id-token",
        tag: SETTINGS_TAG,
        summary: "Read which of the product's own claims ID tokens carry",
        request: None,
        query: &[],
        responses: &[(200, "ID token settings"), (404, "entity.not_found")],
        handler: || get(id_token::read),
    },
    Operation {
        method: "PUT",
        path: "/configs/id-token",
        tag: SETTINGS_TAG,
        summary: "Say which of the product's own claims ID tokens carry",
        request: Some(schema::id_token),
        query: &[],
        responses: &[(200, "ID token settings"), INVALID],
        handler: || put(id_token::replace),
    },
];

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
    let grace_seconds = body.rotation_grace_period.unwrap_or_default();
    match ring {
        Ring::Signing => {
            signing::rotate(&admin, body.signing_key_algorithm, grace_seconds).await?;
        }
        Ring::Cookie if grace_seconds > 0 => {
            return Err(ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "oidc.invalid_request",
                "Cookie keys rotate at once: nobody else needs to learn them.",
            ));
        }
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
