//! A code is redeemed once, by whom it was made for.

use protocol::ttl::AUTHORIZATION_CODE_TTL_SECONDS;

use crate::{
    oidc::tests::{me, revocations},
    testing::{
        Bench,
        browser::{Browser, person, suspend},
        relying_party::{RelyingParty, VERIFIER},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_comes_twice_takes_back_what_it_gave() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let code = Browser::new(&bench).authorize(&party.request(), "tom").await.sent_on("code");
    let tokens = party.redeem(&bench, &code).await;
    let (access, refresh) = (tokens.text_of("access_token"), tokens.text_of("refresh_token"));
    assert_eq!(me(&bench, &access).await.status, 200);
    assert_eq!(party.redeem(&bench, &code).await.oauth(), (400, "invalid_grant"));
    assert_eq!(revocations(&bench).await, ["code_reused"]);
    assert_eq!(party.refresh(&bench, &refresh, &[]).await.oauth(), (400, "invalid_grant"));
    assert_eq!(me(&bench, &access).await.oauth(), (401, "invalid_token"));
    assert_eq!(bench.count("AccessTokenIssued").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_with_wrong_proofs_is_refused_and_stays_good() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let other = RelyingParty::register(&bench, false).await;
    let code = Browser::new(&bench).authorize(&party.request(), "tom").await.sent_on("code");
    let before = bench.head();
    let wrong_verifier = VERIFIER.replace("verifier", "verifies");
    let foreign = RelyingParty { redirect_uri: party.redirect_uri.clone(), ..other };
    let elsewhere = format!("{}/", party.redirect_uri);
    for (what, refused) in [
        ("verifier", party.redeem_with(&bench, &code, &party.redirect_uri, &wrong_verifier).await),
        ("redirect URI", party.redeem_with(&bench, &code, &elsewhere, VERIFIER).await),
        ("client", foreign.redeem(&bench, &code).await),
    ] {
        assert_eq!(refused.oauth(), (400, "invalid_grant"), "{what}");
    }
    assert_eq!(bench.head(), before, "a refusal was recorded");
    let tokens = party.redeem(&bench, &code).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verifier_that_is_none_is_an_invalid_request() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let code = Browser::new(&bench).authorize(&party.request(), "tom").await.sent_on("code");
    let verifiers = ["a".to_owned(), "a".repeat(42), "a".repeat(129), format!("{VERIFIER} ")];
    for verifier in verifiers {
        let refused = party.redeem_with(&bench, &code, &party.redirect_uri, &verifier).await;
        assert_eq!(refused.oauth(), (400, "invalid_request"), "{verifier}");
    }
    assert_eq!(party.redeem(&bench, &code).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_until_its_last_millisecond() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let browser = Browser::new(&bench);
    let code = browser.authorize(&party.request(), "tom").await.sent_on("code");
    bench.advance_millis(AUTHORIZATION_CODE_TTL_SECONDS * 1_000 - 1);
    assert_eq!(party.redeem(&bench, &code).await.status, 200);
    let late = browser.open(&party.request().target()).await.sent_on("code");
    bench.advance_millis(AUTHORIZATION_CODE_TTL_SECONDS * 1_000);
    assert_eq!(party.redeem(&bench, &late).await.oauth(), (400, "invalid_grant"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_redeems_nothing() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let code = Browser::new(&bench).authorize(&party.request(), "tom").await.sent_on("code");
    suspend(&bench, &tom).await;
    let before = bench.head();
    assert_eq!(party.redeem(&bench, &code).await.oauth(), (400, "invalid_grant"));
    assert_eq!(bench.head(), before);
}
