//! Several decisions that happen together or not at all.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::fixture::{
    Name, Names, NotFirst, Person, Unlucky, add, context, log, over, role, tenant, user,
};
use events::{RoleId, StreamName, UserId};
use store::{ExecuteError, Log, LogError, Memory, TransactError, Work};

/// An error type as a handler has one.
#[derive(Debug, thiserror::Error)]
enum HandlerError {
    #[error("refused: {0}")]
    Refused(&'static str),
    #[error("try again")]
    TryAgain,
    #[error("failed")]
    Failed(#[source] LogError),
}

impl<R: domain::Refusal> From<ExecuteError<R>> for HandlerError {
    fn from(error: ExecuteError<R>) -> Self {
        match error {
            ExecuteError::Refused(refusal) => Self::Refused(refusal.code()),
            ExecuteError::Contended => Self::TryAgain,
            ExecuteError::Log(error) => Self::Failed(error),
        }
    }
}

impl From<LogError> for HandlerError {
    fn from(error: LogError) -> Self {
        Self::Failed(error)
    }
}

impl From<TransactError<Self>> for HandlerError {
    fn from(error: TransactError<Self>) -> Self {
        match error {
            TransactError::Work(error) => error,
            TransactError::Contended => Self::TryAgain,
            TransactError::Log(error) => Self::Failed(error),
        }
    }
}

async fn order(log: &Log) -> Vec<String> {
    let read = log.read(0, 99).await.unwrap();
    read.iter().map(|event| format!("{}@{}", event.stream.id(), event.revision)).collect()
}

/// What a handler does: borrows its arguments, loads, requires, decides, converts errors.
async fn handler(log: Log, person: UserId, list: RoleId) -> Result<Option<u64>, HandlerError> {
    let context = context();
    let names = ["x".to_owned(), "y".to_owned()];
    let (held, position) = log
        .transact(&context, async |work: Work| {
            work.require::<Person>(&person).await?;
            for name in &names {
                work.decide::<Names>(&list, add(name)).await?;
            }
            tokio::task::yield_now().await;
            Ok::<_, HandlerError>(work.load::<Names>(&list).await?.revision)
        })
        .await?;
    assert_eq!(held, 2);
    Ok(position)
}

#[tokio::test]
async fn the_future_of_a_handler_can_move_between_threads() {
    fn is_send<T: Send + 'static>(future: T) -> T {
        future
    }
    let handler = is_send(handler(log(), user("u1"), role("a")));
    assert_eq!(tokio::spawn(handler).await.unwrap().unwrap(), Some(2));
}

#[tokio::test]
async fn streams_stand_in_the_order_of_their_first_decisions() {
    let log = log();
    let outcome = log
        .transact(&context(), async |work: Work| {
            work.load::<Names>(&role("c")).await?;
            work.decide::<Names>(&role("b"), add("1")).await?;
            work.decide::<Names>(&role("a"), add("2")).await?;
            work.decide::<Names>(&role("b"), add("3")).await?;
            let again = work.decide::<Names>(&role("b"), add("3")).await?;
            assert!(again.is_empty(), "a decision does not see the one before it");
            work.decide::<Names>(&role("c"), add("4")).await?;
            Ok::<_, HandlerError>("value")
        })
        .await
        .unwrap();
    assert_eq!(outcome, ("value", Some(4)));
    assert_eq!(order(&log).await, ["b@0", "b@1", "a@0", "c@0"]);
    let loaded = log.load::<Names>(&tenant(), &role("b")).await.unwrap();
    assert_eq!((loaded.state.as_slice(), loaded.revision), (&["1".into(), "3".into()][..], 2));
}

#[tokio::test]
async fn work_that_fails_leaves_nothing_behind() {
    let log = log();
    let outcome = log
        .transact(&context(), async |work: Work| {
            work.decide::<Names>(&role("a"), add("1")).await?;
            work.decide::<Names>(&role("a"), Name::AddFirst("2".to_owned())).await?;
            Ok::<_, HandlerError>(())
        })
        .await;
    let code = "test.not_first";
    assert!(matches!(outcome, Err(TransactError::Work(HandlerError::Refused(c))) if c == code));
    assert_eq!(*log.head().borrow(), 0);
    assert_eq!(log.load::<Names>(&tenant(), &role("a")).await.unwrap().revision, 0);
}

#[tokio::test]
async fn work_without_events_is_a_success_without_a_position() {
    let log = log();
    let outcome = log
        .transact(&context(), async |work: Work| {
            work.require::<Names>(&role("a")).await?;
            Ok::<_, LogError>(7)
        })
        .await;
    assert_eq!(outcome.unwrap(), (7, None));
}

/// Appends to stream `other` from elsewhere during the first run; tells how often the work ran.
async fn disturbed(require: bool) -> (usize, Option<u64>) {
    let engine = Arc::new(Memory::new());
    let (here, there) = (over(engine.clone()), over(engine));
    let runs = AtomicUsize::new(0);
    let (_, position) = here
        .transact(&context(), async |work: Work| {
            let seen = if require {
                work.require::<Names>(&role("other")).await?.revision
            } else {
                work.load::<Names>(&role("other")).await?.revision
            };
            let run = runs.fetch_add(1, Ordering::SeqCst);
            assert_eq!(seen, run as u64);
            if run == 0 {
                there.execute::<Names>(&context(), &role("other"), add("1")).await?;
            }
            work.decide::<Names>(&role("a"), add("2")).await
        })
        .await
        .unwrap();
    (runs.load(Ordering::SeqCst), position)
}

#[tokio::test]
async fn work_is_done_again_when_a_required_stream_moved() {
    assert_eq!(disturbed(true).await, (2, Some(2)));
}

#[tokio::test]
async fn a_stream_that_was_only_looked_at_may_move() {
    assert_eq!(disturbed(false).await, (1, Some(2)));
}

#[tokio::test]
async fn endless_conflicts_are_contention() {
    let engine = Arc::new(Unlucky { refusals: usize::MAX, ..Unlucky::default() });
    let outcome = over(engine)
        .transact(&context(), async |work: Work| work.decide::<Names>(&role("a"), add("2")).await)
        .await;
    assert!(matches!(outcome, Err(TransactError::Contended)));
    assert!(matches!(
        ExecuteError::<NotFirst>::from(outcome.unwrap_err()),
        ExecuteError::Contended
    ));
}

#[tokio::test]
async fn one_commit_makes_the_keys_of_all_its_subjects() {
    let log = log();
    log.transact(&context(), async |work: Work| {
        for id in ["u1", "u2", "u1"] {
            work.decide::<Person>(&user(id), format!("name of {id}")).await?;
        }
        Ok::<_, HandlerError>(())
    })
    .await
    .unwrap();
    log.forget(&StreamName::user(&tenant(), &user("u1"))).await.unwrap();
    let read = log.read(0, 9).await.unwrap();
    assert_eq!(read.len(), 3);
    let state = log.load::<Person>(&tenant(), &user("u2")).await.unwrap().state;
    let name = state.as_ref().as_ref().unwrap().open().unwrap().name.clone();
    assert_eq!(name.as_deref(), Some("name of u2"));
}
