//! An answer never misses the caller's own earlier write.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use e2e::{evident::Server, http::Http};
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::durability::setting;

/// Clients that create and search at the same time.
const CLIENTS: usize = 8;

async fn create_then_search(http: &Http, number: usize) {
    let name = format!("person{number:07}end");
    let body = json!({ "username": name });
    let created = http.post("/api/users", &body).await.unwrap().expect(200).unwrap();
    let searched = format!("/api/users?search.username=PERSON{number:07}END");
    let found = http.get(&searched).await.unwrap();
    assert_eq!(found.header("total-number"), "1", "{name} was missed");
    assert_eq!(found.json()[0]["id"], created["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_what_was_created_just_before() {
    let server = Server::start().await.unwrap();
    let http = server.management().await.unwrap().http;
    let (pairs, next) = (setting("EVIDENT_SEARCH_PAIRS", 2_000), Arc::new(AtomicUsize::new(0)));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (http, next) = (http.clone(), Arc::clone(&next));
        clients.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= pairs {
                    break;
                }
                create_then_search(&http, number).await;
            }
        });
    }
    clients.join_all().await;
    let all = http.get("/api/users?page_size=1").await.unwrap();
    assert_eq!(all.header("total-number"), pairs.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_found_changed_and_gone_at_once() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let http = &management.http;
    let search = |name: String| async move {
        let found = http.get(&format!("/api/users?search.username={name}")).await.unwrap();
        found.expect(200).unwrap().as_array().unwrap().len()
    };
    for number in 0..200 {
        let (name, other) = (format!("person_{number}"), format!("renamed_{number}"));
        let id = management.create_user(&json!({ "username": name })).await.unwrap();
        assert_eq!(search(name.clone()).await, 1, "created");
        let user = format!("/api/users/{id}");
        http.patch(&user, &json!({ "username": other })).await.unwrap().expect(200).unwrap();
        assert_eq!((search(name).await, search(other.clone()).await), (0, 1), "changed");
        http.delete(&user).await.unwrap().expect(204).unwrap();
        assert_eq!(search(other).await, 0, "deleted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_tells_its_position_and_a_read_may_demand_one() {
    let server = Server::start().await.unwrap();
    let http = server.management().await.unwrap().http;
    let created = http.post("/api/users", &json!({ "username": "tom" })).await.unwrap();
    let position: u64 = created.header("evident-position").parse().unwrap();
    let events = http.get(&format!("/api/events?after={}", position - 1)).await.unwrap();
    assert_eq!(events.json()[0]["position"], position);
    let path = format!("/api/users/{}", created.member("id"));
    let read = http.request(Method::GET, &path).header("evident-at-least", position.to_string());
    assert_eq!(http.send(read).await.unwrap().status, 200);
}
