//! What every engine must do, as one suite that each engine's tests run.
//!
//! The suite asks for a fresh, empty engine for each of its parts and must run inside a
//! multi-threaded tokio runtime.

use std::{sync::Arc, time::Duration};

use events::{StoredEvent, StreamName};

use crate::port::{
    AppendError, COMMIT_BYTES_MAX, COMMIT_EVENTS_MAX, Commit, Engine, READ_EVENTS_MAX, ReadError,
    StreamAppend,
};

const WRITERS: usize = 64;
const COMMITS_PER_WRITER: usize = 25;
const SHARED_STREAMS: usize = 8;
const WAKE_MAX: Duration = Duration::from_secs(10);

/// What an engine did wrong.
#[derive(Debug, thiserror::Error)]
pub enum Violation {
    /// It did something else than the port says.
    #[error("{0}")]
    Broken(String),
    /// It did not append.
    #[error("an append failed")]
    Append(#[from] AppendError),
    /// It did not read.
    #[error("a read failed")]
    Read(#[from] ReadError),
}

type Verdict = Result<(), Violation>;

macro_rules! hold {
    ($claim:expr, $($text:tt)+) => {
        if !$claim {
            return Err(Violation::Broken(format!($($text)+)));
        }
    };
}

/// Runs the whole suite.
///
/// # Errors
/// The first [`Violation`].
pub async fn run(open: impl Fn() -> Arc<dyn Engine>) -> Verdict {
    expectations_are_checked(&*open()).await?;
    streams_commit_together(&*open()).await?;
    shapes_are_refused(&*open()).await?;
    reads_are_exact(&*open()).await?;
    head_wakes(open()).await?;
    writers_leave_no_gap(open()).await
}

/// A commit to one stream of events with these bodies.
pub fn commit(stream: &StreamName, expected: u64, bodies: &[&[u8]]) -> Commit {
    Commit { streams: vec![part(stream, expected, bodies)] }
}

fn part(stream: &StreamName, expected: u64, bodies: &[&[u8]]) -> StreamAppend {
    let bodies = bodies.iter().map(|body| Box::from(*body)).collect();
    StreamAppend { stream: stream.clone(), expected, bodies }
}

fn stream(id: &str) -> Result<StreamName, Violation> {
    format!("user-default.{id}").parse().map_err(|error| Violation::Broken(format!("{error}")))
}

fn is_conflict(outcome: &Result<u64, AppendError>, on: &StreamName, holding: u64) -> bool {
    matches!(outcome, Err(AppendError::Conflict { stream, actual })
        if stream == on && *actual == holding)
}

async fn expectations_are_checked(engine: &dyn Engine) -> Verdict {
    let a = stream("a")?;
    let outcome = engine.append(commit(&a, 1, &[b"x"])).await;
    hold!(is_conflict(&outcome, &a, 0), "1 expected of a new stream: {outcome:?}");
    let first = engine.append(commit(&a, 0, &[b"1", b"2"])).await?;
    hold!(first == 2, "the first two events end at {first}");
    for wrong in [0, 1, 3, u64::MAX] {
        let outcome = engine.append(commit(&a, wrong, &[b"x"])).await;
        hold!(is_conflict(&outcome, &a, 2), "{wrong} expected of 2: {outcome:?}");
    }
    let third = engine.append(commit(&a, 2, &[b"3"])).await?;
    hold!(third == 3, "a refused commit used a position: {third}");
    Ok(())
}

async fn streams_commit_together(engine: &dyn Engine) -> Verdict {
    let (a, b, c) = (stream("a")?, stream("b")?, stream("c")?);
    let both = Commit { streams: vec![part(&b, 0, &[b"b0", b"b1"]), part(&a, 0, &[b"a0"])] };
    hold!(engine.append(both).await? == 3, "three events over two streams do not end at 3");
    for order in [[(&a, 1), (&b, 1)], [(&b, 1), (&a, 1)]] {
        let streams = order.map(|(name, expected)| part(name, expected, &[b"x"])).to_vec();
        let outcome = engine.append(Commit { streams }).await;
        hold!(is_conflict(&outcome, &b, 2), "one of two expectations is wrong: {outcome:?}");
    }
    let checked =
        |expected| Commit { streams: vec![part(&c, 0, &[b"c0"]), part(&a, expected, &[])] };
    let outcome = engine.append(checked(0)).await;
    hold!(is_conflict(&outcome, &a, 1), "a check-only expectation is wrong: {outcome:?}");
    hold!(engine.append(checked(1)).await? == 4, "a check-only entry took a position");
    let outcome = engine.append(commit(&c, 0, &[b"x"])).await;
    hold!(is_conflict(&outcome, &c, 1), "a stream begun in a joint commit: {outcome:?}");
    let all = engine.read_all(0, 9).await?;
    let bodies: Vec<&[u8]> = all.iter().map(|event| &*event.body).collect();
    hold!(bodies == [b"b0", b"b1", b"a0", b"c0"], "order inside commits: {bodies:?}");
    hold!(positions(&all) == [1, 2, 3, 4], "positions: {:?}", positions(&all));
    Ok(())
}

async fn shapes_are_refused(engine: &dyn Engine) -> Verdict {
    let (a, b) = (stream("a")?, stream("b")?);
    let many = vec![b"x".as_slice(); COMMIT_EVENTS_MAX + 1];
    let large = vec![0; COMMIT_BYTES_MAX + 1];
    let twice = Commit { streams: vec![part(&a, 0, &[b"x"]), part(&a, 1, &[b"y"])] };
    let thrice =
        Commit { streams: vec![part(&a, 0, &[b"x"]), part(&b, 0, &[b"y"]), part(&a, 1, &[])] };
    let shapes = [
        Commit::default(),
        commit(&a, 0, &[]),
        twice,
        thrice,
        commit(&a, 0, &many),
        commit(&a, 0, &[large.as_slice()]),
    ];
    for (number, shape) in shapes.into_iter().enumerate() {
        let outcome = engine.append(shape).await;
        hold!(matches!(outcome, Err(AppendError::Shape)), "shape {number}: {outcome:?}");
    }
    let full = many.get(..COMMIT_EVENTS_MAX).unwrap_or_default();
    let last = engine.append(commit(&a, 0, full)).await?;
    hold!(last == COMMIT_EVENTS_MAX as u64, "a full commit ends at {last}");
    Ok(())
}

async fn reads_are_exact(engine: &dyn Engine) -> Verdict {
    let (a, b) = (stream("a")?, stream("b")?);
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    let large = vec![0xA5; 300_000];
    let odd: [&[u8]; 4] = [b"", b"\0", &every_byte, &large];
    engine.append(commit(&a, 0, &odd)).await?;
    engine.append(commit(&b, 0, &[b"b0", b"b1"])).await?;
    let read = engine.read_stream(&a, 0, 9).await?;
    hold!(read.iter().map(|event| &*event.body).eq(odd), "bodies changed in the log");
    hold!(engine.read_all(0, 4).await? == read, "the same events read in two ways differ");
    let cases: [(u64, usize, &[u64]); 6] =
        [(0, 1, &[5]), (0, 9, &[5, 6]), (1, 9, &[6]), (2, 9, &[]), (0, 0, &[]), (u64::MAX, 9, &[])];
    for (from, max, wanted) in cases {
        let found = positions(&engine.read_stream(&b, from, max).await?);
        hold!(found == wanted, "stream from {from}, at most {max}: {found:?}");
    }
    let cases: [(u64, usize, &[u64]); 5] =
        [(0, 2, &[1, 2]), (3, 2, &[4, 5]), (5, usize::MAX, &[6]), (6, 9, &[]), (u64::MAX, 9, &[])];
    for (after, max, wanted) in cases {
        let found = positions(&engine.read_all(after, max).await?);
        hold!(found == wanted, "all after {after}, at most {max}: {found:?}");
    }
    hold!(engine.read_stream(&stream("none")?, 0, 9).await?.is_empty(), "a stream of nobody");
    let small = vec![b"x".as_slice(); COMMIT_EVENTS_MAX];
    let mut expected = 2;
    while expected <= READ_EVENTS_MAX as u64 {
        engine.append(commit(&b, expected, &small)).await?;
        expected += COMMIT_EVENTS_MAX as u64;
    }
    let most = engine.read_stream(&b, 0, usize::MAX).await?.len();
    hold!(most == READ_EVENTS_MAX, "a read of a stream gave {most} events");
    let most = engine.read_all(0, usize::MAX).await?.len();
    hold!(most == READ_EVENTS_MAX, "a read of all gave {most} events");
    Ok(())
}

async fn head_wakes(engine: Arc<dyn Engine>) -> Verdict {
    let a = stream("a")?;
    let mut head = engine.head();
    hold!(*head.borrow_and_update() == 0, "an empty log has a head");
    let appended = Arc::clone(&engine);
    let append = commit(&a, 0, &[b"1", b"2"]);
    let writer = tokio::spawn(async move { appended.append(append).await });
    let woken = tokio::time::timeout(WAKE_MAX, head.changed()).await;
    hold!(matches!(woken, Ok(Ok(()))), "a commit does not wake who waits for the head");
    hold!(*head.borrow_and_update() == 2, "the head is not the last position");
    let outcome = writer.await.map_err(|error| Violation::Broken(error.to_string()))?;
    hold!(outcome? == 2, "the commit does not end at its last event");
    let refused = engine.append(commit(&a, 0, &[b"x"])).await;
    hold!(is_conflict(&refused, &a, 2), "{refused:?}");
    hold!(matches!(head.has_changed(), Ok(false)), "a refused commit moves the head");
    engine.append(commit(&a, 2, &[b"3"])).await?;
    hold!(*engine.head().borrow() == 3, "an acknowledged commit is past the head");
    Ok(())
}

/// Appends to a stream of its own and, in the same commit, to one that others want as well.
async fn write(engine: Arc<dyn Engine>, writer: usize) -> Result<(u64, u64), Violation> {
    let own = stream(&format!("own{writer}"))?;
    let (mut written, mut conflicts) = (0, 0);
    while written < COMMITS_PER_WRITER as u64 {
        let turn = writer.wrapping_mul(7) + usize::try_from(written).unwrap_or(0);
        let shared = stream(&format!("shared{}", turn % SHARED_STREAMS))?;
        let held = engine.read_stream(&shared, 0, READ_EVENTS_MAX).await?.len() as u64;
        tokio::task::yield_now().await;
        let body = format!("{writer}/{written}");
        let streams =
            vec![part(&own, written, &[body.as_bytes()]), part(&shared, held, &[body.as_bytes()])];
        match engine.append(Commit { streams }).await {
            Ok(_) => written += 1,
            Err(AppendError::Conflict { .. }) => conflicts += 1,
            Err(error) => return Err(error.into()),
        }
    }
    Ok((written, conflicts))
}

async fn writers_leave_no_gap(engine: Arc<dyn Engine>) -> Verdict {
    let writers: Vec<_> =
        (0..WRITERS).map(|writer| tokio::spawn(write(Arc::clone(&engine), writer))).collect();
    let (mut written, mut conflicts) = (0, 0);
    for writer in writers {
        let (commits, refused) =
            writer.await.map_err(|error| Violation::Broken(error.to_string()))??;
        written += commits;
        conflicts += refused;
    }
    hold!(conflicts > 0, "no writer met a conflict: the test shows nothing");
    let all = engine.read_all(0, READ_EVENTS_MAX).await?;
    let count = all.len() as u64;
    hold!(count == 2 * written, "{written} commits of two events left {count} events");
    hold!(positions(&all).into_iter().eq(1..=count), "positions have gaps");
    let paired = all.chunks(2).all(|pair| match pair {
        [own, shared] => own.body == shared.body,
        _ => false,
    });
    hold!(paired, "commits of several streams are interleaved");
    for writer in 0..WRITERS {
        let own = engine.read_stream(&stream(&format!("own{writer}"))?, 0, 999).await?;
        let numbered = own
            .iter()
            .enumerate()
            .all(|(number, event)| *event.body == *format!("{writer}/{number}").as_bytes());
        hold!(own.len() == COMMITS_PER_WRITER && numbered, "stream of writer {writer}");
    }
    Ok(())
}

fn positions(events: &[StoredEvent]) -> Vec<u64> {
    events.iter().map(|event| event.position).collect()
}
