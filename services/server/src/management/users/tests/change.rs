//! `PATCH` and `DELETE` of users and parts of them.

use serde_json::json;

use super::{place, user};
use crate::testing::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn only_members_that_are_sent_change_and_json_is_replaced() {
    let bench = Bench::new().await;
    let body = json!({"username": "tom", "name": "Tom", "customData": {"a": 1, "b": 2},
        "profile": {"nickname": "t", "locale": "de"}});
    let created = bench.request("POST", "/api/users", body).await.body;
    let path = format!("/api/users/{}", created["id"].as_str().unwrap());
    let body =
        json!({"primaryEmail": "a@b.co", "customData": {"b": 3}, "profile": {"locale": "en"}});
    let changed = bench.request("PATCH", &path, body).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.body["username"], "tom");
    assert_eq!(changed.body["primaryEmail"], "a@b.co");
    assert_eq!(changed.body["customData"], json!({"b": 3}));
    assert_eq!(changed.body["profile"], json!({"locale": "en"}));
    assert!(changed.body["updatedAt"].as_i64() > created["updatedAt"].as_i64());
    assert_eq!(bench.get(&path).await.body, changed.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn null_and_empty_text_clear_and_set_an_identifier_free() {
    let bench = Bench::new().await;
    let body = json!({"username": "tom", "primaryEmail": "a@b.co", "primaryPhone": "61412345678",
        "name": "Tom", "avatar": "https://a.b"});
    let created = bench.request("POST", "/api/users", body).await.body;
    let path = format!("/api/users/{}", created["id"].as_str().unwrap());
    let body = json!({"username": "", "primaryEmail": null, "primaryPhone": "", "name": null,
        "avatar": ""});
    let cleared = bench.request("PATCH", &path, body).await.body;
    for member in ["username", "primaryEmail", "primaryPhone", "name", "avatar"] {
        assert_eq!(cleared[member], json!(null), "{member}");
    }
    let body = json!({"username": "tom", "primaryEmail": "A@b.co", "primaryPhone": "610412345678"});
    assert_eq!(bench.request("POST", "/api/users", body).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_cannot_be_is_refused() {
    let bench = Bench::new().await;
    let body = json!({"username": "kim", "primaryEmail": "k@b.co", "primaryPhone": "61412345678"});
    bench.request("POST", "/api/users", body).await;
    let path = format!("/api/users/{}", user(&bench, "tom").await);
    for (body, status, code) in [
        (json!({}), 422, "entity.invalid_input"),
        (json!({"unknown": 1}), 422, "entity.invalid_input"),
        (json!({"username": "kim"}), 422, "user.username_already_in_use"),
        (json!({"primaryEmail": "K@b.co"}), 422, "user.email_already_in_use"),
        (json!({"primaryPhone": "61412345678"}), 422, "user.phone_already_in_use"),
        (json!({"primaryPhone": "12"}), 422, "user.invalid_phone"),
        (json!({"username": "a b"}), 400, "guard.invalid_input"),
        (json!({"name": "a".repeat(129)}), 400, "guard.invalid_input"),
        (json!({"avatar": "a"}), 400, "guard.invalid_input"),
        (json!({"customData": null}), 400, "guard.invalid_input"),
        (json!({"profile": {"address": null}}), 400, "guard.invalid_input"),
    ] {
        let answer = bench.request("PATCH", &path, body.clone()).await;
        assert_eq!(answer.refusal(), (status, code), "{body}");
    }
    let same = bench.request("PATCH", &path, json!({"username": "tom"})).await;
    assert_eq!((same.status, &same.body["username"]), (200, &json!("tom")));
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_data_and_profile_are_merged_at_the_top() {
    let bench = Bench::new().await;
    let body = json!({"customData": {"a": {"x": 1}, "b": 2},
        "profile": {"nickname": "t", "address": {"country": "DE", "region": "NW"}}});
    let created = bench.request("POST", "/api/users", body).await.body;
    let path = format!("/api/users/{}", created["id"].as_str().unwrap());
    let (data, profile) = (format!("{path}/custom-data"), format!("{path}/profile"));
    let merged = json!({"a": {"y": 1}, "b": 2});
    let body = json!({"customData": {"a": {"y": 1}}});
    assert_eq!(bench.request("PATCH", &data, body).await.body, merged);
    assert_eq!(bench.get(&data).await.body, merged);
    let body = json!({"profile": {"address": {"country": "FR"}}});
    let merged = json!({"nickname": "t", "address": {"country": "FR"}});
    assert_eq!(bench.request("PATCH", &profile, body).await.body, merged);
    for (path, body, at) in [
        (&data, json!({}), json!([])),
        (&data, json!({"customData": 1}), json!(["customData"])),
        (&profile, json!({"profile": {"locale": null}}), json!(["profile", "locale"])),
    ] {
        let answer = bench.request("PATCH", path, body).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"));
        assert_eq!(place(&answer.body), &at);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_data_cannot_grow_without_end() {
    let bench = Bench::new().await;
    let path = format!("/api/users/{}/custom-data", user(&bench, "tom").await);
    let half = "a".repeat(600_000);
    let body = json!({"customData": {"a": half}});
    assert_eq!(bench.request("PATCH", &path, body).await.status, 200);
    let body = json!({"customData": {"b": half}});
    let answer = bench.request("PATCH", &path, body).await;
    assert_eq!(answer.refusal(), (422, "entity.value_too_long"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_suspended_and_let_in_again() {
    let bench = Bench::new().await;
    let path = format!("/api/users/{}/is-suspended", user(&bench, "tom").await);
    for is_suspended in [true, true, false] {
        let body = json!({ "isSuspended": is_suspended });
        let answer = bench.request("PATCH", &path, body).await;
        assert_eq!((answer.status, &answer.body["isSuspended"]), (200, &json!(is_suspended)));
    }
    let wrong = bench.request("PATCH", &path, json!({"isSuspended": "yes"})).await;
    assert_eq!(place(&wrong.body), &json!(["isSuspended"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_user_is_gone_and_the_name_is_free() {
    let bench = Bench::new().await;
    let path = format!("/api/users/{}", user(&bench, "tom").await);
    let deleted = bench.request("DELETE", &path, json!(null)).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    assert_eq!(bench.get(&path).await.refusal(), (404, "entity.not_found"));
    let again = bench.request("DELETE", &path, json!(null)).await;
    assert_eq!(again.refusal(), (404, "entity.not_found"));
    user(&bench, "tom").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_deletes_themselves() {
    let mut bench = Bench::new().await;
    let id = user(&bench, "tom").await;
    let token = bench.token(&id, "console", "all");
    bench.use_token(token);
    let answer = bench.request("DELETE", &format!("/api/users/{id}"), json!(null)).await;
    assert_eq!(answer.refusal(), (400, "user.cannot_delete_self"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_merge_is_lost_to_another_one() {
    let bench = std::sync::Arc::new(Bench::new().await);
    let path = format!("/api/users/{}/custom-data", user(&bench, "tom").await);
    let merges = (0..4).map(|number| {
        let (bench, path) = (bench.clone(), path.clone());
        tokio::spawn(async move {
            let body = json!({"customData": {format!("m{number}"): number}});
            bench.request("PATCH", &path, body).await.status
        })
    });
    for merge in merges.collect::<Vec<_>>() {
        assert_eq!(merge.await.unwrap(), 200);
    }
    assert_eq!(bench.get(&path).await.body, json!({"m0": 0, "m1": 1, "m2": 2, "m3": 3}));
}
