//! Sessions and grants of a user.

use serde_json::{Value, json};

use crate::testing::{
    Answer, Bench,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

const SCOPE: &str = "openid offline_access";

struct Ground {
    bench: Bench,
    user: String,
    party: RelyingParty,
}

async fn ground() -> Ground {
    let bench = Bench::new().await;
    let user = person(&bench, "tom").await;
    let party = RelyingParty::register(&bench, false).await;
    Ground { bench, user, party }
}

impl Ground {
    async fn sessions(&self) -> Vec<Value> {
        let listed = self.bench.get(&format!("/api/users/{}/sessions", self.user)).await;
        assert_eq!(listed.status, 200, "{}", listed.text);
        listed.body["sessions"].as_array().unwrap().clone()
    }

    async fn grants(&self, query: &str) -> Vec<Value> {
        let listed = self.bench.get(&format!("/api/users/{}/grants{query}", self.user)).await;
        assert_eq!(listed.status, 200, "{}", listed.text);
        listed.body["grants"].as_array().unwrap().clone()
    }

    async fn delete(&self, path: &str) -> Answer {
        let path = format!("/api/users/{}/{path}", self.user);
        self.bench.request("DELETE", &path, Value::Null).await
    }
}

fn uid(session: &Value) -> String {
    session["payload"]["uid"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_shown_with_the_applications_that_were_let_in() {
    let ground = ground().await;
    let browser = Browser::new(&ground.bench);
    let request = ground.party.request().with("scope", SCOPE);
    browser.tokens(&ground.party, &request, "tom").await;
    let sessions = ground.sessions().await;
    assert_eq!(sessions.len(), 1);
    let session = &sessions[0];
    let payload = &session["payload"];
    assert_eq!(payload["kind"], "Session");
    assert_eq!(payload["accountId"], ground.user);
    assert_eq!(session["clientId"], ground.party.id);
    assert_eq!(session["lastSubmission"]["interactionEvent"], "SignIn");
    assert_eq!(session["expiresAt"].as_i64().unwrap() / 1_000, payload["exp"]);
    let authorized = &payload["authorizations"][&ground.party.id];
    assert_eq!(authorized["persistsLogout"], true);
    assert_eq!(authorized["grantId"], ground.grants("").await[0]["id"]);
    let one = format!("/api/users/{}/sessions/{}", ground.user, uid(session));
    assert_eq!(ground.bench.get(&one).await.body, *session);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_no_sessions_and_no_grants() {
    let bench = Bench::new().await;
    for id in ["nobody000000", "no%20id"] {
        let sessions = bench.get(&format!("/api/users/{id}/sessions")).await;
        assert_eq!((sessions.status, sessions.body), (200, json!({"sessions": []})));
        let grants = bench.get(&format!("/api/users/{id}/grants")).await;
        assert_eq!((grants.status, grants.body), (200, json!({"grants": []})));
        let one = bench.get(&format!("/api/users/{id}/sessions/s")).await;
        assert_eq!(one.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_ended_is_over_at_once() {
    let ground = ground().await;
    let browser = Browser::new(&ground.bench);
    let bound = ground.party.request().with("scope", "openid");
    let bound = browser.tokens(&ground.party, &bound, "tom").await.text_of("access_token");
    let session = uid(&ground.sessions().await[0]);
    assert_eq!(ground.delete(&format!("sessions/{session}")).await.status, 204);
    assert!(ground.sessions().await.is_empty());
    let again = browser.open(&ground.party.request().target()).await;
    assert!(again.header("location").contains("/sign-in"), "{:?}", again.headers);
    let me = ground.bench.send(me(&bound)).await;
    assert_eq!(me.oauth(), (401, "invalid_token"));
    let gone = ground.delete(&format!("sessions/{session}")).await;
    assert_eq!(gone.refusal(), (404, "oidc.session_not_found"));
}

fn me(token: &str) -> axum::http::Request<axum::body::Body> {
    let request = axum::http::Request::get("/oidc/me");
    let request = request.header("authorization", format!("Bearer {token}"));
    request.body(axum::body::Body::empty()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_outlive_their_session_unless_they_are_meant_too() {
    let ground = ground().await;
    let request = ground.party.request().with("scope", SCOPE);
    for (target, survives) in [("", true), ("?revokeGrantsTarget=firstParty", false)] {
        let browser = Browser::new(&ground.bench);
        let tokens = browser.tokens(&ground.party, &request, "tom").await;
        let session = uid(&ground.sessions().await[0]);
        assert_eq!(ground.delete(&format!("sessions/{session}{target}")).await.status, 204);
        let refreshed =
            ground.party.refresh(&ground.bench, &tokens.text_of("refresh_token"), &[]).await;
        assert_eq!(refreshed.status == 200, survives, "{target}: {}", refreshed.text);
    }
    let session = "sessions/s?revokeGrantsTarget=some";
    assert_eq!(ground.delete(session).await.refusal(), (400, "guard.invalid_input"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_ended_in_the_name_of_its_own_user_only() {
    let ground = ground().await;
    let other = person(&ground.bench, "ann").await;
    Browser::new(&ground.bench).tokens(&ground.party, &ground.party.request(), "tom").await;
    let session = uid(&ground.sessions().await[0]);
    let path = format!("/api/users/{other}/sessions/{session}");
    let refused = ground.bench.request("DELETE", &path, Value::Null).await;
    assert_eq!(refused.refusal(), (404, "oidc.invalid_session_account_id"));
    assert_eq!(ground.bench.get(&path).await.refusal(), (404, "oidc.session_not_found"));
    assert_eq!(ground.sessions().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_was_revoked_kills_its_tokens_at_once() {
    let ground = ground().await;
    let request = ground.party.request().with("scope", SCOPE);
    let browser = Browser::new(&ground.bench);
    let tokens = browser.tokens(&ground.party, &request, "tom").await;
    let grants = ground.grants("?appType=firstParty").await;
    assert_eq!(grants.len(), 1);
    let grant = &grants[0];
    assert_eq!(grant["payload"]["kind"], "Grant");
    assert_eq!(grant["payload"]["clientId"], ground.party.id);
    assert_eq!(grant["application"], json!({"id": ground.party.id, "name": "App"}));
    assert!(ground.grants("?appType=thirdParty").await.is_empty());
    let path = format!("grants/{}", grant["id"].as_str().unwrap());
    assert_eq!(ground.delete(&path).await.status, 204);
    let refreshed =
        ground.party.refresh(&ground.bench, &tokens.text_of("refresh_token"), &[]).await;
    assert_eq!(refreshed.oauth(), (400, "invalid_grant"));
    let me = ground.bench.send(me(&tokens.text_of("access_token"))).await;
    assert_eq!(me.oauth(), (401, "invalid_token"));
    assert!(ground.grants("").await.is_empty());
    assert_eq!(ground.delete(&path).await.refusal(), (404, "oidc.invalid_grant"));
    let authorizations = &ground.sessions().await[0]["payload"]["authorizations"];
    assert_eq!(*authorizations, json!({}));
}
