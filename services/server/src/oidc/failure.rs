//! How the endpoints under `/oidc` say no: OAuth's errors with the product's members beside them.

use axum::{
    Json,
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_LENGTH, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::Refusal;
use protocol::{
    OAuthError,
    error::{ErrorBody, ErrorKind},
};
use store::{ExecuteError, LogError, TransactError};

use crate::{
    http::error::{ApiError, Busy, chain},
    keys::KeysError,
    oidc::cors,
    settle::Unsettled,
};

/// An answer of `/oidc` that is not a success.
#[derive(Debug)]
pub(crate) enum OidcFailure {
    /// The protocol says no.
    Refused(OAuthError),
    /// The page that asks is none of the client's.
    ForeignOrigin,
    /// Our machinery is busy: 503.
    Busy(Box<dyn std::error::Error + Send + Sync>),
    /// Our machinery failed: 500.
    Broken(Box<dyn std::error::Error + Send + Sync>),
}

/// The body without the product's members, kept beside an answer for who asks for it.
#[derive(Clone)]
struct PlainBody(ErrorBody);

/// `parse_error=false` in the query asks for the standard members alone (contract: oidc §1).
pub(crate) async fn plain_on_request(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let is_plain = query.split('&').any(|pair| pair == "parse_error=false");
    let mut response = next.run(request).await;
    let plain = response.extensions_mut().remove::<PlainBody>().filter(|_| is_plain);
    if let Some(PlainBody(body)) = plain {
        let (mut parts, _) = response.into_parts();
        parts.headers.remove(CONTENT_LENGTH);
        return (parts, Json(body)).into_response();
    }
    response
}

/// What most handlers under `/oidc` return.
pub(crate) type OidcResult<T> = Result<T, OidcFailure>;

impl From<OAuthError> for OidcFailure {
    fn from(error: OAuthError) -> Self {
        Self::Refused(error)
    }
}

/// A refused grant command looks the same whatever the reason (RFC 6749 5.2).
impl<R: Refusal> From<ExecuteError<R>> for OidcFailure {
    fn from(error: ExecuteError<R>) -> Self {
        match error {
            ExecuteError::Refused(refusal) => {
                tracing::info!(%refusal, "grant refused");
                Self::Refused(OAuthError::invalid_grant())
            }
            ExecuteError::Contended => Self::Busy(Box::new(Busy)),
            ExecuteError::Log(failure) => failure.into(),
        }
    }
}

impl From<TransactError<OidcFailure>> for OidcFailure {
    fn from(error: TransactError<OidcFailure>) -> Self {
        match error {
            TransactError::Work(failure) => failure,
            TransactError::Contended => Self::Busy(Box::new(Busy)),
            TransactError::Log(failure) => failure.into(),
        }
    }
}

/// Who was deleted and forgotten while the request was under way has no grant any more.
impl From<LogError> for OidcFailure {
    fn from(error: LogError) -> Self {
        if error.is_forgotten() {
            Self::Refused(OAuthError::invalid_grant())
        } else if matches!(error, LogError::Overloaded) {
            Self::Busy(Box::new(error))
        } else {
            Self::Broken(Box::new(error))
        }
    }
}

impl From<projections::QueryError> for OidcFailure {
    fn from(error: projections::QueryError) -> Self {
        Self::Broken(Box::new(error))
    }
}

impl From<KeysError> for OidcFailure {
    fn from(error: KeysError) -> Self {
        Self::Broken(Box::new(error))
    }
}

impl From<crypto::jwt::JwtError> for OidcFailure {
    fn from(error: crypto::jwt::JwtError) -> Self {
        Self::Broken(Box::new(error))
    }
}

impl From<Unsettled> for OidcFailure {
    fn from(error: Unsettled) -> Self {
        Self::Busy(Box::new(error))
    }
}

impl OidcFailure {
    /// The error to tell a client by redirect.
    pub(crate) fn to_oauth(&self) -> OAuthError {
        match self {
            Self::Refused(error) => error.clone(),
            Self::ForeignOrigin | Self::Busy(_) | Self::Broken(_) => OAuthError::server_error(),
        }
    }
}

impl IntoResponse for OidcFailure {
    fn into_response(self) -> Response {
        let (error, retry) = match self {
            Self::Refused(error) => (error, false),
            Self::ForeignOrigin => return cors::foreign_origin(),
            Self::Busy(cause) => {
                tracing::warn!(cause = %chain(&*cause), "oidc request told to try again");
                let busy = OAuthError::new(ErrorKind::ServerError, "temporarily unavailable");
                (busy.with_status(503), true)
            }
            Self::Broken(cause) => {
                tracing::error!(cause = %chain(&*cause), "oidc request failed");
                (OAuthError::server_error(), false)
            }
        };
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = (status, Json(error.body(None))).into_response();
        response.extensions_mut().insert(PlainBody(error.plain_body()));
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if retry {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        let challenge = error.www_authenticate("evident").map(|text| HeaderValue::from_str(&text));
        if let Some(Ok(challenge)) = challenge {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl From<OidcFailure> for ApiError {
    fn from(failure: OidcFailure) -> Self {
        match failure {
            OidcFailure::Busy(cause) => Self::unavailable(cause),
            OidcFailure::Broken(cause) => Self::internal(cause),
            OidcFailure::Refused(error) => Self::internal(error),
            OidcFailure::ForeignOrigin => Self::invalid_request("The origin is not allowed."),
        }
    }
}

#[cfg(test)]
mod tests {
    use store::KeyError;

    use super::*;

    #[test]
    fn a_person_forgotten_meanwhile_is_no_failure_of_ours() {
        let gone = KeyError::Forgotten("user-default.tom".parse().unwrap());
        let failure = OidcFailure::from(LogError::Key(gone));
        assert_eq!(failure.into_response().status(), StatusCode::BAD_REQUEST);
    }
}
