//! Key rings through the router.

use projections::Keys;
use serde_json::{Value, json};

use crate::{
    reactors::promoter::promote_due,
    testing::{Answer, Bench, NOW},
};

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
    assert_eq!(before.body[0]["createdAt"], NOW.seconds().0);
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

/// Promotes what is due and waits until it shows.
async fn promote(bench: &Bench) {
    let app = bench.site.app();
    let waiting = app.views.reader::<Keys>().waiting().unwrap();
    promote_due(app, &waiting).await.unwrap();
    bench.site.wait(bench.head()).await.unwrap();
}

fn kids(bench: &Bench) -> Vec<String> {
    bench.site.published_keys().unwrap().iter().map(|key| key.kid().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_staged_key_is_published_and_signs_from_its_moment_on() {
    let mut bench = Bench::new().await;
    let before = kids(&bench);
    let staged = rotate(&mut bench, SIGNING, json!({"rotationGracePeriod": 60})).await;
    assert_eq!(members(&staged, "status"), ["Next", "Current"]);
    let moment = NOW.0 + 60_000;
    assert_eq!(members(&staged, "effectiveAt"), [json!(moment), Value::Null]);
    assert_eq!((kids(&bench).len(), &kids(&bench)[0]), (2, &before[0]));
    let next = kids(&bench)[1].clone();
    bench.advance_millis(59_999);
    promote(&bench).await;
    assert_eq!(bench.site.signer().unwrap().kid(), before[0]);
    bench.advance_millis(1);
    promote(&bench).await;
    assert_eq!(bench.site.signer().unwrap().kid(), next);
    assert_eq!(kids(&bench), [next, before[0].clone()]);
    let events = bench.count("SigningKeyPromoted").await;
    promote(&bench).await;
    assert_eq!(bench.count("SigningKeyPromoted").await, events);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_staged_key_takes_the_place_of_the_first() {
    let mut bench = Bench::new().await;
    rotate(&mut bench, SIGNING, json!({})).await;
    let before = kids(&bench);
    rotate(&mut bench, SIGNING, json!({"rotationGracePeriod": 60})).await;
    let first = kids(&bench)[1].clone();
    let body = json!({"rotationGracePeriod": 120, "signingKeyAlgorithm": "EC"});
    let second = rotate(&mut bench, SIGNING, body).await;
    assert_eq!(members(&second, "status"), ["Next", "Current", "Previous"]);
    assert_eq!(second.body[0]["effectiveAt"], NOW.0 + 120_000);
    let published = kids(&bench);
    assert_eq!([&published[0], &published[2]], [&before[0], &before[1]]);
    assert_ne!(published[1], first);
    let waiting = second.body[0]["id"].as_str().unwrap();
    let deleted = bench.request("DELETE", &format!("{SIGNING}/{waiting}"), Value::Null).await;
    assert_eq!(deleted.refusal(), (422, "oidc.only_previous_key_can_be_deleted"));
    let at_once = rotate(&mut bench, SIGNING, json!({})).await;
    assert_eq!(at_once.refusal(), (422, "oidc.invalid_request"));
    let discovery = bench.get("/oidc/.well-known/openid-configuration").await;
    let algorithms = &discovery.body["id_token_signing_alg_values_supported"];
    assert_eq!(*algorithms, json!(["EdDSA", "ES384"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lifetime_of_sessions_is_read_and_changed() {
    let bench = Bench::new().await;
    let path = "/api/configs/oidc/session";
    assert_eq!(bench.get(path).await.body, json!({"ttl": 1_209_600}));
    for (body, status) in [
        (json!({"ttl": 60}), 200),
        (json!({}), 200),
        (json!({"ttl": 0}), 400),
        (json!({"ttl": 31_536_001}), 400),
        (json!({"ttl": null}), 400),
    ] {
        assert_eq!(bench.request("PATCH", path, body.clone()).await.status, status, "{body}");
    }
    assert_eq!(bench.get(path).await.body, json!({"ttl": 60}));
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_of_id_tokens_are_absent_until_they_are_set() {
    let bench = Bench::new().await;
    let path = "/api/configs/id-token";
    assert_eq!(bench.get(path).await.refusal(), (404, "entity.not_found"));
    let wanted = json!({"enabledExtendedClaims": ["custom_data", "roles", "custom_data"]});
    let kept = json!({"enabledExtendedClaims": ["custom_data", "roles"]});
    let set = bench.request("PUT", path, wanted).await;
    assert_eq!((set.status, &set.body), (200, &kept));
    assert_eq!(bench.get(path).await.body, kept);
    for body in [json!({"enabledExtendedClaims": ["email"]}), json!({"enabled": []})] {
        let refused = bench.request("PUT", path, body).await;
        assert_eq!(refused.refusal(), (400, "guard.invalid_input"));
    }
    assert_eq!(bench.request("PUT", path, json!({})).await.body, json!({}));
    assert_eq!(bench.get(path).await.body, json!({}));
}
