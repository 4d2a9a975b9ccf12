//! One command on one stream: from the decision to durable events.

use std::{
    future::poll_fn,
    sync::{Arc, atomic::Ordering},
    task::Poll,
};

use crate::fixture::{
    Name, Names, NotFirst, Person, Unlucky, add, context, log, over, role, tenant, user,
};
use events::{Event, Personal, StreamName, UserEvent};
use store::{Embedded, ExecuteError, Log, LogError, Memory};

async fn names(log: &Log, id: &str) -> Vec<String> {
    log.load::<Names>(&tenant(), &role(id)).await.unwrap().state.to_vec()
}

#[tokio::test]
async fn what_was_executed_can_be_read() {
    let log = log();
    let done = log.execute::<Names>(&context(), &role("a"), add("x")).await.unwrap();
    assert_eq!((done.events.len(), done.position), (1, Some(1)));
    log.execute::<Names>(&context(), &role("a"), add("y")).await.unwrap();
    assert_eq!(names(&log, "a").await, ["x", "y"]);
    let read = log.read_stream(&StreamName::role(&tenant(), &role("a")), 1, 9).await.unwrap();
    assert_eq!((read.len(), read[0].revision, read[0].position), (1, 1, 2));
    assert_eq!(read[0].correlation, context().correlation);
    assert_eq!(log.read(0, 9).await.unwrap().len(), 2);
    assert_eq!(*log.head().borrow(), 2);
}

#[tokio::test]
async fn what_already_holds_is_a_success_without_events() {
    let log = log();
    log.execute::<Names>(&context(), &role("a"), add("x")).await.unwrap();
    let done = log.execute::<Names>(&context(), &role("a"), add("x")).await.unwrap();
    assert_eq!((done.events.len(), done.position), (0, None));
    assert_eq!(*log.head().borrow(), 1);
}

#[tokio::test]
async fn what_is_begun_twice_is_decided_on_what_is_there() {
    let log = log();
    let begun = log.begin::<Names>(&context(), &role("a"), add("x")).await.unwrap();
    assert_eq!((begun.events.len(), begun.position), (1, Some(1)));
    let again = log.begin::<Names>(&context(), &role("a"), add("x")).await.unwrap();
    assert_eq!((again.events.len(), again.position), (0, None));
    let more = log.begin::<Names>(&context(), &role("a"), add("y")).await.unwrap();
    assert_eq!(more.position, Some(2));
    let refused = log.begin::<Names>(&context(), &role("a"), Name::AddFirst("z".to_owned())).await;
    assert!(matches!(refused, Err(ExecuteError::Refused(NotFirst))));
    assert_eq!(names(&log, "a").await, ["x", "y"]);
}

#[tokio::test]
async fn a_refusal_appends_nothing() {
    let log = log();
    log.execute::<Names>(&context(), &role("a"), add("x")).await.unwrap();
    let refused =
        log.execute::<Names>(&context(), &role("a"), Name::AddFirst("y".to_owned())).await;
    assert!(matches!(refused, Err(ExecuteError::Refused(NotFirst))));
    assert_eq!(*log.head().borrow(), 1);
}

#[tokio::test]
async fn three_conflicts_are_decided_again_and_the_fourth_is_contention() {
    for (refusals, succeeds) in [(3, true), (4, false)] {
        let engine = Arc::new(Unlucky { refusals, ..Unlucky::default() });
        let done = over(engine.clone()).execute::<Names>(&context(), &role("a"), add("x")).await;
        match done {
            Ok(done) => assert!(succeeds && done.position == Some(1)),
            Err(error) => assert!(!succeeds && matches!(error, ExecuteError::Contended)),
        }
        assert_eq!(engine.asked.load(Ordering::SeqCst), 4);
    }
}

#[tokio::test]
async fn an_overloaded_log_says_so_at_once() {
    let engine = Arc::new(Unlucky { overloaded: true, ..Unlucky::default() });
    let done = over(engine.clone()).execute::<Names>(&context(), &role("a"), add("x")).await;
    assert!(matches!(done, Err(ExecuteError::Log(LogError::Overloaded))));
    assert_eq!(engine.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_state_at_hand_that_another_node_went_past_costs_a_conflict_and_heals() {
    let engine = Arc::new(Memory::new());
    let (here, there) = (over(engine.clone()), over(engine));
    here.execute::<Names>(&context(), &role("a"), add("x")).await.unwrap();
    there.execute::<Names>(&context(), &role("a"), add("y")).await.unwrap();
    let done = here.execute::<Names>(&context(), &role("a"), add("z")).await.unwrap();
    assert_eq!(done.position, Some(3));
    assert_eq!(names(&here, "a").await, ["x", "y", "z"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_racers_one_wins_and_the_others_are_refused() {
    let log = log();
    for round in 0..20 {
        let racers: Vec<_> = (0..16)
            .map(|racer| {
                let (log, id) = (log.clone(), role(&format!("r{round}")));
                let command = Name::AddFirst(racer.to_string());
                tokio::spawn(async move { log.execute::<Names>(&context(), &id, command).await })
            })
            .collect();
        let mut winners = 0;
        for racer in racers {
            match racer.await.unwrap() {
                Ok(_) => winners += 1,
                Err(error) => assert!(matches!(error, ExecuteError::Refused(NotFirst))),
            }
        }
        assert_eq!(winners, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_writer_reads_its_own_write_among_many_and_with_a_tiny_cache() {
    let engine = Arc::new(Memory::new());
    let keys = store::KeyStore::in_memory(crypto::Random::seeded(1));
    let log = Log::with_states_max(engine, keys, crypto::Random::seeded(2), 2);
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let log = log.clone();
            tokio::spawn(async move {
                let mut done = 0;
                for number in 0..100 {
                    let (id, name) = (format!("s{}", number % 4), format!("{writer}.{number}"));
                    match log.execute::<Names>(&context(), &role(&id), add(&name)).await {
                        Ok(_) => {
                            done += 1;
                            assert!(names(&log, &id).await.contains(&name));
                        }
                        Err(error) => assert!(matches!(error, ExecuteError::Contended)),
                    }
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for writer in writers {
        done += writer.await.unwrap();
    }
    assert_eq!(*log.head().borrow(), done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_saw_an_event_loads_a_state_that_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let log = over(Arc::new(Embedded::open(&folder.path().join("log.db")).unwrap()));
    let mut head = log.head();
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let log = log.clone();
            tokio::spawn(async move {
                for number in 0..200 {
                    let id = role(&format!("s{writer}-{}", number / 50));
                    log.execute::<Names>(&context(), &id, add(number)).await.unwrap();
                }
            })
        })
        .collect();
    let mut seen = 0;
    while seen < 8 * 200 {
        head.changed().await.unwrap();
        for recorded in log.read(seen, 4_096).await.unwrap() {
            let loaded = log.load::<Names>(&tenant(), &role(recorded.stream.id())).await.unwrap();
            assert!(loaded.revision > recorded.revision, "{} is missing", recorded.position);
            assert_eq!(loaded.state.len() as u64, loaded.revision);
            seen = recorded.position;
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_no_stale_state() {
    let folder = tempfile::tempdir().unwrap();
    let log = over(Arc::new(Embedded::open(&folder.path().join("log.db")).unwrap()));
    log.execute::<Names>(&context(), &role("a"), add("x")).await.unwrap();
    let mut head = log.head();
    head.borrow_and_update();
    let (caller, id) = (context(), role("a"));
    let mut gone = Box::pin(log.execute::<Names>(&caller, &id, add("y")));
    // Most likely the disk is not that quick; if it is, the rest must hold all the same.
    let _ = poll_fn(|task| Poll::Ready(gone.as_mut().poll(task).is_pending())).await;
    drop(gone);
    head.changed().await.unwrap();
    assert_eq!(names(&log, "a").await, ["x", "y"]);
}

#[tokio::test]
async fn a_personal_part_is_sealed_in_the_log_and_opened_when_read() {
    let log = log();
    log.execute::<Person>(&context(), &user("u1"), "Tom Sawyer".to_owned()).await.unwrap();
    let stored = log.stored(0, 1).await.unwrap();
    assert!(!String::from_utf8_lossy(&stored[0].body).contains("Sawyer"));
    let read = log.read(0, 1).await.unwrap();
    let Event::User(UserEvent::UserCreated { personal, .. }) = &read[0].event else { panic!() };
    assert_eq!(personal.open().unwrap().name.as_deref(), Some("Tom Sawyer"));
}

#[tokio::test]
async fn a_forgotten_person_reads_as_erased_and_is_not_written_about() {
    let log = log();
    for id in ["u1", "u2"] {
        log.execute::<Person>(&context(), &user(id), "Tom".to_owned()).await.unwrap();
    }
    let subject = StreamName::user(&tenant(), &user("u1"));
    log.forget(&subject).await.unwrap();
    log.forget(&subject).await.unwrap();
    let load = async |id| log.load::<Person>(&tenant(), &user(id)).await.unwrap().state;
    assert_eq!(*load("u1").await, Some(Personal::Erased));
    assert!(matches!(&*load("u2").await, Some(Personal::Open(_))));
    let read = log.read(0, 1).await.unwrap();
    let Event::User(UserEvent::UserCreated { personal, .. }) = &read[0].event else { panic!() };
    assert_eq!(personal, &Personal::Erased);
    let refused = log.execute::<Person>(&context(), &user("u1"), "Tom".to_owned()).await;
    assert!(matches!(refused, Err(ExecuteError::Log(error)) if error.is_forgotten()));
    assert_eq!(*log.head().borrow(), 2);
}

#[tokio::test]
async fn secrets_of_a_tenant_stay_and_differ_by_tenant_and_label() {
    let log = log();
    let other = "admin".parse().unwrap();
    let digest = log.keyed_digest(&tenant()).await.unwrap().text(b"ann@example.com");
    assert_eq!(log.keyed_digest(&tenant()).await.unwrap().text(b"ann@example.com"), digest);
    assert_ne!(log.keyed_digest(&other).await.unwrap().text(b"ann@example.com"), digest);
    let secret = log.tenant_secret(&tenant(), "a").await.unwrap();
    assert_eq!(log.tenant_secret(&tenant(), "a").await.unwrap(), secret);
    assert_ne!(log.tenant_secret(&tenant(), "b").await.unwrap(), secret);
    assert_ne!(log.tenant_secret(&other, "a").await.unwrap(), secret);
}
