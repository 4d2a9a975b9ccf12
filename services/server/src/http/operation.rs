//! The list of operations: each route stands in one table together with what the documentation says
//! of it, so that neither can be without the other.

use axum::{Router, routing::MethodRouter};
use serde_json::Value;

use crate::site::Site;

/// One route and what the documentation says of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    /// Method, in capitals.
    pub method: &'static str,
    /// Path below `/api`, parameters in braces.
    pub path: &'static str,
    /// The group that it stands in.
    pub tag: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// JSON schema of the body, if it takes one.
    pub request: Option<fn() -> Value>,
    /// Each status with what it means: the kind of body of a success, the code of an error. Those of
    /// authentication are left out.
    pub responses: &'static [(u16, &'static str)],
    /// What answers, for this method alone.
    pub handler: fn() -> MethodRouter<Site>,
}

/// A router of these operations.
pub(crate) fn router(operations: &[Operation]) -> Router<Site> {
    operations.iter().fold(Router::new(), |router, operation| {
        router.route(operation.path, (operation.handler)())
    })
}
