//! A refresh token that comes again after the overlap ends its family, whatever comes with it.

use crate::{
    oidc::tests::{me, revocations},
    testing::{
        Answer, Bench,
        browser::{Browser, person, suspend},
        relying_party::RelyingParty,
    },
};

/// The overlap after a rotation.
const OVERLAP_MILLIS: i64 = 3_000;

async fn signed_in(bench: &Bench) -> (RelyingParty, Answer) {
    let party = RelyingParty::demo(bench);
    let tokens = Browser::new(bench).tokens(&party, &party.request(), "tom").await;
    (party, tokens)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reused_token_ends_the_family_whatever_else_is_asked() {
    for more in [("scope", "nonsense"), ("resource", "https://unknown.example")] {
        let bench = Bench::new().await;
        person(&bench, "tom").await;
        let (party, tokens) = signed_in(&bench).await;
        let first = tokens.text_of("refresh_token");
        let next = party.refresh(&bench, &first, &[]).await;
        assert_eq!(next.status, 200, "{}", next.text);
        bench.advance_millis(OVERLAP_MILLIS + 1);
        let refused = party.refresh(&bench, &first, &[more]).await;
        assert_eq!(refused.oauth(), (400, "invalid_grant"), "{more:?}");
        assert_eq!(revocations(&bench).await, ["refresh_token_reused"], "{more:?}");
        let current = next.text_of("refresh_token");
        let dead = party.refresh(&bench, &current, &[]).await;
        assert_eq!(dead.oauth(), (400, "invalid_grant"), "{more:?}");
        let access = next.text_of("access_token");
        assert_eq!(me(&bench, &access).await.oauth(), (401, "invalid_token"), "{more:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reused_token_ends_the_family_although_the_request_cannot_be_read() {
    let long = "o".repeat(129);
    for more in [("scope", "\""), ("resource", "#"), ("organization_id", long.as_str())] {
        let bench = Bench::new().await;
        person(&bench, "tom").await;
        let (party, tokens) = signed_in(&bench).await;
        let first = tokens.text_of("refresh_token");
        let malformed = party.refresh(&bench, &first, &[more]).await;
        assert_eq!(malformed.status, 400, "{more:?}");
        let next = party.refresh(&bench, &first, &[]).await;
        assert_eq!(next.status, 200, "{more:?}: the family ended too soon: {}", next.text);
        bench.advance_millis(OVERLAP_MILLIS + 1);
        let refused = party.refresh(&bench, &first, &[more]).await;
        assert_eq!(refused.oauth(), (400, "invalid_grant"), "{more:?}");
        assert_eq!(revocations(&bench).await, ["refresh_token_reused"], "{more:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overlap_lasts_three_seconds_to_the_millisecond() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (party, tokens) = signed_in(&bench).await;
    let first = tokens.text_of("refresh_token");
    let next = party.refresh(&bench, &first, &[]).await;
    bench.advance_millis(OVERLAP_MILLIS);
    let late = party.refresh(&bench, &first, &[]).await;
    assert_eq!(late.status, 200, "{}", late.text);
    assert_eq!(late.body["refresh_token"], next.body["refresh_token"]);
    assert!(revocations(&bench).await.is_empty());
    bench.advance_millis(1);
    assert_eq!(party.refresh(&bench, &first, &[]).await.oauth(), (400, "invalid_grant"));
    assert_eq!(revocations(&bench).await, ["refresh_token_reused"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wider_scope_or_a_foreign_resource_consumes_no_token() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (party, tokens) = signed_in(&bench).await;
    let first = tokens.text_of("refresh_token");
    let before = bench.head();
    let wider = party.refresh(&bench, &first, &[("scope", "openid email")]).await;
    assert_eq!(wider.oauth(), (400, "invalid_scope"));
    let foreign = party.refresh(&bench, &first, &[("resource", "https://unknown.example")]).await;
    assert_eq!(foreign.oauth(), (400, "invalid_target"));
    assert_eq!(bench.head(), before, "a refusal was recorded");
    assert_eq!(party.refresh(&bench, &first, &[]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_refreshes_nothing() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let (party, tokens) = signed_in(&bench).await;
    suspend(&bench, &tom).await;
    let before = bench.head();
    let refused = party.refresh(&bench, &tokens.text_of("refresh_token"), &[]).await;
    assert_eq!(refused.oauth(), (400, "invalid_grant"));
    assert_eq!(bench.head(), before);
}
