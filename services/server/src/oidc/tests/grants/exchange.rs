//! Token exchange (RFC 8693; contract: oidc §5).

use serde_json::{Value, json};

use super::{
    ACCESS, API, IMPERSONATION, PERSONAL, api, application, claims, exchange, personal_token,
    role_of, subject_token,
};
use crate::{
    oidc::tests::me,
    testing::{
        Bench,
        browser::{Browser, person},
        relying_party::RelyingParty,
    },
};

async fn exchanger(bench: &Bench) -> RelyingParty {
    application(bench, "SPA", json!({"allowTokenExchange": true})).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_token_becomes_an_access_token_once() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let party = exchanger(&bench).await;
    let token = subject_token(&bench, &tom).await;
    let scope = [("scope", "openid profile read")];
    let given = exchange(&bench, &party, (IMPERSONATION, &token), &scope).await;
    assert_eq!(given.status, 200, "{}", given.text);
    let expected = json!({
        "access_token": given.body["access_token"], "expires_in": 3600, "scope": "openid profile",
        "token_type": "Bearer", "issued_token_type": ACCESS,
    });
    assert_eq!(given.body, expected);
    let shown = me(&bench, &given.text_of("access_token")).await;
    assert_eq!((shown.status, &shown.body["sub"]), (200, &json!(tom)));
    let again = exchange(&bench, &party, (IMPERSONATION, &token), &scope).await;
    assert_eq!(again.oauth(), (400, "invalid_grant"));
    assert_eq!(bench.count("SubjectTokenConsumed").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_bring_a_subject_token_at_once_one_gets_an_access_token() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let party = exchanger(&bench).await;
    let token = subject_token(&bench, &tom).await;
    let bring = || exchange(&bench, &party, (IMPERSONATION, &token), &[]);
    let answers = tokio::join!(bring(), bring(), bring(), bring());
    let statuses = [answers.0.status, answers.1.status, answers.2.status, answers.3.status];
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(bench.count("AccessTokenIssued").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_exchange_consumes_no_subject_token() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let party = exchanger(&bench).await;
    let token = subject_token(&bench, &tom).await;
    let before = bench.head();
    let unknown = [("resource", "https://unknown.example")];
    let refused = exchange(&bench, &party, (IMPERSONATION, &token), &unknown).await;
    assert_eq!(refused.oauth(), (400, "invalid_target"));
    assert_eq!(bench.head(), before);
    // Older clients call it an access token.
    assert_eq!(exchange(&bench, &party, (ACCESS, &token), &[]).await.status, 200);
    assert_eq!(exchange(&bench, &party, (ACCESS, &token), &[]).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_asked_nothing_given() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let party = exchanger(&bench).await;
    let token = subject_token(&bench, &tom).await;
    let given = exchange(&bench, &party, (IMPERSONATION, &token), &[]).await;
    assert_eq!((given.status, &given.body["scope"]), (200, &json!("")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_access_token_is_exchanged_many_times_until_it_is_deleted() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let party = exchanger(&bench).await;
    let token = personal_token(&bench, &tom).await;
    for _ in 0..2 {
        assert_eq!(exchange(&bench, &party, (PERSONAL, &token), &[]).await.status, 200);
    }
    let wrong = format!("{}x", &token[..token.len() - 1]);
    for (kind, text) in [(PERSONAL, wrong.as_str()), (IMPERSONATION, &token), (ACCESS, &token)] {
        let refused = exchange(&bench, &party, (kind, text), &[]).await;
        assert_eq!(refused.oauth(), (400, "invalid_grant"), "{kind}");
    }
    let path = format!("/api/users/{tom}/personal-access-tokens/script");
    assert_eq!(bench.request("DELETE", &path, Value::Null).await.status, 204);
    let refused = exchange(&bench, &party, (PERSONAL, &token), &[]).await;
    assert_eq!(refused.oauth(), (400, "invalid_grant"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_a_resource_permits_what_the_users_roles_do() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let scopes = api(&bench, &["read", "write"]).await;
    role_of(&bench, &tom, &[&scopes[0]]).await;
    let party = exchanger(&bench).await;
    let token = subject_token(&bench, &tom).await;
    let more = [("resource", API), ("scope", "read write openid")];
    let given = exchange(&bench, &party, (IMPERSONATION, &token), &more).await;
    assert_eq!((given.status, &given.body["scope"]), (200, &json!("read")), "{}", given.text);
    let told = claims(&given.text_of("access_token"));
    assert_eq!((&told["aud"], &told["scope"]), (&json!(API), &json!("read")));
    assert_eq!((&told["sub"], &told["client_id"]), (&json!(tom), &json!(party.id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn access_tokens_of_our_own_applications_are_exchanged_opaque_or_signed() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    api(&bench, &["read"]).await;
    let party = exchanger(&bench).await;
    let demo = RelyingParty::demo(&bench);
    let request = demo.request().with("resource", API);
    let tokens = Browser::new(&bench).tokens(&demo, &request, "tom").await;
    let refresh = tokens.text_of("refresh_token");
    let signed = demo.refresh(&bench, &refresh, &[("resource", API)]).await;
    for token in [tokens.text_of("access_token"), signed.text_of("access_token")] {
        let given = exchange(&bench, &party, (ACCESS, &token), &[("scope", "openid")]).await;
        assert_eq!(given.status, 200, "{}", given.text);
        let shown = me(&bench, &given.text_of("access_token")).await;
        assert_eq!(shown.body["sub"], *tom);
    }
    // The id of a signed token is no secret: it makes no opaque one.
    let id = claims(&signed.text_of("access_token"))["jti"].as_str().unwrap().to_owned();
    let forged = format!("at_{id}.{}", "a".repeat(43));
    let refused = exchange(&bench, &party, (ACCESS, &forged), &[]).await;
    assert_eq!(refused.oauth(), (400, "invalid_grant"));
    let id_token = tokens.text_of("id_token");
    let refused = exchange(&bench, &party, (ACCESS, &id_token), &[]).await;
    assert_eq!(refused.oauth(), (400, "invalid_grant"));
    let last = signed.text_of("refresh_token");
    let form = format!("client_id={}&token={last}", demo.id);
    let request = axum::http::Request::post("/oidc/token/revocation")
        .header("content-type", "application/x-www-form-urlencoded");
    let revoked = bench.send(request.body(form.into()).unwrap()).await;
    assert_eq!(revoked.status, 200, "{}", revoked.text);
    for token in [tokens.text_of("access_token"), signed.text_of("access_token")] {
        let refused = exchange(&bench, &party, (ACCESS, &token), &[]).await;
        assert_eq!(refused.oauth(), (400, "invalid_grant"));
    }
}

/// Asks for the API in the name of whoever holds a token.
fn with(actor: &str) -> [(&str, &str); 3] {
    [("resource", API), ("actor_token", actor), ("actor_token_type", ACCESS)]
}

#[tokio::test(flavor = "multi_thread")]
async fn who_acts_is_told_in_the_token() {
    let bench = Bench::new().await;
    let (tom, ann) = (person(&bench, "tom").await, person(&bench, "ann").await);
    api(&bench, &["read"]).await;
    let party = exchanger(&bench).await;
    let demo = RelyingParty::demo(&bench);
    let anns = Browser::new(&bench).tokens(&demo, &demo.request(), "ann").await;
    let actor = anns.text_of("access_token");
    let token = subject_token(&bench, &tom).await;
    for wrong in ["at_x.y".into(), anns.text_of("refresh_token"), anns.text_of("id_token")] {
        let refused = exchange(&bench, &party, (IMPERSONATION, &token), &with(&wrong)).await;
        assert_eq!(refused.oauth(), (400, "invalid_grant"));
    }
    let given = exchange(&bench, &party, (IMPERSONATION, &token), &with(&actor)).await;
    assert_eq!(given.status, 200, "{}", given.text);
    let told = claims(&given.text_of("access_token"));
    assert_eq!((&told["sub"], &told["act"]), (&json!(tom), &json!({"sub": ann})));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_tells_an_exchange_from_a_refresh() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    let party = exchanger(&bench).await;
    let token = subject_token(&bench, &tom).await;
    assert_eq!(exchange(&bench, &party, (IMPERSONATION, &token), &[]).await.status, 200);
    let key = "ExchangeTokenBy.TokenExchange";
    let listed = bench.get(&format!("/api/logs?logKey={key}")).await;
    assert_eq!(listed.body[0]["key"], key, "{}", listed.text);
    assert_eq!(listed.body[0]["payload"]["userId"], *tom);
}
