//! How a password that the policy rejects is told (contract: experience-api §4).

use axum::http::StatusCode;
use domain::password_policy::PasswordIssue;
use serde_json::{Value, json};

use crate::http::error::ApiError;

pub(crate) use domain::password_policy::check;

/// 422 `password.rejected` with every issue.
pub(crate) fn rejected(issues: &[PasswordIssue]) -> ApiError {
    let issues: Vec<Value> = issues.iter().map(|issue| describe(*issue)).collect();
    let message = "The password does not meet the requirements.";
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "password.rejected", message)
        .with_data(json!(issues))
}

fn describe(issue: PasswordIssue) -> Value {
    match issue {
        PasswordIssue::TooShort { min } | PasswordIssue::CharacterTypes { min } => {
            json!({"code": issue.code(), "interpolation": {"min": min}})
        }
        PasswordIssue::TooLong { max } => {
            json!({"code": issue.code(), "interpolation": {"max": max}})
        }
        PasswordIssue::UnsupportedCharacters
        | PasswordIssue::Repetition
        | PasswordIssue::Sequence
        | PasswordIssue::UserInfo
        | PasswordIssue::Words => json!({"code": issue.code()}),
    }
}
