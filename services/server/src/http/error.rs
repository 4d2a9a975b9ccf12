//! Errors of the APIs: where a refusal becomes a status, and how it looks on the wire.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use domain::{Kind, Refusal};
use serde_json::{Value, json};
use store::{ExecuteError, LogError, TransactError};

use crate::{keys::KeysError, passwords::PoolError, settle::Unsettled};

/// Seconds after which a client that was told "try again" may do so.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("1");

/// An answer that is not a success (contract: management-00 §3).
#[derive(Debug)]
pub(crate) struct ApiError {
    /// Status of the answer.
    pub status: StatusCode,
    /// Stable code; `None` where the contract shows only a message.
    pub code: Option<&'static str>,
    /// For people.
    pub message: String,
    /// For programs.
    pub data: Option<Value>,
    /// For the log: never shown to a client.
    failure: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ApiError {
    /// A status, a code and what it means.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code: Some(code), message: message.into(), data: None, failure: None }
    }

    /// With data for programs.
    #[must_use]
    pub(crate) fn with_data(self, data: Value) -> Self {
        Self { data: Some(data), ..self }
    }

    /// 400 `guard.invalid_input` that names one place and what is wrong there.
    pub(crate) fn invalid_input(part: &str, path: &[&str], message: &str) -> Self {
        let issue = json!({"code": "custom", "path": path, "message": message});
        Self::new(
            StatusCode::BAD_REQUEST,
            "guard.invalid_input",
            format!("The request {part} is invalid."),
        )
        .with_data(json!({"issues": [issue], "name": "ZodError"}))
    }

    /// 400 `request.invalid_input`, its reason in the message.
    pub(crate) fn invalid_request(reason: &str) -> Self {
        let message = format!("Input is invalid. {reason}");
        Self::new(StatusCode::BAD_REQUEST, "request.invalid_input", message)
    }

    /// 404 of a thing looked up by id (contract: `entity.not_exists_with_id`).
    pub(crate) fn not_exists_with_id() -> Self {
        Self::new(StatusCode::NOT_FOUND, "entity.not_exists_with_id", "No such entity exists.")
    }

    /// 404 of a user, a link or something to delete (contract: `entity.not_found`).
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "entity.not_found", "The entity was not found.")
    }

    /// 500: our bug. The cause goes to the log.
    pub(crate) fn internal(failure: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: None,
            message: "Internal server error.".into(),
            data: None,
            failure: Some(failure.into()),
        }
    }

    /// 503: try again.
    pub(crate) fn unavailable(
        failure: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: Some("service.unavailable"),
            message: "The service is busy. Try again.".into(),
            data: None,
            failure: Some(failure.into()),
        }
    }

    /// A rule's no.
    pub(crate) fn refused(refusal: &impl Refusal) -> Self {
        Self::new(status(refusal.kind()), refusal.code(), sentence(&refusal.to_string()))
    }
}

fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Absent => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// "the user is suspended" becomes "The user is suspended."
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        let first: String = first.to_uppercase().collect();
        format!("{first}{}.", letters.as_str())
    })
}

impl<R: Refusal> From<ExecuteError<R>> for ApiError {
    fn from(error: ExecuteError<R>) -> Self {
        match error {
            ExecuteError::Refused(refusal) => Self::refused(&refusal),
            ExecuteError::Contended => Self::unavailable(Busy),
            ExecuteError::Log(failure) => failure.into(),
        }
    }
}

impl From<TransactError<ApiError>> for ApiError {
    fn from(error: TransactError<ApiError>) -> Self {
        match error {
            TransactError::Work(error) => error,
            TransactError::Contended => Self::unavailable(Busy),
            TransactError::Log(failure) => failure.into(),
        }
    }
}

/// Others were quicker each time.
#[derive(Debug, thiserror::Error)]
#[error("the commit could not be made now")]
pub(crate) struct Busy;

impl From<LogError> for ApiError {
    fn from(error: LogError) -> Self {
        if matches!(error, LogError::Overloaded) {
            Self::unavailable(error)
        } else {
            Self::internal(error)
        }
    }
}

impl From<projections::QueryError> for ApiError {
    fn from(error: projections::QueryError) -> Self {
        Self::internal(error)
    }
}

impl From<KeysError> for ApiError {
    fn from(error: KeysError) -> Self {
        Self::internal(error)
    }
}

impl From<PoolError> for ApiError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Overloaded => Self::unavailable(error),
            PoolError::Failed(_) => Self::internal(error),
        }
    }
}

impl From<Unsettled> for ApiError {
    fn from(error: Unsettled) -> Self {
        Self::unavailable(error)
    }
}

/// A failure with its whole chain of causes, for the log.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Some(failure) = &self.failure {
            tracing::error!(status = self.status.as_u16(), cause = %chain(&**failure), "request failed");
        }
        let mut body = serde_json::Map::new();
        if let Some(code) = self.code {
            body.insert("code".into(), code.into());
        }
        body.insert("message".into(), self.message.into());
        if let Some(data) = self.data {
            body.insert("data".into(), data);
        }
        let mut response = (self.status, Json(Value::Object(body))).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        response
    }
}
