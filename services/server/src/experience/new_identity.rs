//! A visitor chooses an identifier and a password for a new account.

use axum::{Json as JsonAnswer, http::HeaderMap};
use domain::{Interaction, InteractionCommand};
use events::{Actor, IdentifierKind, NewIdentity, UserId, VerificationId};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    accounts,
    call::Call,
    experience::{body::IdentifierBody, check_proof, password::check_length, visit},
    http::{error::ApiError, json::Json},
    identifier::Identifier,
    ids::{ID_CHARS, SHORT_ID_CHARS, parse},
    oidc::resume::Visit,
    password_policy,
    passwords::recorded_scheme,
};

/// `{"identifier": {"type": "username", …}, "password": …}`
#[derive(Deserialize)]
pub(super) struct NewIdentityBody {
    identifier: IdentifierBody,
    password: String,
}

/// `POST /api/experience/verification/new-password-identity`: 200 `{"verificationId": …}`
pub(super) async fn post(
    call: Call,
    headers: HeaderMap,
    Json(body): Json<NewIdentityBody>,
) -> Result<JsonAnswer<Value>, ApiError> {
    let visit = visit(&call, &headers).await?;
    let identifier = body.identifier.parse()?;
    if identifier.kind() != IdentifierKind::Username {
        let message = "Only a username can be chosen together with a password.";
        return Err(ApiError::invalid_input("body", &["identifier", "type"], message));
    }
    let verification = choose_identity(&call, &visit, &identifier, body.password).await?;
    Ok(JsonAnswer(json!({"verificationId": verification})))
}

/// Checks and records the choice.
///
/// # Errors
/// 422 `user.…_already_in_use`, 422 `password.rejected`
pub(crate) async fn choose_identity(
    call: &Call,
    visit: &Visit,
    identifier: &Identifier,
    password: String,
) -> Result<VerificationId, ApiError> {
    check_length(&password)?;
    check_proof(call, visit).await?;
    if accounts::find(call, identifier).await?.is_some() {
        return Err(accounts::taken(identifier));
    }
    let settings = call.site.experience()?;
    let known = [identifier.value()];
    password_policy::check(&settings.password_policy, &password, &known)
        .map_err(|issues| password_policy::rejected(&issues))?;
    let digest = call.site.app().passwords.hash(password).await?;
    let random = &call.site.app().random;
    let verification: VerificationId = parse(&random.id(ID_CHARS))?;
    let user: UserId = parse(&random.id(SHORT_ID_CHARS))?;
    let command = InteractionCommand::RecordNewIdentity {
        verification: verification.clone(),
        user,
        scheme: recorded_scheme(digest.scheme()),
        identity: NewIdentity {
            identifier: identifier.kind(),
            value: identifier.value().to_owned(),
            digest: digest.encoded().to_owned(),
        },
        now: call.now,
    };
    let context = call.context(Actor::Visitor);
    let log = &call.site.app().log;
    let done = log.execute::<Interaction>(&context, &visit.id, command).await?;
    call.note(done.position);
    Ok(verification)
}
