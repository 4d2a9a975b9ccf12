//! Prints how quick the whole way is; asserts that nothing is missing, and nothing about time.

use std::{sync::Arc, time::Instant};

use crate::fixture::{Names, Person, add, context, role, user};
use crypto::{Random, sealing::MasterKey};
use store::{DataFolder, Embedded, KeyStore, Log};

const WRITERS: usize = 64;
const EACH: usize = 40;
const REPLAYS: u64 = 4;

fn open(folder: &DataFolder) -> Log {
    let random = Random::system();
    let keys =
        KeyStore::open(&folder.keys(), MasterKey::generate(&Random::seeded(1)), random.clone());
    Log::new(Arc::new(Embedded::open(&folder.log()).unwrap()), keys.unwrap(), random)
}

async fn write(log: Log, writer: usize, personal: bool) {
    for number in 0..EACH {
        let id = format!("w{writer}-{number}");
        let position = if personal {
            let done = log.execute::<Person>(&context(), &user(&id), "Tom".to_owned()).await;
            done.unwrap().position
        } else {
            log.execute::<Names>(&context(), &role(&id), add("x")).await.unwrap().position
        };
        assert!(position.is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "the figures printed are of real time")]
async fn commands_of_many_writers_and_the_replay_after_them() {
    let parent = tempfile::tempdir().unwrap();
    let folder = DataFolder::open(&parent.path().join("data")).unwrap();
    let log = open(&folder);
    for (personal, what) in [(false, "nothing personal"), (true, "a new data key")] {
        let began = Instant::now();
        let writers: Vec<_> =
            (0..WRITERS).map(|writer| tokio::spawn(write(log.clone(), writer, personal))).collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let rate = (WRITERS * EACH) as f64 / began.elapsed().as_secs_f64();
        println!("64 writers, each command with {what}: {rate:.0} commands/s");
    }
    drop(log);
    let log = open(&folder);
    let half = (WRITERS * EACH) as u64;
    for (after, what) in [(0, "without"), (half, "with")] {
        let began = Instant::now();
        for _ in 0..REPLAYS {
            let mut position = after;
            while position < after + half {
                let page = log.read(position, 512).await.unwrap();
                position = page.last().unwrap().position.min(after + half);
            }
        }
        let rate = (half * REPLAYS) as f64 / began.elapsed().as_secs_f64();
        println!("replay of events {what} a personal part: {rate:.0} events/s");
    }
    assert_eq!(*log.head().borrow(), 2 * half);
}
