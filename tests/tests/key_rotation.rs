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

/// The keys in the order of the listing: status and, of the one that waits, its moment.
async fn statuses(management: &Management) -> Vec<(String, bool)> {
    let keys = management.http.get(KEYS).await.unwrap().expect(200).unwrap();
    let shown =
        |key: &Value| (key["status"].as_str().unwrap().to_owned(), key["effectiveAt"].is_i64());
    keys.as_array().unwrap().iter().map(shown).collect()
}

async fn kid_of_a_new_token(server: &Server) -> String {
    let management = server.management().await.unwrap();
    let token = management.credentials.token(&server.http().unwrap()).await.unwrap();
    header(&token).unwrap()["kid"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_a_grace_period_is_published_first_and_signs_later() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let before = kid_of_a_new_token(&server).await;
    rotate(&management, json!({"rotationGracePeriod": 3})).await;
    let waiting = [("Next".to_owned(), true), ("Current".to_owned(), false)];
    assert_eq!(statuses(&management).await, waiting);
    let published = published_keys(&management.http).await.unwrap();
    let kids: Vec<_> =
        published.keys.iter().map(|key| key.common.key_id.clone().unwrap()).collect();
    assert_eq!((kids.len(), &kids[0]), (2, &before), "current first");
    assert_eq!(kid_of_a_new_token(&server).await, before);
    let promoted = until("the key to sign", TURN_WAIT, || async {
        (kid_of_a_new_token(&server).await == kids[1]).then_some(())
    });
    promoted.await.unwrap();
    let done = [("Current".to_owned(), false), ("Previous".to_owned(), false)];
    assert_eq!(statuses(&management).await, done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_that_passed_while_nothing_ran_is_made_up_for() {
    let mut server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let before = kid_of_a_new_token(&server).await;
    rotate(&management, json!({"rotationGracePeriod": 1})).await;
    server.kill().unwrap();
    server.start_again().await.unwrap();
    let promoted = until("the key to sign", TURN_WAIT, || async {
        (kid_of_a_new_token(&server).await != before).then_some(())
    });
    promoted.await.unwrap();
    server.stop().await.unwrap();
    server.verify().unwrap();
}

/// What 64 clients met while keys rotated.
#[derive(Default)]
struct Met {
    /// Rotations that were begun.
    rotations: AtomicUsize,
    /// Tokens that were issued and accepted.
    accepted: AtomicUsize,
    /// Tokens that came too late: two rotations were begun after they were asked for.
    outlived: AtomicUsize,
}

/// Gets a token and uses it, until told to stop. Whatever is not accepted must have outlived its key.
async fn use_tokens(http: Http, credentials: Credentials, met: Arc<Met>, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        let before = met.rotations.load(Ordering::SeqCst);
        let answer = credentials.ask(&http).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        let token = answer.member("access_token");
        let keys = published_keys(&http).await.unwrap();
        let verified = verified_claims(&token, &keys);
        let used = http.bearer(&token).get("/api/roles?page_size=1").await.unwrap();
        assert!(used.status < 500, "{}", used.text());
        if verified.is_ok() && used.status == 200 {
            met.accepted.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        let begun = met.rotations.load(Ordering::SeqCst) - before;
        assert!(begun >= 2, "{} after {begun} rotations: {verified:?}", used.status);
        met.outlived.fetch_add(1, Ordering::Relaxed);
    }
}

/// `EVIDENT_ROTATE_SECONDS` says for how long; 10 seconds without it.
#[tokio::test(flavor = "multi_thread")]
async fn no_token_is_rejected_while_keys_rotate_every_second_under_load() {
    let seconds = std::env::var("EVIDENT_ROTATE_SECONDS").map_or(10, |text| text.parse().unwrap());
    let server = Server::start().await.unwrap();
    let credentials = server.management().await.unwrap().credentials;
    let (met, stop) = (Arc::new(Met::default()), Arc::new(AtomicBool::new(false)));
    let mut clients = JoinSet::new();
    for _ in 0..64 {
        let (met, stop) = (Arc::clone(&met), Arc::clone(&stop));
        clients.spawn(use_tokens(server.http().unwrap(), credentials.clone(), met, stop));
    }
    let mut beat = tokio::time::interval(Duration::from_secs(1));
    for algorithm in ["Ed25519", "ES256", "EC"].iter().cycle().take(seconds) {
        beat.tick().await;
        let management = server.management().await.unwrap();
        met.rotations.fetch_add(1, Ordering::SeqCst);
        rotate(&management, json!({ "signingKeyAlgorithm": algorithm })).await;
    }
    stop.store(true, Ordering::Relaxed);
    clients.join_all().await;
    let (accepted, outlived) =
        (met.accepted.load(Ordering::Relaxed), met.outlived.load(Ordering::Relaxed));
    println!("{seconds} rotations: {accepted} tokens accepted, {outlived} outlived their keys");
    assert!(accepted > 64 && outlived * 10 < accepted, "{accepted} accepted, {outlived} outlived");
}
