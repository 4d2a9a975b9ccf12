//! `POST /api/users`

use events::StreamName;
use serde_json::json;

use super::place;
use crate::testing::{Bench, NOW};

const MD5: &str = "5f4dcc3b5aa765d61d8327deb882cf99";

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_body_creates_a_user_of_whom_nothing_is_known() {
    let bench = Bench::new().await;
    let answer = bench.raw("POST", "/api/users", "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let id = answer.body["id"].as_str().unwrap();
    assert_eq!(id.len(), 12);
    let expected = json!({
        "id": id, "username": null, "primaryEmail": null, "primaryPhone": null, "name": null,
        "avatar": null, "customData": {}, "identities": {}, "lastSignInAt": null,
        "createdAt": NOW.0, "updatedAt": NOW.0, "profile": {}, "applicationId": null,
        "cimdClientId": null, "isSuspended": false, "hasPassword": false,
    });
    assert_eq!(answer.body, expected);
    assert!(answer.header("evident-position").parse::<u64>().unwrap() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_is_given_is_shown_and_recorded() {
    let bench = Bench::new().await;
    let body = json!({
        "username": "tom", "primaryEmail": "Tom@Example.com", "primaryPhone": "610412345678",
        "name": "Tom", "avatar": "https://a.b/c.png", "customData": {"a": {"b": 1}},
        "profile": {"givenName": "T", "address": {"country": "DE"}}, "password": "p",
        "unknown": true,
    });
    let answer = bench.request("POST", "/api/users", body.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    for member in ["username", "primaryEmail", "name", "avatar", "customData", "profile"] {
        assert_eq!(answer.body[member], body[member], "{member}");
    }
    assert_eq!(answer.body["primaryPhone"], "61412345678");
    assert_eq!(answer.body["hasPassword"], true);
    assert!(answer.body.get("passwordDigest").is_none());
    let id = answer.body["id"].as_str().unwrap().parse().unwrap();
    let stream = StreamName::user(bench.site.tenant(), &id);
    assert_eq!(bench.event_types(&stream).await, ["UserCreated.v1", "PasswordSet.v1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_belongs_to_one_user() {
    let bench = Bench::new().await;
    let first = json!({"username": "tom", "primaryEmail": "a@b.co", "primaryPhone": "61412345678"});
    assert_eq!(bench.request("POST", "/api/users", first).await.status, 200);
    for (body, code) in [
        (json!({"username": "tom"}), "user.username_already_in_use"),
        (json!({"primaryEmail": "A@B.co"}), "user.email_already_in_use"),
        (json!({"primaryPhone": "610412345678"}), "user.phone_already_in_use"),
    ] {
        assert_eq!(bench.request("POST", "/api/users", body).await.refusal(), (422, code));
    }
    assert_eq!(bench.get("/api/users").await.header("total-number"), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_another_shape_is_refused_and_names_the_place() {
    let bench = Bench::new().await;
    for (body, at) in [
        (json!({"username": ""}), json!(["username"])),
        (json!({"username": "1tom"}), json!(["username"])),
        (json!({"username": null}), json!(["username"])),
        (json!({"primaryEmail": "a"}), json!(["primaryEmail"])),
        (json!({"primaryPhone": "+4912345"}), json!(["primaryPhone"])),
        (json!({"primaryPhone": ""}), json!(["primaryPhone"])),
        (json!({"name": 1}), json!(["name"])),
        (json!({"name": "a".repeat(129)}), json!(["name"])),
        (json!({"avatar": "picture"}), json!(["avatar"])),
        (json!({"customData": []}), json!(["customData"])),
        (json!({"profile": {"nickname": null}}), json!(["profile", "nickname"])),
        (json!({"password": ""}), json!(["password"])),
        (json!({"password": "a".repeat(1_025)}), json!(["password"])),
        (json!({"passwordAlgorithm": "md5"}), json!(["passwordAlgorithm"])),
    ] {
        let answer = bench.request("POST", "/api/users", body.clone()).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"), "{body}");
        assert_eq!(place(&answer.body), &at, "{body}");
    }
    assert_eq!(bench.get("/api/users").await.header("total-number"), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_name_and_an_empty_picture_are_none() {
    let bench = Bench::new().await;
    for body in [json!({"name": "", "avatar": ""}), json!({"avatar": null})] {
        let answer = bench.request("POST", "/api/users", body).await;
        assert_eq!((answer.status, &answer.body["name"]), (200, &json!(null)));
        assert_eq!(answer.body["avatar"], json!(null));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_of_each_algorithm_is_kept_as_it_came() {
    let bench = Bench::new().await;
    let legacy = format!(r#"["md5",["@"],"{MD5}"]"#);
    let bcrypt = "$2a$05$.OC/.OC/.OC/.OC/.OC/.OhLquwE1iYToSe8a2A4O9N2ST/lTM/LK";
    let argon2 = "$argon2i$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$QnHgqtLsiKy8rh65SB0EAztvcijJKxW42UgAhd0CBYs";
    for (algorithm, digest) in
        [("MD5", MD5), ("Legacy", &legacy), ("Bcrypt", bcrypt), ("Argon2i", argon2)]
    {
        let body = json!({"passwordAlgorithm": algorithm, "passwordDigest": digest});
        let answer = bench.request("POST", "/api/users", body).await;
        assert_eq!((answer.status, &answer.body["hasPassword"]), (200, &json!(true)));
        let path =
            format!("/api/users/{}?includePasswordHash=true", answer.body["id"].as_str().unwrap());
        let shown = bench.get(&path).await.body;
        assert_eq!(shown["passwordAlgorithm"], algorithm);
        assert_eq!(shown["passwordDigest"], digest);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_cannot_be_kept_is_refused_with_its_reason() {
    let bench = Bench::new().await;
    let legacy = |text: &str| json!({"passwordAlgorithm": "Legacy", "passwordDigest": text});
    let format = "password.invalid_legacy_password_format";
    for (body, code) in [
        (json!({"password": "a", "passwordDigest": MD5}), "user.password_and_digest"),
        (json!({"passwordDigest": MD5}), "user.password_algorithm_required"),
        (json!({"passwordAlgorithm": "Legacy"}), "password.unsupported_encryption_method"),
        (json!({"passwordAlgorithm": "MD5", "passwordDigest": "zz"}), "guard.invalid_input"),
        (json!({"passwordAlgorithm": "Bcrypt", "passwordDigest": MD5}), "guard.invalid_input"),
        (legacy("sha256"), format),
        (legacy(r#"["sha256",["salt"],"00"]"#), format),
        (legacy(r#"["pbkdf2",["hex:0","1","20","sha512","@"],"00"]"#), format),
        (legacy(r#"["nonsense",["@"],"00"]"#), "password.unsupported_legacy_hash_algorithm"),
        (legacy(&"a".repeat(257)), "guard.invalid_input"),
    ] {
        let answer = bench.request("POST", "/api/users", body.clone()).await;
        assert_eq!(answer.refusal(), (400, code), "{body}");
    }
    let ignored = bench.request("POST", "/api/users", json!({"passwordAlgorithm": "MD5"})).await;
    assert_eq!((ignored.status, &ignored.body["hasPassword"]), (200, &json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_told_in_the_order_of_the_contract() {
    let bench = Bench::new().await;
    assert_eq!(bench.request("POST", "/api/users", json!({"username": "tom"})).await.status, 200);
    let create = async |body| bench.request("POST", "/api/users", body).await;
    let taken = json!({"username": "tom", "passwordAlgorithm": "Legacy", "passwordDigest": "x"});
    assert_eq!(create(taken).await.refusal(), (422, "user.username_already_in_use"));
    let both = json!({"username": "tom", "password": "a", "passwordDigest": "x"});
    assert_eq!(create(both).await.refusal(), (400, "user.password_and_digest"));
    let phone = json!({"primaryPhone": "12", "passwordAlgorithm": "Legacy", "passwordDigest": "x"});
    assert_eq!(create(phone).await.refusal(), (400, "password.invalid_legacy_password_format"));
    assert_eq!(create(json!({"primaryPhone": "12"})).await.refusal(), (422, "user.invalid_phone"));
    let phone = json!({"username": "tom", "primaryPhone": "12"});
    assert_eq!(create(phone).await.refusal(), (422, "user.username_already_in_use"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_holds_the_default_roles() {
    let bench = Bench::new().await;
    let role = json!({"name": "basic", "description": "d", "isDefault": true});
    assert_eq!(bench.request("POST", "/api/roles", role).await.status, 200);
    let user = bench.request("POST", "/api/users", json!({})).await;
    let path = format!("/api/users/{}/roles", user.body["id"].as_str().unwrap());
    assert_eq!(bench.get(&path).await.body[0]["name"], "basic");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_want_an_identifier_at_once_one_gets_it() {
    let bench = std::sync::Arc::new(Bench::new().await);
    let wishes = (0..8).map(|number| {
        let bench = bench.clone();
        tokio::spawn(async move {
            let body = json!({"username": format!("u{number}"), "primaryEmail": "a@b.co"});
            bench.request("POST", "/api/users", body).await.status
        })
    });
    let mut statuses = Vec::new();
    for wish in wishes.collect::<Vec<_>>() {
        statuses.push(wish.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422, 422, 422, 422, 422, 422, 422]);
    assert_eq!(bench.get("/api/users").await.header("total-number"), "1");
}
