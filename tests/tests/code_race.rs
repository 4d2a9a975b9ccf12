//! A code works once: of a thousand redemptions one wins, and the reuse revokes the grant.

use e2e::{
    browser::{Browser, Login},
    evident::Server,
    http::Answer,
    relying_party::RelyingParty,
};
use tokio::task::JoinSet;

/// Redemptions at the same time.
const RACERS: usize = 1_000;

async fn redeem_all(
    server: &Server,
    party: &RelyingParty,
    code: &str,
) -> Vec<anyhow::Result<Answer>> {
    let http = server.http().unwrap();
    let mut race = JoinSet::new();
    for _ in 0..RACERS {
        let (http, party, code) = (http.clone(), party.clone(), code.to_owned());
        race.spawn(async move { party.redeem(&http, &code).await });
    }
    race.join_all().await
}

async fn code(server: &Server, party: &RelyingParty) -> String {
    let browser = Browser::new(&server.endpoint()).unwrap();
    let login = Login::new("tom", "a right password");
    browser.authorize(&party.request(), login).await.unwrap().code().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_redemptions_one_wins_and_the_grant_dies() {
    let server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    management.create_person("tom", "a right password").await.unwrap();
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    let code = code(&server, &party).await;
    let answers = redeem_all(&server, &party, &code).await;
    let answers: Vec<Answer> = answers.into_iter().map(Result::unwrap).collect();
    let (won, lost): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((won.len(), lost.len()), (1, RACERS - 1));
    for answer in &lost {
        assert_eq!(answer.oauth(), (400, "invalid_grant".into()), "{}", answer.text());
    }
    let tokens = won[0].json();
    let http = server.http().unwrap();
    let refresh = party.refresh(&http, tokens["refresh_token"].as_str().unwrap()).await.unwrap();
    assert_eq!(refresh.oauth(), (400, "invalid_grant".into()));
    let me = http.bearer(tokens["access_token"].as_str().unwrap()).get("/oidc/me").await.unwrap();
    assert_eq!(me.oauth(), (401, "invalid_token".into()));
    for noun in ["AuthorizationCodeRedeemed", "RefreshTokenIssued", "GrantRevoked"] {
        assert_eq!(management.count(noun, "").await.unwrap(), 1, "{noun}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_does_not_let_a_second_one_win() {
    let mut server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    management.create_person("tom", "a right password").await.unwrap();
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    let code = code(&server, &party).await;
    let http = server.http().unwrap();
    let mut race = JoinSet::new();
    for _ in 0..RACERS {
        let (http, party, code) = (http.clone(), party.clone(), code.clone());
        race.spawn(async move { party.redeem(&http, &code).await });
    }
    // As soon as the first answer is there: the others are still under way.
    let mut answers = vec![race.join_next().await.unwrap().unwrap()];
    server.kill().unwrap();
    answers.extend(race.join_all().await);
    server.start_again().await.unwrap();
    answers.extend(redeem_all(&server, &party, &code).await);
    let told: Vec<Answer> = answers.into_iter().filter_map(Result::ok).collect();
    let won = told.iter().filter(|answer| answer.status == 200).count();
    assert!(won <= 1, "{won} won");
    for answer in told.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.oauth(), (400, "invalid_grant".into()), "{}", answer.text());
    }
    let management = server.management().await.unwrap();
    for noun in ["AuthorizationCodeRedeemed", "GrantRevoked"] {
        assert_eq!(management.count(noun, "").await.unwrap(), 1, "{noun}");
    }
    server.stop().await.unwrap();
    server.verify().unwrap();
}
