//! From a command to durable events: decide, append at the revision that was read, decide again when
//! others were quicker.

use domain::Decider;

use crate::{
    failure::{ExecuteError, TransactError},
    log::Log,
    work::{CommitError, Context, Work},
};

/// Times that a decision is made again after others were quicker.
pub const RETRIES_MAX: usize = 3;

/// What a command led to.
pub struct Done<D: Decider> {
    /// What happened; nothing if it already held.
    pub events: Vec<D::Event>,
    /// Position of the last of the events.
    pub position: Option<u64>,
}

impl Log {
    /// Carries out a command on one stream.
    ///
    /// # Errors
    /// The refusal; [`ExecuteError::Contended`] after [`RETRIES_MAX`] more tries; a failure of the
    /// log.
    pub async fn execute<D>(
        &self,
        context: &Context,
        id: &D::Id,
        command: D::Command,
    ) -> Result<Done<D>, ExecuteError<D::Refusal>>
    where
        D: Decider,
        D::Command: Clone,
    {
        self.carry_out(context, id, command, D::IS_WRITTEN_ONCE).await
    }

    /// As [`Log::execute`] for a stream that most likely does not exist yet, see [`Work::begin`].
    ///
    /// # Errors
    /// As [`Log::execute`].
    pub async fn begin<D>(
        &self,
        context: &Context,
        id: &D::Id,
        command: D::Command,
    ) -> Result<Done<D>, ExecuteError<D::Refusal>>
    where
        D: Decider,
        D::Command: Clone,
    {
        self.carry_out(context, id, command, true).await
    }

    async fn carry_out<D>(
        &self,
        context: &Context,
        id: &D::Id,
        command: D::Command,
        begins: bool,
    ) -> Result<Done<D>, ExecuteError<D::Refusal>>
    where
        D: Decider,
        D::Command: Clone,
    {
        for attempt in 0..=RETRIES_MAX {
            let (work, pending) = Work::new(self.clone(), context.clone(), attempt > 0);
            let events = if begins {
                work.begin::<D>(id, command.clone()).await?
            } else {
                work.decide::<D>(id, command.clone()).await?
            };
            match pending.commit().await {
                Ok(position) => return Ok(Done { events, position }),
                Err(CommitError::Conflict) => {}
                Err(CommitError::Log(error)) => return Err(ExecuteError::Log(error)),
            }
        }
        Err(ExecuteError::Contended)
    }

    /// Carries out a piece of work whose decisions become durable together, and gives its value and
    /// the position of its last event. The work is done again from the start when others were
    /// quicker, and leaves nothing behind when it fails. It is written `async |work: Work| { … }`,
    /// without `move`: then it may borrow from its surroundings and move between threads.
    ///
    /// # Errors
    /// The work's own error; [`TransactError::Contended`] after [`RETRIES_MAX`] more tries; a
    /// failure of the log.
    pub async fn transact<T, E, F>(
        &self,
        context: &Context,
        run: impl Fn(Work) -> F,
    ) -> Result<(T, Option<u64>), TransactError<E>>
    where
        F: Future<Output = Result<T, E>> + Send,
    {
        for attempt in 0..=RETRIES_MAX {
            let (work, pending) = Work::new(self.clone(), context.clone(), attempt > 0);
            let value = run(work).await.map_err(TransactError::Work)?;
            match pending.commit().await {
                Ok(position) => return Ok((value, position)),
                Err(CommitError::Conflict) => {}
                Err(CommitError::Log(error)) => return Err(TransactError::Log(error)),
            }
        }
        Err(TransactError::Contended)
    }
}
