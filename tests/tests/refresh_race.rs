//! A refresh family never forks: uses of one token within the overlap get the same successor, a
//! use after it kills the grant.

use std::{collections::BTreeSet, time::Duration};

use e2e::{
    browser::{Browser, Login},
    evident::Server,
    http::{Answer, Http},
    relying_party::RelyingParty,
    waiting::until,
};
use serde_json::Value;
use tokio::task::JoinSet;

/// Uses at the same time.
const RACERS: usize = 1_000;
/// Longest wait for the end of the overlap of three seconds.
const OVERLAP_WAIT: Duration = Duration::from_secs(30);

async fn family(server: &Server) -> (RelyingParty, Value) {
    let management = server.management().await.unwrap();
    management.create_person("tom", "a right password").await.unwrap();
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    let browser = Browser::new(&server.endpoint()).unwrap();
    let login = Login::new("tom", "a right password");
    let code = browser.authorize(&party.request(), login).await.unwrap().code().unwrap();
    let tokens = party.redeem(&server.http().unwrap(), &code).await.unwrap().expect(200).unwrap();
    (party, tokens)
}

fn refresh_token(tokens: &Value) -> String {
    tokens["refresh_token"].as_str().expect("a refresh token").to_owned()
}

fn race(http: &Http, party: &RelyingParty, token: &str) -> JoinSet<anyhow::Result<Answer>> {
    let mut race = JoinSet::new();
    for _ in 0..RACERS {
        let (http, party, token) = (http.clone(), party.clone(), token.to_owned());
        race.spawn(async move { party.refresh(&http, &token).await });
    }
    race
}

/// Uses the token until it is refused: the overlap is over.
async fn end_of_overlap(http: &Http, party: &RelyingParty, token: &str) -> Answer {
    let refused = until("the overlap to end", OVERLAP_WAIT, || async {
        let answer = party.refresh(http, token).await.unwrap();
        (answer.status != 200).then_some(answer)
    });
    refused.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_uses_of_one_token_record_one_rotation() {
    let server = Server::start().await.unwrap();
    let (party, tokens) = family(&server).await;
    let http = server.http().unwrap();
    let old = refresh_token(&tokens);
    let (mut successors, mut late) = (BTreeSet::new(), 0);
    for answer in race(&http, &party, &old).join_all().await {
        let answer = answer.unwrap();
        if answer.status == 200 {
            successors.insert(refresh_token(&answer.json()));
        } else {
            // A slow machine may need more than the overlap for so many.
            assert_eq!(answer.oauth(), (400, "invalid_grant".into()), "{}", answer.text());
            late += 1;
        }
    }
    assert_eq!(successors.len(), 1, "the family forked");
    let management = server.management().await.unwrap();
    assert_eq!(management.count("RefreshTokenRotated", "").await.unwrap(), 1);

    let new = successors.pop_first().unwrap();
    assert_ne!(new, old);
    if late == 0 {
        let refused = end_of_overlap(&http, &party, &old).await;
        assert_eq!(refused.oauth(), (400, "invalid_grant".into()));
    }
    let dead = party.refresh(&http, &new).await.unwrap();
    assert_eq!(dead.oauth(), (400, "invalid_grant".into()));
    assert_eq!(management.count("GrantRevoked", "").await.unwrap(), 1);
    assert_eq!(management.count("RefreshTokenRotated", "").await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_does_not_fork_the_family() {
    let mut server = Server::start().await.unwrap();
    let (party, tokens) = family(&server).await;
    let http = server.http().unwrap();
    let old = refresh_token(&tokens);
    let mut under_way = race(&http, &party, &old);
    // As soon as the first answer is there: the others are still under way.
    let mut answers = vec![under_way.join_next().await.unwrap().unwrap()];
    server.kill().unwrap();
    answers.extend(under_way.join_all().await);
    server.start_again().await.unwrap();
    answers.extend(race(&http, &party, &old).join_all().await);
    let told = answers.into_iter().filter_map(Result::ok).filter(|answer| answer.status == 200);
    let successors: BTreeSet<_> = told.map(|answer| refresh_token(&answer.json())).collect();
    assert_eq!(successors.len(), 1, "the family forked: {successors:?}");
    let management = server.management().await.unwrap();
    assert_eq!(management.count("RefreshTokenRotated", "").await.unwrap(), 1);
    server.stop().await.unwrap();
    server.verify().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overlap_is_for_a_lost_answer_and_no_longer() {
    let server = Server::start().await.unwrap();
    let (party, tokens) = family(&server).await;
    let http = server.http().unwrap();
    let old = refresh_token(&tokens);
    let first = party.refresh(&http, &old).await.unwrap().expect(200).unwrap();
    let lost = party.refresh(&http, &old).await.unwrap().expect(200).unwrap();
    assert_eq!(first["refresh_token"], lost["refresh_token"]);
    let next = party.refresh(&http, &refresh_token(&lost)).await.unwrap().expect(200).unwrap();
    let refused = end_of_overlap(&http, &party, &old).await;
    assert_eq!(refused.oauth(), (400, "invalid_grant".into()));
    let dead = party.refresh(&http, &refresh_token(&next)).await.unwrap();
    assert_eq!(dead.oauth(), (400, "invalid_grant".into()), "the newest token dies too");
    let me = http.bearer(next["access_token"].as_str().unwrap()).get("/oidc/me").await.unwrap();
    assert_eq!(me.oauth(), (401, "invalid_token".into()));
}
