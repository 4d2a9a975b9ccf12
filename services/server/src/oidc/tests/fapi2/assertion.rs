//! Client assertions: signed, for us, now, once (FAPI 2.0 Security Profile 5.3.2.1).

use serde_json::{Value, json};

use super::{Client, new_key};
use crate::{
    oidc::tests::attacks::refused,
    testing::{Bench, NOW, browser::person},
};

async fn ground() -> (Bench, Client) {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let client = Client::register(&bench).await;
    (bench, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_that_is_not_for_us_by_the_client_now_proves_nothing() {
    let (bench, client) = ground().await;
    let now = NOW.seconds().0;
    let issuer = bench.site.issuer().to_owned();
    let changes: [(&str, Value); 13] = [
        ("aud", json!("https://evil.example")),
        ("aud", json!([issuer])),
        ("aud", json!([issuer, "https://evil.example"])),
        ("aud", json!(format!("{issuer}/request"))),
        ("aud", json!(format!("{issuer}/token"))),
        ("aud", Value::Null),
        ("sub", Value::Null),
        ("iss", json!("another")),
        ("exp", json!(now - 300)),
        ("exp", Value::Null),
        ("iat", json!(now + 61)),
        ("nbf", json!(now + 61)),
        ("jti", Value::Null),
    ];
    let failed = refused(401, "invalid_client", "client authentication failed");
    for (name, value) in changes {
        let change = |claims: &mut Value| {
            claims[name] = value.clone();
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            }
        };
        let assertion = client.assertion(&bench, change);
        let answered = client.push_by(&bench, (&assertion, None), &[]).await;
        assert_eq!(answered.told(), failed, "{name}: {value}");
    }
    let of_another = client.assertion(&bench, |claims| claims["sub"] = json!("another"));
    let answered = client.push_by(&bench, (&of_another, None), &[]).await;
    assert_eq!(answered.told(), refused(400, "invalid_request", "client_id mismatch"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_from_a_clock_a_little_ahead_counts() {
    let (bench, client) = ground().await;
    let soon = NOW.seconds().0 + 8;
    let assertion = client.assertion(&bench, |claims| {
        claims["iat"] = json!(soon);
        claims["nbf"] = json!(soon);
        claims["exp"] = json!(soon + 60);
    });
    let pushed = client.push_by(&bench, (&assertion, None), &[]).await;
    assert_eq!(pushed.status, 201, "{}", pushed.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_counts_once_wherever_it_is_shown() {
    let (bench, client) = ground().await;
    let failed = refused(401, "invalid_client", "client authentication failed");
    let assertion = client.assertion(&bench, |_| {});
    let first = client.push_by(&bench, (&assertion, None), &[]).await;
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!(client.push_by(&bench, (&assertion, None), &[]).await.told(), failed);
    let proof = client.proof(&bench, "POST", "/token", |_| {});
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "rt_x.y")];
    let answered = client.send(&bench, "/token", (&assertion, Some(&proof)), &fields).await;
    assert_eq!(answered.told(), failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_the_profile_proves_itself_by_its_key_and_in_no_other_way() {
    let (bench, client) = ground().await;
    let failed = refused(401, "invalid_client", "client authentication failed");
    assert_eq!(client.push_by(&bench, ("", None), &[]).await.told(), failed);
    let by_secret = client.push_by(&bench, ("", None), &[("client_secret", "x")]).await;
    assert_eq!(by_secret.told(), failed);
    let stranger = Client { key: new_key(), ..client };
    let forged = stranger.assertion(&bench, |_| {});
    assert_eq!(stranger.push_by(&bench, (&forged, None), &[]).await.told(), failed);
    for forged in ["", "x", "a.b.c", &forged.replace('.', "")] {
        let answered = stranger.push_by(&bench, (forged, None), &[]).await;
        assert_eq!(answered.told(), failed, "{forged}");
    }
}
