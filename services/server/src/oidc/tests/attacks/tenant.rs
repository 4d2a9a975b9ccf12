//! Two tenants of one process: the keys, tokens and cookies of one mean nothing in the other.

use axum::{body::Body, http::Request};
use serde_json::json;

use super::{invalid_grant, refused, registered};
use crate::{
    oidc::tests::me,
    testing::{
        Bench, NOW,
        browser::{Browser, person},
        relying_party::RelyingParty,
    },
};

const CALLBACK: &str = "https://app.example/callback";

/// Both tenants, each with a person of the same name and an application of the same address.
async fn ground() -> (Bench, RelyingParty, Bench, RelyingParty) {
    let (ours, theirs) = Bench::pair().await;
    person(&ours, "tom").await;
    person(&theirs, "tom").await;
    let (here, _) = registered(&ours, "SPA", &[CALLBACK]).await;
    let (there, _) = registered(&theirs, "SPA", &[CALLBACK]).await;
    (ours, here, theirs, there)
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_another_tenant_are_unknown() {
    let (ours, here, theirs, there) = ground().await;
    let tokens = Browser::new(&theirs).tokens(&there, &there.request(), "tom").await;
    let access = tokens.text_of("access_token");
    let invalid = refused(401, "invalid_token", "invalid token provided");
    assert_eq!(me(&ours, &access).await.told(), invalid);
    assert_eq!(me(&theirs, &access).await.status, 200);
    let refresh = tokens.text_of("refresh_token");
    assert_eq!(here.refresh(&ours, &refresh, &[]).await.told(), invalid_grant());
    let unknown = refused(401, "invalid_client", "client authentication failed");
    assert_eq!(there.refresh(&ours, &refresh, &[]).await.told(), unknown);
    let code = Browser::new(&theirs).authorize(&there.request(), "tom").await.sent_on("code");
    assert_eq!(here.redeem(&ours, &code).await.told(), invalid_grant());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_of_another_tenant_hints_at_nobody() {
    let (ours, here, theirs, there) = ground().await;
    let browser = Browser::new(&theirs);
    let hint = browser.tokens(&there, &there.request(), "tom").await.text_of("id_token");
    let description = "could not validate id_token_hint";
    let ended = Browser::new(&ours).open(&format!("/oidc/session/end?id_token_hint={hint}")).await;
    assert_eq!(ended.told(), refused(400, "invalid_request", description));
    let request = here.request().with("id_token_hint", &hint).with("prompt", "none");
    let answered = Browser::new(&ours).open(&request.target()).await;
    let told = (answered.sent_on("error"), answered.sent_on("error_description"));
    assert!(matches!(told.0.as_str(), "invalid_request" | "login_required"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_one_tenant_sign_nothing_for_another() {
    let (ours, _, theirs, _) = ground().await;
    let keys = async |bench: &Bench| {
        let request = Request::get("/oidc/jwks").body(Body::empty()).unwrap();
        bench.send(request).await.body["keys"].as_array().unwrap().clone()
    };
    for key in keys(&ours).await {
        assert!(keys(&theirs).await.iter().all(|other| other["kid"] != key["kid"]));
    }
    // Signed by the other tenant, said to be ours.
    let claims = json!({
        "iss": ours.site.issuer(), "aud": ours.site.management_indicator(), "sub": "tester",
        "client_id": "tester", "scope": "all",
        "iat": NOW.seconds().0, "exp": NOW.seconds().0 + 3_600,
    });
    let forged =
        crypto::jwt::mint(&theirs.site.signer().unwrap(), Some("at+jwt"), &claims).unwrap();
    let request = Request::get("/api/users").header("authorization", format!("Bearer {forged}"));
    let answered = ours.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answered.refusal(), (401, "auth.unauthorized"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_of_one_tenant_is_none_in_another() {
    let (ours, here, theirs, there) = ground().await;
    let foreign = Browser::new(&theirs);
    foreign.tokens(&there, &there.request(), "tom").await;
    let browser = Browser::new(&ours);
    for twin in ["", ".sig"] {
        let value = foreign.cookie(&format!("_session_admin{twin}"));
        assert!(!value.is_empty(), "the other tenant set no session");
        browser.plant(&format!("_session_admin{twin}"), &value);
        browser.plant(&format!("_session{twin}"), &value);
    }
    let silent = here.request().with("scope", "openid").with("prompt", "none");
    assert_eq!(browser.open(&silent.target()).await.sent_on("error"), "login_required");
}
