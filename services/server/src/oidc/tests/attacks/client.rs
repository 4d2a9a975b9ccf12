//! One client with the codes, tokens and names of another.

use axum::{body::Body, http::Request};

use super::{invalid_grant, refused, registered};
use crate::{
    oidc::tests::me,
    testing::{
        Bench,
        browser::{Browser, person},
        relying_party::{RelyingParty, VERIFIER},
    },
};

const CALLBACK: &str = "https://app.example/callback";

/// A person, an application of theirs, and another application with a secret.
async fn ground() -> (Bench, RelyingParty, RelyingParty, String) {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (party, _) = registered(&bench, "SPA", &[CALLBACK]).await;
    let (thief, secret) = registered(&bench, "Traditional", &[CALLBACK]).await;
    (bench, party, thief, secret)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_one_client_is_worth_nothing_to_another() {
    let (bench, party, thief, secret) = ground().await;
    let code = Browser::new(&bench).authorize(&party.request(), "tom").await.sent_on("code");
    let before = bench.head();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_secret", secret.as_str()),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(thief.token(&bench, &fields).await.told(), invalid_grant());
    assert_eq!(bench.head(), before, "the attempt was recorded as a use");
    assert_eq!(party.redeem(&bench, &code).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_of_one_client_is_worth_nothing_to_another() {
    let (bench, party, thief, secret) = ground().await;
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let refresh = tokens.text_of("refresh_token");
    let own_secret = [("client_secret", secret.as_str())];
    assert_eq!(thief.refresh(&bench, &refresh, &own_secret).await.told(), invalid_grant());
    // Whoever only tries does not end the family either.
    assert_eq!(party.refresh(&bench, &refresh, &[]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_cannot_give_back_what_another_was_given() {
    let (bench, party, thief, secret) = ground().await;
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let access = tokens.text_of("access_token");
    for token in [&access, &tokens.text_of("refresh_token")] {
        let form = format!("client_id={}&client_secret={secret}&token={token}", thief.id);
        let request = Request::post("/oidc/token/revocation")
            .header("content-type", "application/x-www-form-urlencoded");
        let answered = bench.send(request.body(Body::from(form)).unwrap()).await;
        assert_eq!((answered.status, answered.text.as_str()), (200, ""));
    }
    assert_eq!(me(&bench, &access).await.status, 200);
    assert_eq!(bench.count("GrantRevoked").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confidential_client_is_not_believed_by_its_name() {
    let (bench, party, confidential, secret) = ground().await;
    let failed = refused(401, "invalid_client", "client authentication failed");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let nameless = confidential.token(&bench, &fields).await;
    assert_eq!((nameless.told(), nameless.header("www-authenticate")), (failed.clone(), ""));
    // Nor does the secret of one client open another, public or not.
    let (other, _) = registered(&bench, "Traditional", &[CALLBACK]).await;
    for client in [&party, &other] {
        let fields = [fields.as_slice(), &[("client_secret", secret.as_str())]].concat();
        assert_eq!(client.token(&bench, &fields).await.told(), failed, "{}", client.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_cannot_use_the_grants_of_people_nor_an_application_those_of_machines() {
    let (bench, party, _, _) = ground().await;
    let (machine, secret) = registered(&bench, "MachineToMachine", &[]).await;
    let description = "requested grant type is not allowed for this client";
    let not_allowed = refused(400, "unauthorized_client", description);
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_secret", secret.as_str()),
        ("code", "ac_x.y"),
        ("redirect_uri", CALLBACK),
    ];
    assert_eq!(machine.token(&bench, &fields).await.told(), not_allowed);
    let fields = [("grant_type", "client_credentials"), ("scope", "all")];
    assert_eq!(party.token(&bench, &fields).await.told(), not_allowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_token_for_an_api_nor_a_refresh_token_opens_userinfo() {
    let (bench, party, _, _) = ground().await;
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let invalid = refused(401, "invalid_token", "invalid token provided");
    let for_an_api = bench.token("tom", &party.id, "openid");
    for token in [&for_an_api, &tokens.text_of("refresh_token"), &tokens.text_of("id_token")] {
        let answered = me(&bench, token).await;
        assert_eq!(answered.told(), invalid, "{token}");
        let challenge = answered.header("www-authenticate");
        assert!(challenge.starts_with("Bearer ") && challenge.contains("invalid_token"));
    }
}
