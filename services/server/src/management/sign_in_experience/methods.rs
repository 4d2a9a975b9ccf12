//! Ways to sign in and what a new account needs. There are no connectors yet, so nothing can ask
//! for a code: an address or a phone number can be chosen with a password, and then counts as not
//! verified (ADR 0007), where the contract asks for a code.

use axum::http::StatusCode;
use events::{IdentifierKind, SignInMethod, SignUpRule};
use serde::Deserialize;
use serde_json::Value;

use crate::http::error::ApiError;

/// Member `signIn`.
#[derive(Deserialize)]
pub(super) struct SignInWish {
    methods: Vec<MethodWish>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MethodWish {
    identifier: IdentifierKind,
    password: bool,
    verification_code: bool,
}

/// Member `signUp`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignUpWish {
    identifiers: Vec<IdentifierKind>,
    password: bool,
    verify: bool,
    #[serde(default)]
    secondary_identifiers: Vec<Value>,
}

/// The ways to sign in.
///
/// # Errors
/// The codes of the contract.
pub(super) fn sign_in(wish: SignInWish) -> Result<Vec<SignInMethod>, ApiError> {
    for method in &wish.methods {
        if !method.password && !method.verification_code {
            let message = "Each way to sign in needs a password or a code.";
            return Err(refused("sign_in_experiences.at_least_one_authentication_factor", message));
        }
        if method.verification_code {
            return Err(no_connector());
        }
    }
    let method =
        |wish: MethodWish| SignInMethod { identifier: wish.identifier, password: wish.password };
    Ok(wish.methods.into_iter().map(method).collect())
}

/// What a new account needs.
///
/// # Errors
/// The codes of the contract.
pub(super) fn sign_up(wish: SignUpWish) -> Result<SignUpRule, ApiError> {
    let SignUpWish { identifiers, password, verify, secondary_identifiers } = wish;
    let mut sorted = identifiers.clone();
    sorted.sort();
    sorted.dedup();
    if sorted.len() != identifiers.len() {
        let message = "An identifier of sign-up is named twice.";
        return Err(refused("sign_in_experiences.duplicated_sign_up_identifiers", message));
    }
    if identifiers.is_empty() && !secondary_identifiers.is_empty() {
        let message = "Further identifiers need a first one.";
        return Err(refused("sign_in_experiences.missing_sign_up_identifiers", message));
    }
    let has_address = identifiers.iter().any(|identifier| *identifier != IdentifierKind::Username);
    if has_address && !verify && !password {
        let message = "Addresses and phone numbers without a password must be verified.";
        return Err(refused("sign_in_experiences.passwordless_requires_verify", message));
    }
    if (has_address && verify) || !secondary_identifiers.is_empty() {
        return Err(no_connector());
    }
    Ok(SignUpRule { identifiers, password, verify })
}

fn no_connector() -> ApiError {
    let message = "No connector sends codes.";
    refused("sign_in_experiences.enabled_connector_not_found", message)
}

fn refused(code: &'static str, message: &str) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, code, message)
}
