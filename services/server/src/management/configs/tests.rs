//! Key rings through the router.

use serde_json::{Value, json};

use crate::testing::{Answer, Bench};

const SIGNING: &str = "/api/configs/oidc/private-keys";
const COOKIE: &str = "/api/configs/oidc/cookie-keys";

fn members(answer: &Answer, name: &str) -> Vec<Value> {
    answer.body.as_array().unwrap().iter().map(|key| key[name].clone()).collect()
}

async fn rotate(bench: &mut Bench, ring: &str, body: Value) -> Answer {
    let answer = bench.request("POST", &format!("{ring}/rotate"), body).await;
    // The token of the bench is signed by a key that two rotations delete.
    let token = bench.token("tester", "tester", "all");
    bench.use_token(token);
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_keeps_the_algorithm_and_one_previous_key() {
    let mut bench = Bench::new().await;
    let before = bench.get(SIGNING).await;
    assert_eq!(members(&before, "signingKeyAlgorithm"), ["OKP"]);
    assert_eq!(before.body[0]["createdAt"], crate::testing::NOW.seconds().0);
    assert!(!before.text.contains("pkcs8") && before.body[0]["id"].as_str().unwrap().len() == 21);
    let after = rotate(&mut bench, SIGNING, json!({})).await;
    assert_eq!(
        (after.status, members(&after, "status")),
        (200, vec![json!("Current"), json!("Previous")])
    );
    assert_eq!(after.body[1]["id"], before.body[0]["id"]);
    let last = rotate(&mut bench, SIGNING, json!({"signingKeyAlgorithm": "EC"})).await;
    assert_eq!(members(&last, "signingKeyAlgorithm"), ["EC", "OKP"]);
    let current = bench.site.published_keys().unwrap()[0].algorithm();
    assert_eq!(current, crypto::key::Algorithm::ES384);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_previous_signing_key_can_be_deleted() {
    let mut bench = Bench::new().await;
    let only = bench.get(SIGNING).await;
    let path = |answer: &Answer, at: usize| {
        format!("{SIGNING}/{}", answer.body[at]["id"].as_str().unwrap())
    };
    let refused = bench.request("DELETE", &path(&only, 0), Value::Null).await;
    assert_eq!(refused.refusal(), (422, "oidc.key_required"));
    let two = rotate(&mut bench, SIGNING, Value::Null).await;
    let refused = bench.request("DELETE", &path(&two, 0), Value::Null).await;
    assert_eq!(refused.refusal(), (422, "oidc.only_previous_key_can_be_deleted"));
    let refused = bench.request("DELETE", &format!("{SIGNING}/none"), Value::Null).await;
    assert_eq!(refused.refusal(), (404, "oidc.key_not_found"));
    let deleted = bench.request("DELETE", &path(&two, 1), Value::Null).await;
    assert_eq!(deleted.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn cookie_keys_rotate_and_all_but_the_last_can_be_deleted() {
    let mut bench = Bench::new().await;
    for expected in [2, 2] {
        let rotated = rotate(&mut bench, COOKIE, json!({})).await;
        assert_eq!(rotated.body.as_array().unwrap().len(), expected);
        assert!(rotated.body[0].get("status").is_none());
    }
    let keys = bench.get(COOKIE).await;
    let path = |at: usize| format!("{COOKIE}/{}", keys.body[at]["id"].as_str().unwrap());
    assert_eq!(bench.request("DELETE", &path(0), Value::Null).await.status, 204);
    let last = bench.request("DELETE", &path(1), Value::Null).await;
    assert_eq!(last.refusal(), (422, "oidc.key_required"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rotations_that_cannot_be_are_refused() {
    let mut bench = Bench::new().await;
    for (ring, body, status, code) in [
        (SIGNING, json!({"rotationGracePeriod": 60}), 422, "oidc.invalid_request"),
        (COOKIE, json!({"rotationGracePeriod": 60}), 422, "oidc.invalid_request"),
        (SIGNING, json!({"rotationGracePeriod": -1}), 400, "guard.invalid_input"),
        (SIGNING, json!({"signingKeyAlgorithm": "HS256"}), 400, "guard.invalid_input"),
        ("/api/configs/oidc/other", json!({}), 400, "guard.invalid_input"),
    ] {
        let answer = rotate(&mut bench, ring, body.clone()).await;
        assert_eq!(answer.refusal(), (status, code), "{ring} {body}");
    }
    assert_eq!(rotate(&mut bench, SIGNING, json!({"rotationGracePeriod": 0})).await.status, 200);
}
