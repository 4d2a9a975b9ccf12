//! Passwords of an older system become ours at the first good sign-in, once, and never before.

use e2e::{
    browser::{Browser, Login},
    evident::Server,
    management::{Management, is_a},
    relying_party::RelyingParty,
};
use serde_json::{Value, json};

/// Visitors that race for the first sign-in.
const RACERS: usize = 50;

/// Algorithm, digest and the password that it was made of.
/// Unsalted ones: RFC 1321 and FIPS 180-4 of `password`; the rest as the contract lists them.
const IMPORTS: &[(&str, &str, &str)] = &[
    ("MD5", "5f4dcc3b5aa765d61d8327deb882cf99", "password"),
    ("MD5", "8e1843033a0f6ee52e2f618aa8ebbef4", "pässword"),
    ("SHA1", "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8", "password"),
    ("SHA256", "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8", "password"),
    ("Bcrypt", "$2a$05$.OC/.OC/.OC/.OC/.OC/.OhLquwE1iYToSe8a2A4O9N2ST/lTM/LK", "password"),
    (
        "Argon2i",
        "$argon2i$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$QnHgqtLsiKy8rh65SB0EAztvcijJKxW42UgAhd0CBYs",
        "password",
    ),
    (
        "Argon2id",
        "$argon2id$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$BnNM/ZjCJEt+QggK3q4vBVbZuDmHnwT/CZ5B5JKkQUE",
        "password",
    ),
    (
        "Argon2d",
        "$argon2d$v=19$m=64,t=2,p=1$AgICAgICAgICAgICAgICAg$vR8YtYTGgomxh+OFAXZtvyA+oHmIZw0Q0+DjLtHf8WE",
        "password",
    ),
    ("Legacy", r#"["md5",["@"],"5f4dcc3b5aa765d61d8327deb882cf99"]"#, "password"),
    (
        "Legacy",
        r#"["sha256",["pass","@"],"5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"]"#,
        "word",
    ),
    (
        "Legacy",
        r#"["pbkdf2",["salt","1","20","sha1","@"],"0c60c80f961f0e71f3a9b524af6012062fe037a6"]"#,
        "password",
    ),
    (
        "Legacy",
        r#"["pbkdf2",["hex:73616c74","2","20","sha1","@"],"ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"]"#,
        "password",
    ),
    (
        "Legacy",
        r#"["firebase-scrypt",["42xEC+ixf3L2lw==","jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==","Bw==","8","14","@"],"lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=="]"#,
        "user1password",
    ),
];

struct Ground {
    server: Server,
    management: Management,
    party: RelyingParty,
}

impl Ground {
    async fn new() -> Self {
        let server = Server::start().await.unwrap();
        let management = server.management().await.unwrap();
        let party = RelyingParty::register(&management, "SPA").await.unwrap();
        Self { server, management, party }
    }

    async fn import(&self, username: &str, algorithm: &str, digest: &str) -> String {
        let body = json!({
            "username": username,
            "passwordAlgorithm": algorithm,
            "passwordDigest": digest,
        });
        self.management.create_user(&body).await.unwrap()
    }

    async fn visitor(&self) -> Browser {
        let browser = Browser::new(&self.server.endpoint()).unwrap();
        browser.begin(&self.party.request()).await.unwrap();
        browser
    }

    /// Names of the events about a user's password, in the order of the log.
    async fn history(&self, user: &str) -> Vec<Value> {
        let events = self.management.events(&format!("user={user}")).await.unwrap();
        let about = ["PasswordVerified", "PasswordRejected", "PasswordSet", "PasswordRehashed"];
        events.into_iter().filter(|event| about.iter().any(|noun| is_a(event, noun))).collect()
    }
}

fn nouns(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap().split(".v").next().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_good_sign_in_moves_every_scheme_to_argon2id() {
    let ground = Ground::new().await;
    for (number, (algorithm, digest, password)) in IMPORTS.iter().enumerate() {
        let username = format!("imported_{number}");
        let context = format!("{algorithm} {digest}");
        let user = ground.import(&username, algorithm, digest).await;

        let wrong = ground.visitor().await;
        let refused = wrong.show_password(Login::new(&username, "wrong")).await.unwrap();
        assert_eq!(refused.refusal(), (422, "session.invalid_credentials".into()), "{context}");
        let untouched = ground.management.user(&user).await.unwrap();
        assert_eq!(untouched["passwordDigest"], *digest, "{context}");
        assert_eq!(untouched["passwordAlgorithm"], *algorithm, "{context}");

        let first = ground.visitor().await;
        first.sign_in(Login::new(&username, password)).await.expect(&context);
        let history = ground.history(&user).await;
        assert_eq!(
            nouns(&history),
            ["PasswordSet", "PasswordRejected", "PasswordVerified", "PasswordRehashed"],
            "{context}"
        );
        assert_eq!(history[2]["data"]["scheme"], *algorithm, "{context}");
        assert_eq!(history[3]["data"]["from"], *algorithm, "{context}");
        assert_eq!(history[3]["data"]["to"], "Argon2id", "{context}");
        let moved = ground.management.user(&user).await.unwrap();
        assert_eq!(moved["passwordAlgorithm"], "Argon2id", "{context}");
        assert_ne!(moved["passwordDigest"], *digest, "{context}");

        let second = ground.visitor().await;
        second.sign_in(Login::new(&username, password)).await.expect(&context);
        let history = ground.history(&user).await;
        assert_eq!(nouns(&history)[4..], ["PasswordVerified"], "{context}");
        let same = ground.management.user(&user).await.unwrap();
        assert_eq!(same["passwordDigest"], moved["passwordDigest"], "{context}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_first_sign_ins_at_once_record_one_rehash() {
    let ground = Ground::new().await;
    let (algorithm, digest, password) = IMPORTS[0];
    let user = ground.import("raced", algorithm, digest).await;
    let mut visitors = Vec::new();
    for _ in 0..RACERS {
        visitors.push(ground.visitor().await);
    }
    let race: Vec<_> = visitors
        .into_iter()
        .map(|visitor| {
            tokio::spawn(async move { visitor.show_password(Login::new("raced", password)).await })
        })
        .collect();
    for racer in race {
        let answer = racer.await.unwrap().unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let history = ground.history(&user).await;
    let count = |noun| nouns(&history).into_iter().filter(|held| *held == noun).count();
    assert_eq!((count("PasswordVerified"), count("PasswordRehashed")), (RACERS, 1));
    assert_eq!(ground.management.user(&user).await.unwrap()["passwordAlgorithm"], "Argon2id");
}

#[tokio::test(flavor = "multi_thread")]
async fn checking_a_password_by_the_management_api_moves_it_too() {
    let ground = Ground::new().await;
    let (algorithm, digest, password) = IMPORTS[2];
    let user = ground.import("checked", algorithm, digest).await;
    let path = format!("/api/users/{user}/password/verify");
    let http = &ground.management.http;
    let wrong = http.post(&path, &json!({ "password": "wrong" })).await.unwrap();
    assert_eq!(wrong.refusal(), (422, "session.invalid_credentials".into()));
    assert_eq!(ground.management.user(&user).await.unwrap()["passwordAlgorithm"], algorithm);
    for _ in 0..2 {
        let right = http.post(&path, &json!({ "password": password })).await.unwrap();
        assert_eq!(right.status, 204, "{}", right.text());
    }
    assert_eq!(ground.management.user(&user).await.unwrap()["passwordAlgorithm"], "Argon2id");
    let rehashed = ground.management.count("PasswordRehashed", &format!("user={user}")).await;
    assert_eq!(rehashed.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_beyond_the_reach_of_bcrypt_is_kept_whole_from_the_first_sign_in_on() {
    let ground = Ground::new().await;
    let (algorithm, digest, _) = IMPORTS[4];
    let user = ground.import("long", algorithm, digest).await;
    let too_long = "password".repeat(40);
    let visitor = ground.visitor().await;
    let refused = visitor.show_password(Login::new("long", &too_long)).await.unwrap();
    assert_eq!(refused.refusal(), (422, "session.invalid_credentials".into()));
    assert_eq!(ground.management.user(&user).await.unwrap()["passwordDigest"], digest);
}
