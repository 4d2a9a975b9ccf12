//! Subject tokens: an administrator lets an application speak for a user once
//! (contract: management-10-users §11). They are exchanged at the token endpoint.

#[cfg(test)]
mod tests;

use axum::{Json as Answer, http::StatusCode, routing::post};
use domain::{SubjectToken, SubjectTokenCommand, User};
use events::{SubjectTokenContext, SubjectTokenId, UserId};
use protocol::{
    token::{OpaqueToken, TokenKind},
    ttl::SUBJECT_TOKEN_TTL_SECONDS,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::Work;

use crate::{
    http::{administrator::Administrator, error::ApiError, json::Json, operation::Operation},
    ids::{TOKEN_ID_CHARS, parse},
};

/// Longest context, in bytes of JSON.
const CONTEXT_BYTES_MAX: usize = 16 * 1024;

/// Every operation on subject tokens.
pub(crate) const OPERATIONS: &[Operation] = &[Operation {
    method: "POST",
    path: "/subject-tokens",
    tag: "Subject tokens",
    summary: "Let whoever holds the new token speak for a user, once",
    request: Some(schema),
    query: &[],
    responses: &[
        (201, "Subject token"),
        (400, "guard.invalid_input"),
        (404, "entity.relation_foreign_key_not_found"),
    ],
    handler: || post(create),
}];

/// Body of `POST /subject-tokens`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateBody {
    user_id: String,
    #[serde(default)]
    context: Map<String, Value>,
}

/// A subject token; only its digest is kept.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SubjectTokenView {
    subject_token: String,
    expires_in: i64,
}

/// `POST /api/subject-tokens`: 201 with the token.
///
/// # Errors
/// 400 `guard.invalid_input`, 404 `entity.relation_foreign_key_not_found`
async fn create(
    admin: Administrator,
    Json(body): Json<CreateBody>,
) -> Result<(StatusCode, Answer<SubjectTokenView>), ApiError> {
    let size = serde_json::to_vec(&body.context).map_err(ApiError::internal)?.len();
    if size > CONTEXT_BYTES_MAX {
        let message = format!("The context must have at most {CONTEXT_BYTES_MAX} bytes.");
        return Err(ApiError::invalid_input("body", &["context"], &message));
    }
    let user: UserId = body.user_id.parse().map_err(|_| unknown_user())?;
    let app = admin.call.site.app();
    let id: SubjectTokenId = parse(&app.random.id(TOKEN_ID_CHARS))?;
    let token = OpaqueToken::try_new(TokenKind::SubjectToken, id.as_str(), &app.random.token());
    let text = token.map_err(ApiError::internal)?.to_text();
    let command = SubjectTokenCommand::IssueSubjectToken {
        user: user.clone(),
        sha256: crypto::digest::sha256_base64url(text.expose()),
        expires_at: admin.call.now.plus_seconds(SUBJECT_TOKEN_TTL_SECONDS),
        context: SubjectTokenContext { context: body.context },
    };
    let context = admin.context();
    let transacted = app.log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        work.require::<User>(&user).await?.state.account().ok_or_else(unknown_user)?;
        work.begin::<SubjectToken>(&id, command.clone()).await?;
        Ok(())
    });
    let ((), position) = transacted.await?;
    admin.settle(position).await?;
    let view = SubjectTokenView {
        subject_token: text.expose().to_owned(),
        expires_in: SUBJECT_TOKEN_TTL_SECONDS,
    };
    Ok((StatusCode::CREATED, Answer(view)))
}

fn unknown_user() -> ApiError {
    let message = "The user does not exist.";
    ApiError::new(StatusCode::NOT_FOUND, "entity.relation_foreign_key_not_found", message)
}

fn schema() -> Value {
    json!({"type": "object", "required": ["userId"], "properties": {
        "userId": {"type": "string", "minLength": 1},
        "context": {"type": "object"},
    }})
}
