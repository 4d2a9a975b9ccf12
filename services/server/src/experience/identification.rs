//! It is settled who the visitor is: an account whose password was given, or a new account.

use axum::http::{HeaderMap, StatusCode};
use domain::{
    Interaction, InteractionCommand, InteractionRefusal, NewIdentityProof, NewPassword,
    PasswordProof, User,
};
use events::{
    Actor, IdentifierKind, InteractionPurpose, PasswordOrigin, SignInExperienceSettings, UserId,
    UserIdentity, UserOrigin, VerificationId,
};
use serde::Deserialize;
use serde_json::json;
use store::Work;

use crate::{
    accounts::{self, NewAccount},
    call::Call,
    experience::{interaction::check_mode, visit},
    http::{error::ApiError, json::Json},
    ids::parse,
    oidc::resume::Visit,
};

/// `{"verificationId": …}`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdentificationBody {
    #[serde(default)]
    verification_id: Option<String>,
}

/// `POST /api/experience/identification`: 204 for a sign-in, 201 for a new account.
pub(super) async fn post(
    call: Call,
    headers: HeaderMap,
    Json(body): Json<IdentificationBody>,
) -> Result<StatusCode, ApiError> {
    let visit = visit(&call, &headers).await?;
    let Some(id) = body.verification_id else {
        let message = "A verification id is required.";
        return Err(ApiError::invalid_input("body", &["verificationId"], message));
    };
    let id = id.parse::<VerificationId>();
    let id = id.map_err(|_| ApiError::refused(&InteractionRefusal::ProofNotFound))?;
    identify(&call, &visit, &id).await
}

/// Identifies the visitor by a proof.
///
/// # Errors
/// As contract experience-api §3.
pub(crate) async fn identify(
    call: &Call,
    visit: &Visit,
    verification: &VerificationId,
) -> Result<StatusCode, ApiError> {
    let log = &call.site.app().log;
    let settings = call.site.experience()?;
    let roles = accounts::default_roles(call)?;
    let context = call.context(Actor::Visitor);
    let transacted = log.transact(&context, async |work: Work| -> Result<bool, ApiError> {
        let state = work.load::<Interaction>(&visit.id).await?.state;
        if let Some(purpose) = state.purpose() {
            check_mode(call, purpose)?;
        }
        let command =
            InteractionCommand::Identify { verification: verification.clone(), now: call.now };
        let happened = work.decide::<Interaction>(&visit.id, command).await?;
        let registers = state.purpose() == Some(InteractionPurpose::Register);
        if registers && let Some(proof) = state.new_identity(verification) {
            let account = account(visit, proof)?;
            check_sign_up(&settings, proof)?;
            if !happened.is_empty() {
                accounts::add(call, &work, &account, &roles).await?;
            }
        } else if let Some(proof) = state.password(verification) {
            check_method(&settings, proof)?;
            refuse_suspended(&work, &proof.user).await?;
        }
        Ok(registers)
    });
    let (registers, position) = transacted.await?;
    call.settle(position).await?;
    Ok(if registers { StatusCode::CREATED } else { StatusCode::NO_CONTENT })
}

/// The settings must let this kind of identifier sign in by password.
fn check_method(
    settings: &SignInExperienceSettings,
    proof: &PasswordProof,
) -> Result<(), ApiError> {
    let mut methods = settings.sign_in_methods.iter();
    if methods.any(|method| method.identifier == proof.identifier && method.password) {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "user.sign_in_method_not_enabled",
        "This way to sign in is not enabled.",
    ))
}

/// The settings must be content with this identifier for a new account.
fn check_sign_up(
    settings: &SignInExperienceSettings,
    proof: &NewIdentityProof,
) -> Result<(), ApiError> {
    let wanted = &settings.sign_up.identifiers;
    let chosen = proof.identity.as_ref().map(|identity| identity.identifier);
    if wanted.is_empty() || chosen.is_some_and(|chosen| wanted.contains(&chosen)) {
        return Ok(());
    }
    let missing = match wanted.as_slice() {
        [one] => one.as_str(),
        _ => "emailOrPhone",
    };
    let message = "More is needed for an account.";
    Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "user.missing_profile", message)
        .with_data(json!({"missingProfile": [missing]})))
}

/// A suspended or deleted person does not get in.
///
/// # Errors
/// 401 `user.suspended`, 404 `user.user_not_exist`
pub(super) async fn refuse_suspended(work: &Work, user: &UserId) -> Result<(), ApiError> {
    let user = work.require::<User>(user).await?.state;
    match user.account() {
        Some(account) if !account.is_suspended() => Ok(()),
        Some(_) => {
            let message = "This account is suspended.";
            Err(ApiError::new(StatusCode::UNAUTHORIZED, "user.suspended", message))
        }
        None => {
            let message = "This user does not exist.";
            Err(ApiError::new(StatusCode::NOT_FOUND, "user.user_not_exist", message))
        }
    }
}

/// The account that a choice makes. An address that nobody has verified is marked so.
fn account(visit: &Visit, proof: &NewIdentityProof) -> Result<NewAccount, ApiError> {
    let chosen = proof.identity.as_ref();
    let chosen = chosen.ok_or_else(|| ApiError::refused(&InteractionRefusal::ProofNotFound))?;
    let mut identity = UserIdentity::default();
    let value = Some(chosen.value.clone());
    match chosen.identifier {
        IdentifierKind::Username => identity.username = value,
        IdentifierKind::Email => identity.primary_email = value,
        IdentifierKind::Phone => identity.primary_phone = value,
    }
    Ok(NewAccount {
        id: proof.user.clone(),
        origin: UserOrigin::SignUp,
        application: Some(parse(&visit.request.client_id)?),
        identity,
        password: Some(NewPassword {
            origin: PasswordOrigin::Person,
            scheme: proof.scheme,
            digest: chosen.digest.clone(),
        }),
    })
}
