//! What was acknowledged is there, whatever happened to the process a moment later.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use e2e::{evident::Server, http::Http, management::Management};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// Connections that write at the same time.
const WRITERS: usize = 64;
/// Acknowledged writes before the kill, in each round.
const WRITES: usize = 400;

/// A number from the environment, for longer runs.
pub(crate) fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect(name))
}

/// Writes until the server dies; gives what was acknowledged.
async fn write(
    http: Http,
    acknowledged: Arc<AtomicUsize>,
    prefix: String,
) -> Vec<(String, String)> {
    let mut written = Vec::new();
    for number in 0.. {
        let username = format!("{prefix}_{number}");
        let Ok(answer) = http.post("/api/users", &json!({ "username": username })).await else {
            break;
        };
        assert_eq!(answer.status, 200, "{}", answer.text());
        written.push((answer.member("id"), username));
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    written
}

/// Positions after `after` in the log; they must have no gap.
async fn check_positions(management: &Management, after: u64) -> u64 {
    let events = management.events_after(after, "").await.unwrap();
    let positions: Vec<u64> =
        events.iter().map(|event| event["position"].as_u64().unwrap()).collect();
    let last = after + positions.len() as u64;
    assert_eq!(positions, (after + 1..=last).collect::<Vec<_>>(), "a gap in the log");
    last
}

async fn all_are_there(http: &Http, written: Vec<(String, String)>) {
    let left = Arc::new(Mutex::new(written));
    let mut readers = JoinSet::new();
    for _ in 0..16 {
        let (http, left) = (http.clone(), Arc::clone(&left));
        readers.spawn(async move {
            loop {
                let Some((id, username)) = left.lock().unwrap().pop() else { break };
                let answer = http.get(&format!("/api/users/{id}")).await.unwrap();
                let user = answer.expect(200).unwrap();
                assert_eq!(
                    user["username"],
                    Value::String(username),
                    "an acknowledged write is lost"
                );
            }
        });
    }
    readers.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_write_survives_a_kill() {
    let mut server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let start = management.events("").await.unwrap();
    let mut last = start.last().unwrap()["position"].as_u64().unwrap();
    let mut total = 0;
    for round in 0..setting("EVIDENT_KILL_ROUNDS", 5) {
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let prefix = format!("r{round}_w{writer}");
            let prefix = format!("u_{prefix}");
            writers.spawn(write(management.http.clone(), Arc::clone(&acknowledged), prefix));
        }
        while acknowledged.load(Ordering::Relaxed) < WRITES {
            tokio::task::yield_now().await;
        }
        server.kill().unwrap();
        let written: Vec<_> = writers.join_all().await.into_iter().flatten().collect();
        assert!(written.len() >= WRITES);
        total += written.len();
        server.start_again().await.unwrap();
        all_are_there(&management.http, written).await;
        last = check_positions(&management, last).await;
    }
    let listed = management.http.get("/api/users?page_size=1").await.unwrap();
    let listed: usize = listed.header("total-number").parse().unwrap();
    assert!(listed >= total, "{listed} users listed, {total} acknowledged");
    server.stop().await.unwrap();
    server.verify().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_never_share_a_data_folder() {
    let server = Server::start().await.unwrap();
    let second = server.command(&["serve", "--listen", "127.0.0.1:0"]).unwrap();
    assert!(!second.status.success(), "a second process opened the same log");
}
