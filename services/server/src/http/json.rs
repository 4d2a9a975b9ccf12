//! JSON bodies as the Management API reads them (contract: management-00 §3 and §4).

use axum::{
    Json as AxumJson,
    body::Bytes,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::http::error::ApiError;

/// Largest JSON body, in bytes.
pub(crate) const JSON_BYTES_MAX: usize = 1_048_576;

/// A JSON body of the expected shape. A missing body reads as `{}`; unknown members are passed over.
#[derive(Debug)]
pub(crate) struct Json<T>(pub T);

/// Why a body was not taken.
#[derive(Debug)]
pub(crate) enum BodyRejection {
    /// Too large: 413 as plain text.
    TooLarge,
    /// No JSON at all: 400 with a message alone.
    Syntax,
    /// JSON of another shape: 400 `guard.invalid_input`.
    Shape(ApiError),
}

impl IntoResponse for BodyRejection {
    fn into_response(self) -> Response {
        match self {
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "Payload Too Large").into_response(),
            Self::Syntax => {
                let body = json!({"message": "The body is not valid JSON."});
                (StatusCode::BAD_REQUEST, AxumJson(body)).into_response()
            }
            Self::Shape(error) => error.into_response(),
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = BodyRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, BodyRejection> {
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                BodyRejection::TooLarge
            } else {
                BodyRejection::Syntax
            }
        })?;
        parse(&bytes).map(Self)
    }
}

/// Reads a body.
///
/// # Errors
/// [`BodyRejection`] as the contract tells them apart.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, BodyRejection> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    let value: Value = serde_json::from_slice(bytes).map_err(|_| BodyRejection::Syntax)?;
    if !value.is_object() {
        let error = ApiError::invalid_input("body", &[], "Expected an object.");
        return Err(BodyRejection::Shape(error));
    }
    if let Some(path) = place_of_nul(&value) {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let error = ApiError::invalid_input("body", &path, "Text must not contain NUL.");
        return Err(BodyRejection::Shape(error));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let path: Vec<&str> =
            path.split('.').filter(|part| *part != "." && !part.is_empty()).collect();
        let message = error.inner().to_string();
        BodyRejection::Shape(ApiError::invalid_input("body", &path, &message))
    })
}

/// Where a text holds a NUL, which no identifier, name or password may.
fn place_of_nul(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => text.contains('\0').then(Vec::new),
        Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| {
            place_of_nul(item).map(|rest| [vec![at.to_string()], rest].concat())
        }),
        Value::Object(members) => members.iter().find_map(|(name, item)| {
            if name.contains('\0') {
                return Some(vec![]);
            }
            place_of_nul(item).map(|rest| [vec![name.clone()], rest].concat())
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Body {
        #[serde(default)]
        name: Option<String>,
    }

    #[test]
    fn a_missing_body_is_an_empty_object_and_unknown_members_are_passed_over() {
        assert!(parse::<Body>(b"").unwrap().name.is_none());
        assert!(parse::<Body>(br#"{"other":1}"#).unwrap().name.is_none());
    }

    #[test]
    fn a_list_is_no_body_although_it_could_be_read_by_position() {
        assert!(matches!(parse::<Body>(b"[]"), Err(BodyRejection::Shape(_))));
    }

    #[test]
    fn a_wrong_type_names_its_place() {
        let Err(BodyRejection::Shape(error)) = parse::<Body>(br#"{"name":1}"#) else { panic!() };
        assert_eq!(error.data.unwrap()["issues"][0]["path"], json!(["name"]));
    }

    #[test]
    fn broken_json_and_nul_are_told_apart() {
        assert!(matches!(parse::<Body>(b"{"), Err(BodyRejection::Syntax)));
        let nul = parse::<Body>(br#"{"name":"a\u0000b"}"#);
        assert!(matches!(nul, Err(BodyRejection::Shape(_))));
    }
}
