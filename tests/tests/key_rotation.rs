//! Signing keys change under load and no token is ever without its published key.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use e2e::{
    evident::Server,
    http::Http,
    management::{Credentials, Management},
    signature::{header, published_keys, verified_claims},
    waiting::until,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// Clients that ask for tokens at the same time.
const CLIENTS: usize = 8;
/// Longest wait for every client to have had another token.
const TURN_WAIT: Duration = Duration::from_secs(60);
const KEYS: &str = "/api/configs/oidc/private-keys";

async fn rotate(management: &Management, body: Value) -> Value {
    let answer = management.http.post(&format!("{KEYS}/rotate"), &body).await.unwrap();
    answer.expect(200).unwrap()
}

/// Gets tokens and checks each against the keys published after it, until told to stop.
async fn check_tokens(
    http: Http,
    credentials: Credentials,
    turns: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
) {
    while !stop.load(Ordering::Relaxed) {
        let token = credentials.token(&http).await.unwrap();
        let keys = published_keys(&http).await.unwrap();
        verified_claims(&token, &keys).unwrap();
        turns.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_token_verifies_while_keys_rotate_under_load() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let turns: Vec<_> = (0..CLIENTS).map(|_| Arc::new(AtomicUsize::new(0))).collect();
    let mut clients = JoinSet::new();
    for turns in &turns {
        let credentials = management.credentials.clone();
        let (turns, stop) = (Arc::clone(turns), Arc::clone(&stop));
        clients.spawn(check_tokens(server.http().unwrap(), credentials, turns, stop));
    }
    let mut algorithms = Vec::new();
    for algorithm in ["EC", "RSA", "Ed25519", "EC", "Ed25519"] {
        // A token dies with the second rotation after it: each rotation is asked for with a new one.
        let management = server.management().await.unwrap();
        let keys = rotate(&management, json!({ "signingKeyAlgorithm": algorithm })).await;
        let statuses: Vec<_> =
            keys.as_array().unwrap().iter().map(|key| key["status"].clone()).collect();
        assert_eq!(statuses, ["Current", "Previous"]);
        let token = management.credentials.token(&server.http().unwrap()).await.unwrap();
        algorithms.push(header(&token).unwrap()["alg"].as_str().unwrap().to_owned());
        // A token asked for before this rotation must be checked before the next one.
        let seen: Vec<_> = turns.iter().map(|turns| turns.load(Ordering::Relaxed)).collect();
        let all_had_two = until("every client to have had two tokens", TURN_WAIT, || async {
            let now = turns.iter().map(|turns| turns.load(Ordering::Relaxed));
            now.zip(&seen).all(|(now, seen)| now >= seen + 2).then_some(())
        });
        all_had_two.await.unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    clients.join_all().await;
    assert_eq!(algorithms, ["ES384", "RS256", "EdDSA", "ES384", "EdDSA"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_a_deleted_key_are_dead_and_those_of_the_previous_one_live() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let keys = rotate(&management, json!({})).await;
    let fresh = server.management().await.unwrap();
    let published = published_keys(&fresh.http).await.unwrap();
    verified_claims(&management.token, &published).unwrap();
    management.http.get("/api/users").await.unwrap().expect(200).unwrap();

    let id = |status: &str| {
        let key = keys.as_array().unwrap().iter().find(|key| key["status"] == status).unwrap();
        key["id"].as_str().unwrap().to_owned()
    };
    let current = fresh.http.delete(&format!("{KEYS}/{}", id("Current"))).await.unwrap();
    assert_eq!(current.refusal(), (422, "oidc.only_previous_key_can_be_deleted".into()));
    let unknown = fresh.http.delete(&format!("{KEYS}/nothing")).await.unwrap();
    assert_eq!(unknown.refusal(), (404, "oidc.key_not_found".into()));
    fresh.http.delete(&format!("{KEYS}/{}", id("Previous"))).await.unwrap().expect(204).unwrap();
    let last = fresh.http.delete(&format!("{KEYS}/{}", id("Current"))).await.unwrap();
    assert_eq!(last.refusal(), (422, "oidc.key_required".into()));

    let published = published_keys(&fresh.http).await.unwrap();
    assert!(verified_claims(&management.token, &published).is_err());
    let dead = management.http.get("/api/users").await.unwrap();
    assert_eq!(dead.refusal(), (401, "auth.unauthorized".into()));
    fresh.http.get("/api/users").await.unwrap().expect(200).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grace_period_is_refused_and_changes_nothing() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let staged = json!({ "rotationGracePeriod": 3600 });
    let answer = management.http.post(&format!("{KEYS}/rotate"), &staged).await.unwrap();
    assert_eq!(answer.refusal(), (422, "oidc.invalid_request".into()));
    assert_eq!(published_keys(&management.http).await.unwrap().keys.len(), 1);
}
