//! Inside the overlap every use of a family gets the tokens of its newest rotation.

use serde_json::json;

use crate::{
    oidc::tests::{resource, revocations},
    testing::{
        Answer, Bench,
        browser::{Browser, person},
        relying_party::RelyingParty,
    },
};

const API: &str = "https://api.example";

/// Signs in and asks for [`API`]; gives the application, the tokens and the id of the resource.
async fn ground(bench: &Bench) -> (RelyingParty, Answer, String) {
    person(bench, "tom").await;
    let id = resource(bench, API).await;
    let party = RelyingParty::demo(bench);
    let request = party.request().with("resource", API);
    let tokens = Browser::new(bench).tokens(&party, &request, "tom").await;
    (party, tokens, id)
}

async fn refresh(bench: &Bench, party: &RelyingParty, token: &str) -> Answer {
    let answer = party.refresh(bench, token, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_gets_the_same_tokens() {
    let bench = Bench::new().await;
    let (party, tokens, _) = ground(&bench).await;
    let first = tokens.text_of("refresh_token");
    for more in [&[][..], &[("resource", API)], &[("scope", "openid")]] {
        let one = party.refresh(&bench, &first, more).await;
        bench.advance_millis(500);
        let two = party.refresh(&bench, &first, more).await;
        assert_eq!((one.status, two.status), (200, 200), "{more:?}: {} {}", one.text, two.text);
        for member in ["access_token", "refresh_token"] {
            assert_eq!(one.text_of(member), two.text_of(member), "{more:?} {member}");
        }
    }
    assert_eq!(bench.count("RefreshTokenRotated").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_of_two_rotations_gets_the_tokens_of_the_newest() {
    let bench = Bench::new().await;
    let (party, tokens, _) = ground(&bench).await;
    let first = tokens.text_of("refresh_token");
    let second = refresh(&bench, &party, &first).await.text_of("refresh_token");
    bench.advance_millis(1_000);
    let newest = refresh(&bench, &party, &second).await;
    bench.advance_millis(1_000);
    let late = refresh(&bench, &party, &first).await;
    for member in ["access_token", "refresh_token"] {
        assert_eq!(late.text_of(member), newest.text_of(member), "{member}");
    }
    let third = late.text_of("refresh_token");
    assert!(third != second && third != first);
    assert_eq!(bench.count("RefreshTokenRotated").await, 2);
    bench.advance_millis(60_000);
    refresh(&bench, &party, &third).await;
    assert!(revocations(&bench).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_of_the_signing_key_does_not_break_the_overlap() {
    let bench = Bench::new().await;
    let (party, tokens, _) = ground(&bench).await;
    let first = tokens.text_of("refresh_token");
    let before = party.refresh(&bench, &first, &[("resource", API)]).await;
    let path = "/api/configs/oidc/private-keys/rotate";
    assert_eq!(bench.request("POST", path, json!({})).await.status, 200);
    let after = party.refresh(&bench, &first, &[("resource", API)]).await;
    assert_eq!((before.status, after.status), (200, 200), "{}", after.text);
    assert_eq!(after.text_of("refresh_token"), before.text_of("refresh_token"));
    assert_ne!(after.text_of("access_token"), before.text_of("access_token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_lifetime_of_the_resource_does_not_break_the_overlap() {
    let bench = Bench::new().await;
    let (party, tokens, id) = ground(&bench).await;
    let first = tokens.text_of("refresh_token");
    let before = party.refresh(&bench, &first, &[("resource", API)]).await;
    let path = format!("/api/resources/{id}");
    let changed = bench.request("PATCH", &path, json!({"accessTokenTtl": 60})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let after = party.refresh(&bench, &first, &[("resource", API)]).await;
    assert_eq!((before.status, after.status), (200, 200), "{}", after.text);
    assert_eq!(after.body["expires_in"], 60);
    assert_eq!(after.text_of("refresh_token"), before.text_of("refresh_token"));
}
