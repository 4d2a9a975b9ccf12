//! How many grants, for which resource when none is named, signed how.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{API, api, application, claims, done};
use crate::{
    oidc::tests::{me, revocations},
    testing::{
        Bench, CLIENT,
        browser::{Browser, person},
        relying_party::RelyingParty,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_grants_make_room_for_a_new_one() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (party, _) = application(&bench, "SPA", json!({"maxAllowedGrants": 2})).await;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        let browser = Browser::new(&bench);
        tokens.push(browser.tokens(&party, &party.request(), "tom").await.text_of("access_token"));
        bench.advance_millis(1);
    }
    assert_eq!(revocations(&bench).await, ["limit_exceeded"]);
    let mut statuses = Vec::new();
    for token in &tokens {
        statuses.push(me(&bench, token).await.status);
    }
    assert_eq!(statuses, [401, 200, 200]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_names_no_resource_means_the_default_one() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (party, _) = application(&bench, "SPA", json!({})).await;
    let before = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    api(&bench, &["read"]).await;
    let listed = bench.get("/api/resources").await;
    let found = listed.body.as_array().unwrap().iter().find(|one| one["indicator"] == API);
    let id = found.unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/resources/{id}/is-default");
    done(&bench, "PATCH", &path, json!({"isDefault": true})).await;
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    assert_eq!(claims(&tokens.text_of("access_token"))["aud"], API);
    // A grant of the time before keeps what it was made for.
    let refreshed = party.refresh(&bench, &before.text_of("refresh_token"), &[]).await;
    assert!(refreshed.text_of("access_token").starts_with("at_"), "{}", refreshed.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_lives_as_long_as_the_application_says() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let custom = json!({"idTokenTtl": 60, "refreshTokenTtlInDays": 1});
    let (party, _) = application(&bench, "SPA", custom).await;
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let told = claims(&tokens.text_of("id_token"));
    assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 60);
    bench.advance_millis(86_400_000);
    let late = party.refresh(&bench, &tokens.text_of("refresh_token"), &[]).await;
    assert_eq!(late.oauth(), (400, "invalid_grant"));
}

/// Lets the client fix the algorithm of its ID tokens.
async fn fix(bench: &Bench, party: &RelyingParty, algorithm: &str) {
    let body = json!({"oidcClientMetadata": {
        "redirectUris": [party.redirect_uri], "postLogoutRedirectUris": [],
        "idTokenSignedResponseAlg": algorithm,
    }});
    done(bench, "PATCH", &format!("/api/applications/{}", party.id), body).await;
}

async fn rotate(bench: &Bench, body: Value) {
    done(bench, "POST", "/api/configs/oidc/private-keys/rotate", body).await;
}

/// The algorithm of an ID token, which one of the published keys signed.
async fn signed_by(bench: &Bench, party: &RelyingParty) -> String {
    let tokens = Browser::new(bench).tokens(party, &party.request(), "tom").await;
    let id_token = tokens.text_of("id_token");
    let header = URL_SAFE_NO_PAD.decode(id_token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    let (keys, _) = bench.site.key_set().unwrap();
    assert!(keys.verify(&id_token).is_ok());
    header["alg"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_is_signed_by_the_algorithm_that_the_client_fixed() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (party, _) = application(&bench, "SPA", json!({})).await;
    let current = bench.site.signer().unwrap().algorithm().as_str();
    rotate(&bench, json!({"signingKeyAlgorithm": "RSA"})).await;
    for fixed in [current, "RS256"] {
        fix(&bench, &party, fixed).await;
        assert_eq!(signed_by(&bench, &party).await, fixed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_waits_for_its_moment_signs_for_nobody() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (party, _) = application(&bench, "SPA", json!({})).await;
    let current = bench.site.signer().unwrap().algorithm().as_str();
    rotate(&bench, json!({"signingKeyAlgorithm": "RSA", "rotationGracePeriod": 60})).await;
    fix(&bench, &party, "RS256").await;
    assert_eq!(signed_by(&bench, &party).await, current);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_algorithm_is_gone_gets_tokens_of_the_current_key() {
    let mut bench = Bench::new().await;
    person(&bench, "tom").await;
    let (party, _) = application(&bench, "SPA", json!({})).await;
    rotate(&bench, json!({"signingKeyAlgorithm": "RSA"})).await;
    fix(&bench, &party, "RS256").await;
    for _ in 0..2 {
        bench.use_token(bench.token(CLIENT, CLIENT, "all"));
        rotate(&bench, json!({"signingKeyAlgorithm": "EC"})).await;
    }
    assert_eq!(signed_by(&bench, &party).await, "ES384");
}
