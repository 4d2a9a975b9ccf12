//! Signed statements that count once: client assertions, proofs of possession, request objects.
//!
//! Whether one was presented before is asked as soon as it is verified; it is used up in the commit
//! of what it brought about, so of many who present it at once one wins.

use domain::{Proof, ProofCommand, ProofRefusal, ProofState};
use events::{Actor, ProofId, ProofPurpose, UnixSeconds};
use protocol::{OAuthError, dpop::DpopRefusal, request_object};
use store::{ExecuteError, Work};

use crate::{
    call::Call,
    ids::parse,
    oidc::failure::{OidcFailure, OidcResult},
};

/// A statement that has been verified.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    id: ProofId,
    command: ProofCommand,
    purpose: ProofPurpose,
}

impl Statement {
    /// The statement that `signer` named `jti`; its age refuses it from `expires_at` on, in seconds.
    ///
    /// # Errors
    /// Only failures of the machinery.
    pub(super) fn new(
        call: &Call,
        purpose: ProofPurpose,
        (signer, jti): (&str, &str),
        expires_at: i64,
    ) -> OidcResult<Self> {
        let kind = match purpose {
            ProofPurpose::ClientAssertion => "client assertion",
            ProofPurpose::Dpop => "dpop proof",
            ProofPurpose::RequestObject => "request object",
        };
        // A signer's name holds no line break: it is an id or a thumbprint.
        let name = format!("{kind}\n{signer}\n{jti}");
        let id = parse(&call.site.token_key().text(name.as_bytes()))?;
        let expires_at = UnixSeconds(expires_at).millis();
        let command = ProofCommand::PresentProof { purpose, expires_at };
        Ok(Self { id, command, purpose })
    }

    /// Names it.
    pub(super) fn id(&self) -> &ProofId {
        &self.id
    }

    /// The answer to who presents it again.
    fn replayed(&self) -> OAuthError {
        match self.purpose {
            ProofPurpose::ClientAssertion => OAuthError::client_authentication_failed(false),
            ProofPurpose::Dpop => DpopRefusal::Replayed.into(),
            ProofPurpose::RequestObject => {
                request_object::refused("the request object has been used before")
            }
        }
    }

    fn failed(&self, error: ExecuteError<ProofRefusal>) -> OidcFailure {
        match error {
            ExecuteError::Refused(ProofRefusal::Replayed) => self.replayed().into(),
            ExecuteError::Contended | ExecuteError::Log(_) => error.into(),
        }
    }
}

/// What one request presented.
#[derive(Debug, Clone, Default)]
pub(super) struct Once(Vec<Statement>);

impl Once {
    /// Adds a statement, unless it was used up before.
    ///
    /// # Errors
    /// The refusal that fits the statement.
    pub(super) async fn add(&mut self, call: &Call, statement: Statement) -> OidcResult<()> {
        let log = &call.site.app().log;
        let state = log.load::<Proof>(call.site.tenant(), &statement.id).await?.state;
        match *state {
            ProofState::Absent => {
                self.0.push(statement);
                Ok(())
            }
            ProofState::Presented => Err(statement.replayed().into()),
        }
    }

    /// Uses everything up in the commit of what it brings about.
    ///
    /// # Errors
    /// The refusal that fits what somebody else used up meanwhile.
    pub(super) async fn use_up(&self, work: &Work) -> OidcResult<()> {
        for statement in &self.0 {
            let decided = work.decide::<Proof>(&statement.id, statement.command.clone()).await;
            decided.map_err(|error| statement.failed(error))?;
        }
        Ok(())
    }

    /// Uses everything up in a commit of its own: for requests that bring about nothing.
    ///
    /// # Errors
    /// As [`Once::use_up`].
    pub(super) async fn spend(&self, call: &Call, actor: Actor) -> OidcResult<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let log = &call.site.app().log;
        let context = call.context(actor);
        let spend = async |work: Work| -> OidcResult<()> { self.use_up(&work).await };
        let ((), position) = log.transact(&context, spend).await?;
        call.note(position);
        Ok(())
    }
}
