//! Proof by password. A password hashed in an old system's way is hashed anew in the same commit
//! that records the proof, so it happens once however many sign-ins race.

use axum::{
    Json as JsonAnswer,
    http::{HeaderMap, StatusCode},
};
use domain::{Interaction, InteractionCommand, User, UserCommand, UserState};
use events::{Actor, IdentifierKind, PasswordScheme, UserId, VerificationId};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Context, Work};

use crate::{
    accounts,
    call::Call,
    experience::{body::IdentifierBody, check_proof, visit},
    http::{
        error::{ApiError, Busy},
        json::Json,
    },
    identifier::Identifier,
    ids::{ID_CHARS, parse},
    oidc::resume::Visit,
    passwords::{PASSWORD_BYTES_MAX, Verification, recorded_scheme, stored_digest},
};

/// `{"identifier": {…}, "password": …}`
#[derive(Deserialize)]
pub(crate) struct PasswordBody {
    identifier: IdentifierBody,
    password: String,
}

/// `POST /api/experience/verification/password`: 200 `{"verificationId": …}`
pub(crate) async fn post(
    call: Call,
    headers: HeaderMap,
    Json(body): Json<PasswordBody>,
) -> Result<JsonAnswer<Value>, ApiError> {
    let visit = visit(&call, &headers).await?;
    let identifier = body.identifier.parse()?;
    check_length(&body.password)?;
    let verification = verify_password(&call, &visit, &identifier, body.password).await?;
    Ok(JsonAnswer(json!({"verificationId": verification})))
}

/// A password has at least one byte and not too many.
///
/// # Errors
/// 400 `guard.invalid_input`
pub(crate) fn check_length(password: &str) -> Result<(), ApiError> {
    if (1..=PASSWORD_BYTES_MAX).contains(&password.len()) {
        return Ok(());
    }
    let message = format!("A password has 1 to {PASSWORD_BYTES_MAX} bytes.");
    Err(ApiError::invalid_input("body", &["password"], &message))
}

/// The one answer for a wrong password, an unknown person and a person without a password.
pub(crate) fn invalid_credentials() -> ApiError {
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "session.invalid_credentials",
        "Incorrect account or password. Please check your input.",
    )
}

/// Most verifications of one password while others change what it is compared with.
const ATTEMPTS_MAX: usize = 3;

/// A right password.
struct Proof {
    scheme: PasswordScheme,
    seen_digest: String,
    rehashed: Option<crypto::password::PasswordDigest>,
}

/// Verifies a password and records the proof, or the failure.
///
/// # Errors
/// 422 `session.invalid_credentials`, 401 `user.suspended` and what the interaction's rules say.
pub(crate) async fn verify_password(
    call: &Call,
    visit: &Visit,
    identifier: &Identifier,
    password: String,
) -> Result<VerificationId, ApiError> {
    check_proof(call, visit).await?;
    let user_id = accounts::find(call, identifier).await?;
    for _ in 0..ATTEMPTS_MAX {
        let user = match &user_id {
            Some(id) => Some(call.site.app().log.load::<User>(call.site.tenant(), id).await?.state),
            None => None,
        };
        let verified = check(call, user.as_deref(), password.clone()).await?;
        let (Some(user_id), Some(proof)) = (&user_id, verified) else {
            reject(call, visit, identifier, user_id).await?;
            return Err(invalid_credentials());
        };
        let verification: VerificationId = parse(&call.site.app().random.id(ID_CHARS))?;
        let named = (user_id, identifier.kind());
        if !record(call, visit, &verification, named, &proof).await? {
            continue;
        }
        if user.is_some_and(|user| user.account().is_some_and(domain::Account::is_suspended)) {
            let message = "This account is suspended.";
            return Err(ApiError::new(StatusCode::UNAUTHORIZED, "user.suspended", message));
        }
        return Ok(verification);
    }
    Err(ApiError::unavailable(Busy))
}

async fn reject(
    call: &Call,
    visit: &Visit,
    identifier: &Identifier,
    user: Option<UserId>,
) -> Result<(), ApiError> {
    let command = InteractionCommand::RecordPasswordRejected {
        identifier_digest: identifier.digest(&call.site),
        user,
        now: call.now,
    };
    let context = call.context(Actor::Visitor);
    let log = &call.site.app().log;
    let done = log.execute::<Interaction>(&context, &visit.id, command).await?;
    call.note(done.position);
    Ok(())
}

/// Compares the password with what is stored, taking as long for nobody as for anybody.
async fn check(
    call: &Call,
    user: Option<&UserState>,
    password: String,
) -> Result<Option<Proof>, ApiError> {
    let stored = user.and_then(UserState::account).and_then(domain::Account::password);
    let digest = stored.map(|stored| stored_digest(stored.scheme, &stored.digest));
    let verified = call.site.app().passwords.verify(password, digest).await?;
    Ok(match (verified, stored) {
        (Verification::Right { rehashed }, Some(stored)) => {
            Some(Proof { scheme: stored.scheme, seen_digest: stored.digest.clone(), rehashed })
        }
        (Verification::Right { .. } | Verification::Wrong, _) => None,
    })
}

/// Records the proof; `false` if the stored digest is no longer the one that was compared with.
async fn record(
    call: &Call,
    visit: &Visit,
    verification: &VerificationId,
    (user, identifier): (&UserId, IdentifierKind),
    proof: &Proof,
) -> Result<bool, ApiError> {
    let context = call.context(Actor::Visitor);
    let log = &call.site.app().log;
    let transacted = log.transact(&context, async |work: Work| -> Result<bool, ApiError> {
        let state = work.require::<User>(user).await?.state;
        let stored = state.account().and_then(domain::Account::password);
        if stored.is_none_or(|stored| stored.digest != proof.seen_digest) {
            return Ok(false);
        }
        let command = InteractionCommand::RecordPasswordVerified {
            verification: verification.clone(),
            user: user.clone(),
            identifier,
            scheme: proof.scheme,
            now: call.now,
        };
        work.decide::<Interaction>(&visit.id, command).await?;
        rehash(&work, user, proof).await?;
        Ok(true)
    });
    let (recorded, position) = transacted.await?;
    if recorded && proof.rehashed.is_some() {
        call.settle(position).await?;
    } else {
        call.note(position);
    }
    Ok(recorded)
}

async fn rehash(work: &Work, user: &UserId, proof: &Proof) -> Result<(), ApiError> {
    if let Some(digest) = &proof.rehashed {
        let command = UserCommand::RehashPassword {
            seen_digest: proof.seen_digest.clone(),
            scheme: recorded_scheme(digest.scheme()),
            digest: digest.encoded().to_owned(),
        };
        work.decide::<User>(user, command).await?;
    }
    Ok(())
}

/// Verifies the password of a known user, for administrators; re-hashes like a sign-in.
///
/// # Errors
/// 404 `entity.not_found`, 422 `session.invalid_credentials`
pub(crate) async fn verify_password_of(
    call: &Call,
    context: &Context,
    id: &UserId,
    password: String,
) -> Result<(), ApiError> {
    let log = &call.site.app().log;
    let user = log.load::<User>(call.site.tenant(), id).await?.state;
    if user.account().is_none() {
        return Err(ApiError::not_found());
    }
    let proof = check(call, Some(&user), password).await?.ok_or_else(invalid_credentials)?;
    let transacted = log.transact(context, async |work: Work| -> Result<(), ApiError> {
        rehash(&work, id, &proof).await
    });
    let ((), position) = transacted.await?;
    Ok(call.settle(position).await?)
}
