//! The list of operations: each route stands in one table together with what the documentation says
//! of it, so that neither can be without the other.

use axum::{Router, routing::MethodRouter};
use serde_json::{Value, json};

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
    /// What it takes in its query.
    pub query: &'static [Parameter],
    /// Each status with what it means: the kind of body of a success, the code of an error. Those of
    /// authentication are left out.
    pub responses: &'static [(u16, &'static str)],
    /// What answers, for this method alone.
    pub handler: fn() -> MethodRouter<Site>,
}

/// What an operation takes in its query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parameter {
    /// Number and size of the page of a listing.
    Page,
    /// The rich search (contract: management-00 §6.1).
    Search,
    /// Any text.
    Text(&'static str),
    /// A whole number.
    Integer(&'static str),
    /// `true` or `false`, in any of the words that count as such.
    Boolean(&'static str),
    /// One of these words.
    Choice(&'static str, &'static [&'static str]),
}

impl Parameter {
    /// Names and schemas, for the documentation.
    pub(crate) fn schemas(self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Page => vec![
                ("page", json!({"type": "integer", "minimum": 1})),
                ("page_size", json!({"type": "integer", "minimum": 1, "maximum": 100})),
            ],
            Self::Search => vec![
                ("search", json!({"type": "string"})),
                ("mode", json!({"type": "string"})),
                ("joint", json!({"enum": ["and", "or"]})),
                ("isCaseSensitive", json!({"type": "boolean"})),
            ],
            Self::Text(name) => vec![(name, json!({"type": "string"}))],
            Self::Integer(name) => vec![(name, json!({"type": "integer"}))],
            Self::Boolean(name) => vec![(name, json!({"type": "boolean"}))],
            Self::Choice(name, words) => vec![(name, json!({"enum": words}))],
        }
    }
}

/// A router of these operations.
pub(crate) fn router(operations: &[Operation]) -> Router<Site> {
    operations.iter().fold(Router::new(), |router, operation| {
        router.route(operation.path, (operation.handler)())
    })
}
