//! Rules of one visit to the sign-in pages: purpose, proofs, identification, submission, answer –
//! each at most once, none after the visit has expired (contract: experience-api 1 to 5).
//! Which purposes and identifiers the tenant allows, and whether the user is suspended, is checked
//! by the caller.

mod command;
#[cfg(test)]
mod consent_scenarios;
mod refusal;
#[cfg(test)]
mod scenarios;
mod state;

use events::{
    Event, InteractionEvent, InteractionId, InteractionPurpose, Personal, StreamName, TenantId,
    UnixMillis, VerificationId,
};

use self::state::{Stage, Visit};
pub use self::{
    command::InteractionCommand,
    refusal::InteractionRefusal,
    state::{InteractionState, NewIdentityProof, PasswordProof},
};
use crate::Decider;

/// After so many wrong passwords a visit takes no more proofs, right or wrong.
pub const REJECTIONS_MAX: u32 = 20;

/// One visit to the sign-in pages.
pub struct Interaction;

type Decision = Result<Vec<InteractionEvent>, InteractionRefusal>;

impl Decider for Interaction {
    type Id = InteractionId;
    type Command = InteractionCommand;
    type Event = InteractionEvent;
    type Refusal = InteractionRefusal;
    type State = InteractionState;

    fn stream(tenant: &TenantId, id: &InteractionId) -> StreamName {
        StreamName::interaction(tenant, id)
    }

    fn event(event: &Event) -> Option<&InteractionEvent> {
        if let Event::Interaction(event) = event { Some(event) } else { None }
    }

    fn decide(state: &InteractionState, command: InteractionCommand) -> Decision {
        match (&state.0, command) {
            (
                Stage::Absent,
                InteractionCommand::StartInteraction { application, request, session, expires_at },
            ) => Ok(vec![InteractionEvent::InteractionStarted {
                application,
                request,
                session,
                expires_at,
            }]),
            (
                Stage::Open(visit) | Stage::Over(visit),
                InteractionCommand::StartInteraction { application, request, session, expires_at },
            ) => {
                let is_same = visit.application == application
                    && visit.request == request
                    && visit.session == session
                    && visit.expires_at == expires_at;
                if is_same { Ok(vec![]) } else { Err(InteractionRefusal::Exists) }
            }
            (Stage::Open(visit), command) => decide_open(visit, command),
            (
                Stage::Absent | Stage::Over(_),
                InteractionCommand::ChoosePurpose { .. }
                | InteractionCommand::RecordPasswordVerified { .. }
                | InteractionCommand::RecordPasswordRejected { .. }
                | InteractionCommand::RecordNewIdentity { .. }
                | InteractionCommand::Identify { .. }
                | InteractionCommand::SubmitInteraction { .. }
                | InteractionCommand::RecordConsent { .. }
                | InteractionCommand::CompleteInteraction { .. }
                | InteractionCommand::AbortInteraction { .. },
            ) => Err(InteractionRefusal::NotFound),
        }
    }

    fn evolve(state: InteractionState, event: &InteractionEvent) -> InteractionState {
        InteractionState(match (state.0, event) {
            (
                Stage::Absent,
                InteractionEvent::InteractionStarted { application, request, session, expires_at },
            ) => Stage::Open(Box::new(Visit::started(
                application,
                request,
                session.as_ref(),
                *expires_at,
            ))),
            (Stage::Open(visit), event) => visit.after(event),
            (Stage::Over(visit), _) => Stage::Over(visit),
            (
                Stage::Absent,
                InteractionEvent::InteractionPurposeChosen { .. }
                | InteractionEvent::PasswordVerified { .. }
                | InteractionEvent::PasswordRejected { .. }
                | InteractionEvent::NewIdentityVerified { .. }
                | InteractionEvent::UserIdentified { .. }
                | InteractionEvent::InteractionSubmitted { .. }
                | InteractionEvent::InteractionConsented {}
                | InteractionEvent::InteractionCompleted { .. }
                | InteractionEvent::InteractionAborted { .. },
            ) => Stage::Absent,
        })
    }
}

fn decide_open(visit: &Visit, command: InteractionCommand) -> Decision {
    match command {
        // Taken care of before: a visit starts once.
        InteractionCommand::StartInteraction { .. } => Err(InteractionRefusal::Exists),
        InteractionCommand::ChoosePurpose { purpose, restart, now } => {
            check_collecting(visit, now)?;
            if restart { restarted(visit, purpose) } else { switched(visit, purpose) }
        }
        InteractionCommand::RecordPasswordVerified {
            verification,
            user,
            identifier,
            scheme,
            now,
        } => {
            check_purpose(visit, now)?;
            if visit.password.as_ref().is_some_and(|held| held.verification == verification) {
                return Ok(vec![]);
            }
            check_attempts(visit)?;
            Ok(vec![InteractionEvent::PasswordVerified { verification, user, identifier, scheme }])
        }
        InteractionCommand::RecordPasswordRejected { identifier_digest, user, now } => {
            check_purpose(visit, now)?;
            check_attempts(visit)?;
            Ok(vec![InteractionEvent::PasswordRejected { identifier_digest, user }])
        }
        InteractionCommand::RecordNewIdentity { verification, user, scheme, identity, now } => {
            check_purpose(visit, now)?;
            if visit.new_identity.as_ref().is_some_and(|held| held.verification == verification) {
                return Ok(vec![]);
            }
            check_attempts(visit)?;
            let personal = Personal::Open(identity);
            Ok(vec![InteractionEvent::NewIdentityVerified { verification, user, scheme, personal }])
        }
        InteractionCommand::Identify { verification, now } => {
            let purpose = check_purpose(visit, now)?;
            identified(visit, purpose, verification)
        }
        InteractionCommand::SubmitInteraction { session, now } => {
            check_purpose(visit, now)?;
            let (user, _) = visit.identified.clone().ok_or(InteractionRefusal::NotIdentified)?;
            Ok(vec![InteractionEvent::InteractionSubmitted { user, session }])
        }
        InteractionCommand::RecordConsent { now } => {
            check_live(visit, now)?;
            check_signed_in(visit)?;
            if visit.has_consented {
                return Ok(vec![]);
            }
            Ok(vec![InteractionEvent::InteractionConsented {}])
        }
        InteractionCommand::CompleteInteraction { grant, now } => {
            check_live(visit, now)?;
            if visit.submitted.is_none() && visit.session.is_none() {
                return Err(InteractionRefusal::NotIdentified);
            }
            Ok(vec![InteractionEvent::InteractionCompleted { grant }])
        }
        InteractionCommand::AbortInteraction { error, now } => {
            check_live(visit, now)?;
            Ok(vec![InteractionEvent::InteractionAborted { error }])
        }
    }
}

fn check_live(visit: &Visit, now: UnixMillis) -> Result<(), InteractionRefusal> {
    if now < visit.expires_at { Ok(()) } else { Err(InteractionRefusal::NotFound) }
}

fn check_signed_in(visit: &Visit) -> Result<(), InteractionRefusal> {
    if visit.submitted.is_none() && visit.session.is_none() {
        return Err(InteractionRefusal::NotIdentified);
    }
    Ok(())
}

/// Once the visitor is signed in, only the answer to the application is due.
fn check_collecting(visit: &Visit, now: UnixMillis) -> Result<(), InteractionRefusal> {
    check_live(visit, now)?;
    if visit.submitted.is_none() { Ok(()) } else { Err(InteractionRefusal::NotFound) }
}

fn check_purpose(visit: &Visit, now: UnixMillis) -> Result<InteractionPurpose, InteractionRefusal> {
    check_collecting(visit, now)?;
    visit.purpose.ok_or(InteractionRefusal::NoPurpose)
}

fn check_attempts(visit: &Visit) -> Result<(), InteractionRefusal> {
    if visit.is_blocked() { Err(InteractionRefusal::Blocked) } else { Ok(()) }
}

fn restarted(visit: &Visit, purpose: InteractionPurpose) -> Decision {
    let is_empty =
        visit.password.is_none() && visit.new_identity.is_none() && visit.identified.is_none();
    if visit.purpose == Some(purpose) && is_empty {
        return Ok(vec![]);
    }
    Ok(vec![InteractionEvent::InteractionPurposeChosen { purpose, restarted: true }])
}

fn switched(visit: &Visit, purpose: InteractionPurpose) -> Decision {
    use InteractionPurpose::{ForgotPassword, Register, SignIn};
    match (visit.purpose, purpose) {
        (None, SignIn | Register | ForgotPassword) => Err(InteractionRefusal::NoPurpose),
        (Some(SignIn), SignIn)
        | (Some(Register), Register)
        | (Some(ForgotPassword), ForgotPassword) => Ok(vec![]),
        (Some(ForgotPassword), SignIn | Register) | (Some(SignIn | Register), ForgotPassword) => {
            Err(InteractionRefusal::ForgotPasswordSwitch)
        }
        (Some(SignIn), Register) | (Some(Register), SignIn) => {
            Ok(vec![InteractionEvent::InteractionPurposeChosen { purpose, restarted: false }])
        }
    }
}

fn identified(
    visit: &Visit,
    purpose: InteractionPurpose,
    verification: VerificationId,
) -> Decision {
    use InteractionPurpose::{ForgotPassword, Register, SignIn};
    let password = visit.password.as_ref().filter(|held| held.verification == verification);
    let new_identity = visit.new_identity.as_ref().filter(|held| held.verification == verification);
    let (user, registered) = match (purpose, password, new_identity) {
        (SignIn | Register | ForgotPassword, None, None) => {
            return Err(InteractionRefusal::ProofNotFound);
        }
        (ForgotPassword, Some(_), _) | (ForgotPassword, None, Some(_)) => {
            return Err(InteractionRefusal::ForgotPasswordProof);
        }
        (SignIn, None, Some(_)) | (Register, Some(_), None) => {
            return Err(InteractionRefusal::WrongProof);
        }
        (SignIn, Some(proof), _) => (proof.user.clone(), false),
        (Register, _, Some(proof)) => (proof.user.clone(), true),
    };
    match &visit.identified {
        Some((before, _)) if *before == user => Ok(vec![]),
        Some(_) => Err(InteractionRefusal::IdentityConflict),
        None => Ok(vec![InteractionEvent::UserIdentified { verification, user, registered }]),
    }
}
