//! The key store: keys come back, are bound to their master key, and can be forgotten for good.

use std::{fs, path::Path, sync::Arc, time::Instant};

use crypto::{Random, sealing::MasterKey};
use events::StreamName;
use store::{KeyError, KeyState, KeyStore, KeyStoreError};

fn subject(id: &str) -> StreamName {
    format!("user-default.{id}").parse().unwrap()
}

fn master(seed: u64) -> MasterKey {
    MasterKey::generate(&Random::seeded(seed))
}

fn open(path: &Path) -> KeyStore {
    KeyStore::open(path, master(1), Random::system()).unwrap()
}

fn both(folder: &tempfile::TempDir) -> [KeyStore; 2] {
    [KeyStore::in_memory(Random::system()), open(&folder.path().join("keys.db"))]
}

/// Something that only this key gives.
async fn print(keys: &KeyStore, id: &str) -> [u8; 32] {
    let (number, key) = keys.get_or_create(&[subject(id)]).await.unwrap().remove(0);
    assert_eq!(number, 1);
    key.derive("test")
}

#[tokio::test]
async fn a_key_is_made_once_and_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    for keys in both(&folder) {
        assert!(matches!(keys.data_key(&subject("a")), Ok(KeyState::Absent)));
        assert!(matches!(keys.opening_key(&subject("a"), 1), Err(KeyError::Missing(_))));
        let first = print(&keys, "a").await;
        assert_eq!(print(&keys, "a").await, first);
        assert_ne!(print(&keys, "b").await, first);
        let twice = keys.get_or_create(&[subject("c"), subject("c")]).await.unwrap();
        assert_eq!(twice[0].1.derive("test"), twice[1].1.derive("test"));
        let found = keys.opening_key(&subject("a"), 1).unwrap().unwrap();
        assert_eq!(found.derive("test"), first);
        assert!(matches!(keys.opening_key(&subject("a"), 2), Err(KeyError::Missing(_))));
    }
    let keys = open(&folder.path().join("keys.db"));
    let before = print(&keys, "a").await;
    drop(keys);
    assert_eq!(print(&open(&folder.path().join("keys.db")), "a").await, before);
}

#[tokio::test]
async fn what_was_forgotten_is_not_made_again() {
    let folder = tempfile::tempdir().unwrap();
    for keys in both(&folder) {
        print(&keys, "a").await;
        for id in ["a", "a", "never-written"] {
            keys.forget(&subject(id)).await.unwrap();
            assert!(matches!(keys.data_key(&subject(id)), Ok(KeyState::Forgotten)));
            assert!(keys.opening_key(&subject(id), 1).unwrap().is_none());
            let refused = keys.get_or_create(&[subject("b"), subject(id)]).await;
            assert!(matches!(refused, Err(KeyError::Forgotten(name)) if name == subject(id)));
        }
    }
    let keys = open(&folder.path().join("keys.db"));
    assert!(matches!(keys.data_key(&subject("a")), Ok(KeyState::Forgotten)));
}

#[tokio::test]
async fn nothing_of_a_forgotten_key_is_left_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.db");
    let keys = open(&path);
    for id in ["a", "b", "c"] {
        print(&keys, id).await;
    }
    let wrapped: Vec<u8> = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("SELECT wrapped FROM keys WHERE subject = 'user-default.b'", [], |row| {
            row.get(0)
        })
        .unwrap();
    let found = || {
        let files = ["keys.db", "keys.db-wal"].map(|name| folder.path().join(name));
        files.iter().any(|file| {
            fs::read(file)
                .unwrap_or_default()
                .windows(wrapped.len())
                .any(|window| window == wrapped.as_slice())
        })
    };
    assert!(found());
    keys.forget(&subject("b")).await.unwrap();
    assert!(!found());
}

#[tokio::test]
async fn many_are_forgotten_at_once_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    for keys in both(&folder) {
        let kept = print(&keys, "kept").await;
        print(&keys, "a").await;
        keys.forget_all(&[subject("a"), subject("never")]).await.unwrap();
        for id in ["a", "never"] {
            assert!(matches!(keys.data_key(&subject(id)), Ok(KeyState::Forgotten)), "{id}");
        }
        assert_eq!(print(&keys, "kept").await, kept);
    }
}

#[test]
fn another_master_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.db");
    drop(open(&path));
    let other = KeyStore::open(&path, master(2), Random::system());
    assert!(matches!(other, Err(KeyStoreError::Master(_))));
    let other = KeyStore::open_read_only(&path, master(2), Random::system());
    assert!(matches!(other, Err(KeyStoreError::Master(_))));
}

#[tokio::test]
async fn a_key_store_opened_for_reading_makes_no_keys() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.db");
    let writer = open(&path);
    let print = print(&writer, "a").await;
    let reader = KeyStore::open_read_only(&path, master(1), Random::system()).unwrap();
    let found = reader.opening_key(&subject("a"), 1).unwrap().unwrap();
    assert_eq!(found.derive("test"), print);
    let refused = reader.get_or_create(&[subject("b")]).await;
    assert!(matches!(refused, Err(KeyError::Store(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racers_for_one_subject_get_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(open(&folder.path().join("keys.db")));
    for round in 0..20 {
        let racers: Vec<_> = (0..8)
            .map(|_| {
                let keys = Arc::clone(&keys);
                tokio::spawn(async move { print(&keys, &format!("r{round}")).await })
            })
            .collect();
        let mut prints = Vec::new();
        for racer in racers {
            prints.push(racer.await.unwrap());
        }
        prints.dedup();
        assert_eq!(prints.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_forgotten_amid_readers_stays_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(open(&folder.path().join("keys.db")));
    for round in 0..20 {
        let name = subject(&format!("f{round}"));
        keys.get_or_create(std::slice::from_ref(&name)).await.unwrap();
        let readers: Vec<_> = (0..4)
            .map(|_| {
                let (keys, name) = (Arc::clone(&keys), name.clone());
                tokio::task::spawn_blocking(move || {
                    (0..200).for_each(|_| drop(keys.data_key(&name).unwrap()));
                })
            })
            .collect();
        keys.forget(&name).await.unwrap();
        assert!(matches!(keys.data_key(&name), Ok(KeyState::Forgotten)));
        for reader in readers {
            reader.await.unwrap();
        }
        assert!(matches!(keys.data_key(&name), Ok(KeyState::Forgotten)));
    }
}

/// Prints a figure; asserts nothing about time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "the figure printed is of real time")]
async fn new_keys_of_many_writers_share_a_flush() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(open(&folder.path().join("keys.db")));
    let began = Instant::now();
    let writers: Vec<_> = (0..64)
        .map(|writer| {
            let keys = Arc::clone(&keys);
            tokio::spawn(async move {
                for number in 0..50 {
                    keys.get_or_create(&[subject(&format!("{writer}-{number}"))]).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    println!("keys, 64 writers: {:.0} new keys/s", 3200.0 / began.elapsed().as_secs_f64());
}
