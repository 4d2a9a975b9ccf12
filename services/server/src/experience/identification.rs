//! It is settled who the visitor is: an account whose password was given, or a new account.

use axum::http::{HeaderMap, StatusCode};
use domain::{
    Interaction, InteractionCommand, InteractionRefusal, NewIdentityProof, NewPassword, User,
};
use events::{
    Actor, IdentifierKind, InteractionPurpose, PasswordOrigin, UserId, UserIdentity, UserOrigin,
    VerificationId,
};
use serde::Deserialize;
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
    let state = log.load::<Interaction>(call.site.tenant(), &visit.id).await?.state;
    if let Some(purpose) = state.purpose() {
        check_mode(call, purpose)?;
    }
    let is_register = state.purpose() == Some(InteractionPurpose::Register);
    let created = state.new_identity(verification).filter(|_| is_register);
    let account = created.map(|created| account(visit, created)).transpose()?;
    let roles = accounts::default_roles(call)?;
    let context = call.context(Actor::Visitor);
    let transacted = log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        let command =
            InteractionCommand::Identify { verification: verification.clone(), now: call.now };
        let happened = work.decide::<Interaction>(&visit.id, command).await?;
        if let Some(account) = account.as_ref().filter(|_| !happened.is_empty()) {
            accounts::add(call, &work, account, &roles).await?;
        } else if let Some(proof) = state.password(verification) {
            refuse_suspended(&work, &proof.user).await?;
        }
        Ok(())
    });
    let ((), position) = transacted.await?;
    call.settle(position).await?;
    Ok(if is_register { StatusCode::CREATED } else { StatusCode::NO_CONTENT })
}

async fn refuse_suspended(work: &Work, user: &UserId) -> Result<(), ApiError> {
    let user = work.load::<User>(user).await?.state;
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
