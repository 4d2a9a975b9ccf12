//! Subject tokens through the router; what they are exchanged for is tested at the token endpoint.

use serde_json::json;

use crate::testing::{Bench, browser::person};

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_token_is_told_once_and_only_its_digest_is_kept() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let body = json!({"userId": tom, "context": {"ticket": "4711"}});
    let made = bench.request("POST", "/api/subject-tokens", body).await;
    assert_eq!((made.status, &made.body["expiresIn"]), (201, &json!(600)), "{}", made.text);
    let token = made.text_of("subjectToken");
    assert!(token.starts_with("sub_"), "{token}");
    let events = bench.site.app().log.read(0, 10_000).await.unwrap();
    let whole = serde_json::to_string(&events.iter().map(|one| &one.event).collect::<Vec<_>>());
    let whole = whole.unwrap();
    let secret = token.split('.').nth(1).unwrap();
    assert!(!whole.contains(secret));
    assert!(whole.contains(&crypto::digest::sha256_base64url(&token)));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_exist_cannot_be_spoken_for() {
    let bench = Bench::new().await;
    for (body, refusal) in [
        (json!({"userId": "nobody"}), (404, "entity.relation_foreign_key_not_found")),
        (json!({"userId": "no id"}), (404, "entity.relation_foreign_key_not_found")),
        (json!({}), (400, "guard.invalid_input")),
        (json!({"userId": "x", "context": []}), (400, "guard.invalid_input")),
        (
            json!({"userId": "x", "context": {"a": "b".repeat(16_384)}}),
            (400, "guard.invalid_input"),
        ),
    ] {
        let made = bench.request("POST", "/api/subject-tokens", body).await;
        assert_eq!(made.refusal(), refusal, "{}", made.text);
    }
    assert_eq!(bench.count("SubjectTokenIssued").await, 0);
}
