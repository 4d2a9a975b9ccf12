//! Whatever is thrown at the doors gets the contract's answer, never a 5xx.

use e2e::{
    browser::{Browser, Login},
    evident::Server,
    http::Http,
    relying_party::RelyingParty,
};
use reqwest::Method;
use serde_json::{Value, json};

const INVALID: (u16, &str) = (400, "guard.invalid_input");

async fn refuses(http: &Http, path: &str, cases: &[(Value, (u16, &str))]) {
    for (body, (status, code)) in cases {
        let answer = http.post(path, body).await.unwrap();
        assert_eq!(answer.refusal(), (*status, (*code).to_owned()), "{body}: {}", answer.text());
    }
}

fn import(algorithm: &str, digest: &str) -> Value {
    json!({ "passwordAlgorithm": algorithm, "passwordDigest": digest })
}

#[tokio::test(flavor = "multi_thread")]
async fn digests_that_verify_nothing_are_refused_at_the_door() {
    let server = Server::start().await.unwrap();
    let http = server.management().await.unwrap().http;
    let legacy = (400, "password.invalid_legacy_password_format");
    let unknown_hash = (400, "password.unsupported_legacy_hash_algorithm");
    let cases = [
        (import("MD5", "5f4dcc3b"), INVALID),
        (import("MD5", "zf4dcc3b5aa765d61d8327deb882cf99"), INVALID),
        (import("SHA1", "5f4dcc3b5aa765d61d8327deb882cf99"), INVALID),
        (import("SHA256", ""), INVALID),
        (import("Bcrypt", "$2c$05$.OC/.OC/.OC/.OC/.OC/.OhLquwE1iYToSe8a2A4O9N2ST/lTM/LK"), INVALID),
        (import("Bcrypt", "$2a$05$short"), INVALID),
        (import("Argon2i", "$argon2i$v=19$m=64,t=2,p=1$AgI"), INVALID),
        (import("Argon2id", "argon2id"), INVALID),
        (import("Argon2id", &"x".repeat(257)), INVALID),
        (import("MD4", "5f4dcc3b5aa765d61d8327deb882cf99"), INVALID),
        (import("Legacy", "no json"), legacy),
        (import("Legacy", r#"["sha256",["salt"],"00"]"#), legacy),
        (import("Legacy", r#"["pbkdf2",["hex:0","1","20","sha1","@"],"00"]"#), legacy),
        (import("Legacy", r#"["whirlpool9",["@"],"00"]"#), unknown_hash),
        (json!({ "passwordDigest": "x" }), (400, "user.password_algorithm_required")),
        (json!({ "passwordAlgorithm": "Legacy" }), (400, "password.unsupported_encryption_method")),
        (
            json!({
                "password": "p",
                "passwordAlgorithm": "MD5",
                "passwordDigest": "5f4dcc3b5aa765d61d8327deb882cf99",
            }),
            (400, "user.password_and_digest"),
        ),
    ];
    refuses(&http, "/api/users", &cases).await;
    let none = http.get("/api/users").await.unwrap().expect(200).unwrap();
    assert_eq!(none, json!([]), "a refused body left a user behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_the_wrong_type_or_size_are_refused() {
    let server = Server::start().await.unwrap();
    let http = server.management().await.unwrap().http;
    let cases = [
        (json!({ "username": 1 }), INVALID),
        (json!({ "username": "1abc" }), INVALID),
        (json!({ "username": "" }), INVALID),
        (json!({ "username": "a\u{0}b" }), INVALID),
        (json!({ "username": "u".repeat(129) }), INVALID),
        (json!({ "primaryEmail": "no-address" }), INVALID),
        (json!({ "primaryPhone": "+61412345678" }), INVALID),
        (json!({ "password": "" }), INVALID),
        (json!({ "password": ["x"] }), INVALID),
        (json!({ "avatar": "no url" }), INVALID),
        (json!({ "customData": "text" }), INVALID),
        (json!({ "profile": { "address": "text" } }), INVALID),
        (json!({ "profile": { "nickname": null } }), INVALID),
        (json!([]), INVALID),
    ];
    refuses(&http, "/api/users", &cases).await;
    let resources = [
        (json!({ "name": "R", "indicator": "no-uri" }), INVALID),
        (json!({ "name": "R", "indicator": "https://r.example/#part" }), INVALID),
        (json!({ "name": "", "indicator": "https://r.example" }), INVALID),
        (json!({ "name": "R", "indicator": 7 }), INVALID),
    ];
    refuses(&http, "/api/resources", &resources).await;
    let applications = [
        (json!({ "name": "A", "type": "Toaster" }), INVALID),
        (json!({ "type": "SPA" }), INVALID),
        (
            json!({
                "name": "A",
                "type": "SPA",
                "oidcClientMetadata": {
                    "redirectUris": ["javascript:alert(1)"],
                    "postLogoutRedirectUris": [],
                },
            }),
            INVALID,
        ),
    ];
    refuses(&http, "/api/applications", &applications).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_nobody_knows_are_ignored() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let body = json!({ "username": "plain", "isSuspended": true, "shoeSize": 43 });
    let id = management.create_user(&body).await.unwrap();
    let user = management.user(&id).await.unwrap();
    assert_eq!((user["isSuspended"].clone(), user.get("shoeSize")), (json!(false), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_broken_or_too_big_are_refused() {
    let server = Server::start().await.unwrap();
    let http = server.management().await.unwrap().http;
    for broken in ["{", "{\"username\":}", "\u{feff}{}", "nul", "{\"a\":\"\\u00\"}"] {
        let body = ("application/json", broken.as_bytes().to_vec());
        let answer = http.raw(Method::POST, "/api/users", body).await.unwrap();
        assert_eq!(answer.status, 400, "{broken}: {}", answer.text());
        assert!(answer.json().get("message").is_some(), "{broken}: {}", answer.text());
    }
    let not_text = ("application/json", vec![b'"', 0xff, 0xfe, b'"']);
    assert_eq!(http.raw(Method::POST, "/api/users", not_text).await.unwrap().status, 400);

    let big = format!("{{\"name\":\"{}\"}}", "x".repeat(2_000_000)).into_bytes();
    let answer = http.raw(Method::POST, "/api/users", ("application/json", big)).await.unwrap();
    assert_eq!(answer.status, 413, "{}", answer.text());

    let hundred_kilobytes = json!({ "name": "x".repeat(100_000) });
    let answer = http.post("/api/users", &hundred_kilobytes).await.unwrap();
    assert_eq!(answer.refusal(), (400, "guard.invalid_input".into()));

    let form = format!("grant_type=client_credentials&scope={}", "x".repeat(100_000)).into_bytes();
    let form = ("application/x-www-form-urlencoded", form);
    let answer = http.raw(Method::POST, "/oidc/token", form).await.unwrap();
    assert!((400..500).contains(&answer.status), "{}", answer.status);
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_of_any_bytes_are_wrong_passwords_and_nothing_worse() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    let bcrypt = "$2a$05$.OC/.OC/.OC/.OC/.OC/.OhLquwE1iYToSe8a2A4O9N2ST/lTM/LK";
    let old = json!({
        "username": "old",
        "passwordAlgorithm": "Bcrypt",
        "passwordDigest": bcrypt,
    });
    management.create_user(&old).await.unwrap();
    management.create_person("new", "a right password").await.unwrap();
    let long = "x".repeat(10_000);
    for username in ["old", "new", "nobody"] {
        for password in ["\u{0}", "pass\u{0}word", "password\u{0}", &long, "\u{1f600}"] {
            let browser = Browser::new(&server.endpoint()).unwrap();
            browser.begin(&party.request()).await.unwrap();
            let answer = browser.show_password(Login::new(username, password)).await.unwrap();
            let refused = answer.refusal();
            let wrong = (422, "session.invalid_credentials".to_owned());
            let too_long_or_nul = (400, "guard.invalid_input".to_owned());
            assert!(refused == wrong || refused == too_long_or_nul, "{username}: {refused:?}");
        }
        let browser = Browser::new(&server.endpoint()).unwrap();
        browser.begin(&party.request()).await.unwrap();
        let empty = browser.show_password(Login::new(username, "")).await.unwrap();
        assert_eq!(empty.refusal(), (400, "guard.invalid_input".into()), "{username}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nul_byte_in_a_query_or_a_form_is_refused() {
    let server = Server::start().await.unwrap();
    let http = server.management().await.unwrap().http;
    let search = http.get("/api/organization-roles?q=a%00b").await.unwrap();
    assert_eq!(search.status, 400, "{}", search.text());
    let fields = [("grant_type", "client_credentials"), ("scope", "a\u{0}b")];
    let token = http.form("/oidc/token", &fields).await.unwrap();
    assert_eq!(token.oauth(), (400, "invalid_request".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn doors_without_a_right_token_stay_shut() {
    let server = Server::start().await.unwrap();
    let http = server.http().unwrap();
    let missing = http.get("/api/users").await.unwrap();
    assert_eq!(missing.refusal(), (401, "auth.authorization_header_missing".into()));
    let basic = http.request(Method::GET, "/api/users").basic_auth("a", Some("b"));
    let basic = http.send(basic).await.unwrap();
    assert_eq!(basic.refusal(), (401, "auth.authorization_token_type_not_supported".into()));
    for token in ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        let answer = http.bearer(token).get("/api/users").await.unwrap();
        assert_eq!(answer.refusal(), (401, "auth.unauthorized".into()), "{token}");
    }
    let unknown = http.get("/api/no-such-thing").await.unwrap();
    assert_eq!((unknown.status, unknown.text().as_str()), (404, "Not Found"));
    let not_allowed = http.request(Method::TRACE, "/api/status");
    assert!(matches!(http.send(not_allowed).await.unwrap().status, 405 | 501));
}
