//! What the rules know of a visit.

use events::{
    ApplicationId, IdentifierKind, InteractionEvent, InteractionPurpose, NewIdentity,
    PasswordScheme, SessionId, UnixMillis, UserId, VerificationId,
};
use serde_json::Value;

use super::REJECTIONS_MAX;

/// What the rules know of a visit.
#[derive(Debug, Clone, Default)]
pub struct InteractionState(pub(super) Stage);

#[derive(Debug, Clone, Default)]
pub(super) enum Stage {
    /// Never started.
    #[default]
    Absent,
    /// Under way, or waiting for the answer to the application.
    Open(Box<Visit>),
    /// Completed or aborted.
    Over(Box<Visit>),
}

#[derive(Debug, Clone)]
pub(super) struct Visit {
    pub(super) application: ApplicationId,
    pub(super) request: Value,
    pub(super) session: Option<SessionId>,
    pub(super) expires_at: UnixMillis,
    pub(super) purpose: Option<InteractionPurpose>,
    pub(super) password: Option<PasswordProof>,
    pub(super) new_identity: Option<NewIdentityProof>,
    /// Who it is, and whether the account was created in this visit.
    pub(super) identified: Option<(UserId, bool)>,
    pub(super) submitted: Option<(UserId, SessionId)>,
    pub(super) has_consented: bool,
    pub(super) rejections: u32,
}

/// The visitor knew the password of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordProof {
    /// Id of the proof.
    pub verification: VerificationId,
    /// The account.
    pub user: UserId,
    /// What the visitor typed to name it.
    pub identifier: IdentifierKind,
}

/// The visitor chose an identifier and a password for a new account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIdentityProof {
    /// Id of the proof.
    pub verification: VerificationId,
    /// Id that the account will have.
    pub user: UserId,
    /// Scheme of the password's digest.
    pub scheme: PasswordScheme,
    /// What was chosen, unless erased.
    pub identity: Option<NewIdentity>,
}

impl InteractionState {
    fn visit(&self) -> Option<&Visit> {
        match &self.0 {
            Stage::Absent => None,
            Stage::Open(visit) | Stage::Over(visit) => Some(visit),
        }
    }

    /// The application that sent the browser.
    pub fn application(&self) -> Option<&ApplicationId> {
        self.visit().map(|visit| &visit.application)
    }

    /// The validated authorization request.
    pub fn request(&self) -> Option<&Value> {
        self.visit().map(|visit| &visit.request)
    }

    /// The session that the browser brought, if it was good enough to skip the sign-in.
    pub fn session(&self) -> Option<&SessionId> {
        self.visit().and_then(|visit| visit.session.as_ref())
    }

    /// From this moment on nothing more can happen.
    pub fn expires_at(&self) -> Option<UnixMillis> {
        self.visit().map(|visit| visit.expires_at)
    }

    /// What the visitor set out to do.
    pub fn purpose(&self) -> Option<InteractionPurpose> {
        self.visit().and_then(|visit| visit.purpose)
    }

    /// The newest proof by password, if it is `verification`.
    pub fn password(&self, verification: &VerificationId) -> Option<&PasswordProof> {
        let proof = self.visit()?.password.as_ref()?;
        (proof.verification == *verification).then_some(proof)
    }

    /// The newest choice of a new identity, if it is `verification`.
    pub fn new_identity(&self, verification: &VerificationId) -> Option<&NewIdentityProof> {
        let proof = self.visit()?.new_identity.as_ref()?;
        (proof.verification == *verification).then_some(proof)
    }

    /// Who the visitor is, and whether the account was created in this visit.
    pub fn identified(&self) -> Option<(&UserId, bool)> {
        let (user, registered) = self.visit()?.identified.as_ref()?;
        Some((user, *registered))
    }

    /// Who is signed in, and the session that stands for them.
    pub fn submitted(&self) -> Option<(&UserId, &SessionId)> {
        let (user, session) = self.visit()?.submitted.as_ref()?;
        Some((user, session))
    }

    /// Whether the visitor said yes to what the application asked for.
    pub fn has_consented(&self) -> bool {
        self.visit().is_some_and(|visit| visit.has_consented)
    }

    /// Whether the visit was completed or aborted.
    pub fn is_over(&self) -> bool {
        match &self.0 {
            Stage::Absent | Stage::Open(_) => false,
            Stage::Over(_) => true,
        }
    }

    /// Whether something can still happen: started, not over, not expired.
    pub fn is_live(&self, now: UnixMillis) -> bool {
        match &self.0 {
            Stage::Absent | Stage::Over(_) => false,
            Stage::Open(visit) => now < visit.expires_at,
        }
    }

    /// Whether so many passwords were wrong that no more proofs are taken.
    pub fn is_blocked(&self) -> bool {
        self.visit().is_some_and(Visit::is_blocked)
    }
}

impl Visit {
    pub(super) fn is_blocked(&self) -> bool {
        self.rejections >= REJECTIONS_MAX
    }

    /// The visit after one more event.
    pub(super) fn after(mut self, event: &InteractionEvent) -> Stage {
        match event {
            InteractionEvent::InteractionStarted { application, request, session, expires_at } => {
                self = Self::started(application, request, session.as_ref(), *expires_at);
            }
            InteractionEvent::InteractionPurposeChosen { purpose, restarted } => {
                self.purpose = Some(*purpose);
                self.identified = None;
                if *restarted {
                    self.password = None;
                    self.new_identity = None;
                }
            }
            InteractionEvent::PasswordVerified { verification, user, identifier, scheme: _ } => {
                self.password = Some(PasswordProof {
                    verification: verification.clone(),
                    user: user.clone(),
                    identifier: *identifier,
                });
            }
            InteractionEvent::PasswordRejected { .. } => self.rejections += 1,
            InteractionEvent::NewIdentityVerified { verification, user, scheme, personal } => {
                self.new_identity = Some(NewIdentityProof {
                    verification: verification.clone(),
                    user: user.clone(),
                    scheme: *scheme,
                    identity: personal.open().cloned(),
                });
            }
            InteractionEvent::UserIdentified { user, registered, verification: _ } => {
                self.identified = Some((user.clone(), *registered));
            }
            InteractionEvent::InteractionSubmitted { user, session } => {
                self.submitted = Some((user.clone(), session.clone()));
            }
            InteractionEvent::InteractionConsented {} => self.has_consented = true,
            InteractionEvent::InteractionCompleted { .. }
            | InteractionEvent::InteractionAborted { .. } => return Stage::Over(Box::new(self)),
        }
        Stage::Open(Box::new(self))
    }

    /// A visit that has just begun.
    pub(super) fn started(
        application: &ApplicationId,
        request: &Value,
        session: Option<&SessionId>,
        expires_at: UnixMillis,
    ) -> Self {
        Self {
            application: application.clone(),
            request: request.clone(),
            session: session.cloned(),
            expires_at,
            purpose: None,
            password: None,
            new_identity: None,
            identified: None,
            submitted: None,
            has_consented: false,
            rejections: 0,
        }
    }
}
