//! Personal access tokens through the router.

use serde_json::{Value, json};

use crate::testing::{Answer, Bench, NOW, browser::person};

async fn create(bench: &Bench, path: &str, body: Value) -> Answer {
    bench.request("POST", path, body).await
}

fn path(user: &str) -> String {
    format!("/api/users/{user}/personal-access-tokens")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_access_token_is_shown_each_time() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let path = path(&tom);
    let end = NOW.0 + 1;
    let made = create(&bench, &path, json!({"name": "build", "expiresAt": end})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(made.text_of("value").starts_with("pat_"));
    let expected = json!({
        "tenantId": "default", "userId": tom, "name": "build", "value": made.body["value"],
        "createdAt": NOW.0, "expiresAt": end,
    });
    assert_eq!(made.body, expected);
    let second = create(&bench, &path, json!({"name": "deploy"})).await;
    assert_eq!(second.body["expiresAt"], Value::Null);
    assert_eq!(bench.get(&path).await.body, json!([made.body, second.body]));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_unique_among_the_tokens_of_a_user() {
    let bench = Bench::new().await;
    let (tom, ann) = (person(&bench, "tom").await, person(&bench, "ann").await);
    let (toms, anns) = (path(&tom), path(&ann));
    assert_eq!(create(&bench, &toms, json!({"name": "build"})).await.status, 201);
    let taken = (422, "user.personal_access_token_name_exists");
    assert_eq!(create(&bench, &toms, json!({"name": "build"})).await.refusal(), taken);
    assert_eq!(create(&bench, &anns, json!({"name": "build"})).await.status, 201);
    assert_eq!(create(&bench, &toms, json!({"name": "deploy"})).await.status, 201);
    let rename = json!({"currentName": "deploy", "name": "build"});
    assert_eq!(bench.request("PATCH", &toms, rename).await.refusal(), taken);
    let gone = bench.request("DELETE", &format!("{toms}/build"), Value::Null).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    let rename = json!({"currentName": "deploy", "name": "build"});
    let renamed = bench.request("PATCH", &toms, rename).await;
    assert_eq!((renamed.status, &renamed.body["name"]), (200, &json!("build")));
    assert_eq!(bench.get(&toms).await.body, json!([renamed.body]));
    assert_eq!(create(&bench, &toms, json!({"name": "deploy"})).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renamed_and_deleted_by_body_or_by_path() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let path = path(&tom);
    assert_eq!(create(&bench, &path, json!({"name": "a"})).await.status, 201);
    let same = bench.request("PATCH", &path, json!({"name": "a"})).await;
    assert_eq!((same.status, &same.body["name"]), (200, &json!("a")));
    let one = format!("{path}/a");
    let renamed = bench.request("PATCH", &one, json!({"name": "b c/d"})).await;
    assert_eq!((renamed.status, &renamed.body["name"]), (200, &json!("b c/d")));
    assert_eq!(
        bench.request("PATCH", &one, json!({"name": "x"})).await.refusal(),
        (404, "entity.not_exists")
    );
    assert_eq!(
        bench.request("DELETE", &one, Value::Null).await.refusal(),
        (404, "entity.not_found")
    );
    let delete = format!("{path}/delete");
    let absent = bench.request("POST", &delete, json!({"name": "a"})).await;
    assert_eq!(absent.refusal(), (404, "entity.not_found"));
    assert_eq!(bench.request("POST", &delete, json!({"name": "b c/d"})).await.status, 204);
    assert_eq!(bench.get(&path).await.body, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_makes_no_sense_is_refused() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let path = path(&tom);
    for (body, refusal) in [
        (json!({"name": ""}), (400, "guard.invalid_input")),
        (json!({"name": "a".repeat(257)}), (400, "guard.invalid_input")),
        (json!({}), (400, "guard.invalid_input")),
        (json!({"name": "a", "expiresAt": NOW.0}), (400, "request.invalid_input")),
    ] {
        assert_eq!(create(&bench, &path, body.clone()).await.refusal(), refusal, "{body}");
    }
    assert_eq!(create(&bench, &path, json!({"name": "a".repeat(256)})).await.status, 201);
    let nobody = self::path("nobody");
    let unknown = (404, "entity.relation_foreign_key_not_found");
    assert_eq!(create(&bench, &nobody, json!({"name": "a"})).await.refusal(), unknown);
    assert_eq!(bench.get(&nobody).await.refusal(), (404, "entity.not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_a_deleted_user_are_gone() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    assert_eq!(create(&bench, &path(&tom), json!({"name": "a"})).await.status, 201);
    let gone = bench.request("DELETE", &format!("/api/users/{tom}"), Value::Null).await;
    assert_eq!(gone.status, 204);
    assert_eq!(bench.get(&path(&tom)).await.status, 404);
}
