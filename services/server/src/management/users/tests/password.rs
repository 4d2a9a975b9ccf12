//! Setting and verifying the password of a user.

use events::StreamName;
use serde_json::json;

use super::{place, user};
use crate::testing::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_set_without_a_policy_and_verified() {
    let bench = Bench::new().await;
    let path = format!("/api/users/{}", user(&bench, "tom").await);
    let (set, verify) = (format!("{path}/password"), format!("{path}/password/verify"));
    let none = bench.request("POST", &verify, json!({"password": "a"})).await;
    assert_eq!(none.refusal(), (422, "session.invalid_credentials"));
    assert_eq!(
        bench.get(&format!("{path}/has-password")).await.body,
        json!({"hasPassword": false})
    );
    let answer = bench.request("PATCH", &set, json!({"password": "a"})).await;
    assert_eq!((answer.status, &answer.body["hasPassword"]), (200, &json!(true)));
    assert_eq!(bench.get(&format!("{path}/has-password")).await.body, json!({"hasPassword": true}));
    let right = bench.request("POST", &verify, json!({"password": "a"})).await;
    assert_eq!((right.status, right.text.as_str()), (204, ""));
    let wrong = bench.request("POST", &verify, json!({"password": "b"})).await;
    assert_eq!(wrong.refusal(), (422, "session.invalid_credentials"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_an_overlong_and_a_missing_password_are_refused() {
    let bench = Bench::new().await;
    let path = format!("/api/users/{}/password", user(&bench, "tom").await);
    for (method, path) in [("PATCH", path.clone()), ("POST", format!("{path}/verify"))] {
        for body in [json!({"password": ""}), json!({"password": "a".repeat(1_025)})] {
            let answer = bench.request(method, &path, body).await;
            assert_eq!(answer.refusal(), (400, "guard.invalid_input"));
            assert_eq!(place(&answer.body), &json!(["password"]));
        }
        assert_eq!(bench.request(method, &path, json!({})).await.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_digest_is_hashed_anew_at_the_first_right_password_only() {
    let bench = Bench::new().await;
    let digest = "5f4dcc3b5aa765d61d8327deb882cf99";
    let body = json!({"passwordAlgorithm": "MD5", "passwordDigest": digest});
    let id =
        bench.request("POST", "/api/users", body).await.body["id"].as_str().unwrap().to_owned();
    let verify = format!("/api/users/{id}/password/verify");
    let stream = StreamName::user(bench.site.tenant(), &id.parse().unwrap());
    let algorithm = async || {
        let shown = bench.get(&format!("/api/users/{id}?includePasswordHash=1")).await;
        shown.body["passwordAlgorithm"].as_str().unwrap().to_owned()
    };
    assert_eq!(bench.request("POST", &verify, json!({"password": "x"})).await.status, 422);
    assert_eq!(algorithm().await, "MD5");
    for _ in 0..2 {
        let right = bench.request("POST", &verify, json!({"password": "password"})).await;
        assert_eq!(right.status, 204, "{}", right.text);
        assert_eq!(algorithm().await, "Argon2id");
    }
    let expected = ["UserCreated.v1", "PasswordSet.v1", "PasswordRehashed.v1"];
    assert_eq!(bench.event_types(&stream).await, expected);
}
