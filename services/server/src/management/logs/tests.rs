//! The audit log through the router, over visits that are written straight into the log.

use domain::{AccessToken, AccessTokenCommand, Interaction, InteractionCommand, IssuedAccessToken};
use events::{AccessTokenForm, Actor, UnixMillis};
use serde_json::{Value, json};
use store::Work;

use super::{entry_id, position};
use crate::{
    http::error::ApiError,
    testing::{Answer, Bench, NOW},
};

fn keys(answer: &Answer) -> Vec<&str> {
    answer.body.as_array().unwrap().iter().map(|entry| entry["key"].as_str().unwrap()).collect()
}

/// A visit that begins, and a token of `tom` that comes of a refresh.
async fn history(bench: &Bench) {
    let site = &bench.site;
    let context = store::Context {
        tenant: site.tenant().clone(),
        actor: Actor::Application("app1".parse().unwrap()),
        correlation: "request-1".parse().unwrap(),
        causation: None,
        time: NOW,
    };
    let written = site.app().log.transact(&context, async |work: Work| -> Result<(), ApiError> {
        let start = InteractionCommand::StartInteraction {
            application: "app1".parse().unwrap(),
            request: json!({}),
            session: None,
            expires_at: UnixMillis(NOW.0 + 1_000),
        };
        work.decide::<Interaction>(&"visit".parse().unwrap(), start).await?;
        let token = IssuedAccessToken {
            grant: "grant".parse().unwrap(),
            user: "tom".parse().unwrap(),
            application: "app1".parse().unwrap(),
            form: AccessTokenForm::Opaque { sha256: "x".into() },
            scope: vec!["openid".into()],
            organization: None,
            actor: None,
            dpop_jkt: None,
            issued_at: NOW,
            expires_at: UnixMillis(NOW.0 + 1_000),
            personal: None,
        };
        let issue = AccessTokenCommand::IssueAccessToken(Box::new(token));
        work.decide::<AccessToken>(&"token".parse().unwrap(), issue).await?;
        Ok(())
    });
    let ((), position) = written.await.unwrap();
    site.wait(position.unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_and_exchanges_are_listed_newest_first_and_changes_are_not() {
    let bench = Bench::new().await;
    history(&bench).await;
    let listed = bench.get("/api/logs").await;
    assert_eq!(keys(&listed), ["ExchangeTokenBy.RefreshToken", "Interaction.Create"]);
    assert_eq!(listed.header("total-number"), "2");
    let payload = &listed.body[0]["payload"];
    assert_eq!((&payload["userId"], &payload["applicationId"]), (&json!("tom"), &json!("app1")));
    assert_eq!(
        (&payload["result"], &listed.body[0]["createdAt"]),
        (&json!("Success"), &json!(NOW.0))
    );
    let one = format!("/api/logs/{}", listed.body[0]["id"].as_str().unwrap());
    assert_eq!(bench.get(&one).await.body, listed.body[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_found_by_key_user_application_and_time() {
    let bench = Bench::new().await;
    history(&bench).await;
    for (query, expected) in [
        ("logKey=Interaction.Create", vec!["Interaction.Create"]),
        ("logKey=ExchangeTokenBy.RefreshToken", vec!["ExchangeTokenBy.RefreshToken"]),
        ("logKey=ExchangeTokenBy.AuthorizationCode", vec![]),
        ("logKey=Unknown", vec![]),
        ("logKey=Management.TenantCreated", vec!["Management.TenantCreated"]),
        ("userId=tom", vec!["ExchangeTokenBy.RefreshToken"]),
        ("userId=eve", vec![]),
        ("applicationId=app1&page_size=1", vec!["ExchangeTokenBy.RefreshToken"]),
        ("start_time=1767225600001", vec![]),
        ("end_time=1767225600000&page=2&page_size=1", vec!["Interaction.Create"]),
    ] {
        let found = bench.get(&format!("/api/logs?{query}")).await;
        assert_eq!(keys(&found), expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_make_no_sense_are_refused() {
    let bench = Bench::new().await;
    let wrong = bench.get("/api/logs?start_time=x").await;
    assert_eq!(wrong.refusal(), (400, "guard.invalid_input"));
    let empty = bench.get("/api/logs?start_time=5&end_time=5").await;
    assert_eq!(empty.refusal(), (400, "log.invalid_time_window"));
    for id in ["none", "000000000000000zzzzzz", &entry_id(0)] {
        let absent = bench.get(&format!("/api/logs/{id}")).await;
        assert_eq!(absent.refusal(), (404, "entity.not_exists_with_id"), "{id}");
    }
    assert_eq!(bench.request("GET", "/api/logs?page=0", Value::Null).await.status, 400);
}

#[test]
fn an_id_is_a_position_in_21_characters() {
    for at in [1, 35, 36, 12_345, u64::MAX] {
        let id = entry_id(at);
        assert_eq!((id.len(), position(&id)), (21, Some(at)));
    }
    assert_eq!(position("000000000000000000_00"), None);
}
