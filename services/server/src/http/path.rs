//! Ids in paths: what cannot be an id names nothing, which is a 404.

use axum::{
    extract::{FromRequestParts, Path as AxumPath},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use crate::http::error::ApiError;

/// Parameters of the path; what is no id is 404 `entity.not_found`.
#[derive(Debug)]
pub(crate) struct Path<T>(pub T);

/// Parameters of the path; what is no id is 404 `entity.not_exists_with_id`.
#[derive(Debug)]
pub(crate) struct EntityPath<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = AxumPath::from_request_parts(parts, state).await;
        path.map(|AxumPath(path)| Self(path)).map_err(|_| ApiError::not_found())
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for EntityPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = AxumPath::from_request_parts(parts, state).await;
        path.map(|AxumPath(path)| Self(path)).map_err(|_| ApiError::not_exists_with_id())
    }
}
