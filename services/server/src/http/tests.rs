//! What every call of the Management API shares: who may call, tags, and positions.

use axum::{body::Body, http::Request};
use serde_json::json;

use crate::testing::{
    Answer, Bench, CLIENT, NOW,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

async fn get(bench: &Bench, token: &str, header: (&str, &str)) -> Answer {
    let request = Request::get("/api/users")
        .header("authorization", format!("Bearer {token}"))
        .header(header.0, header.1);
    bench.send(request.body(Body::empty()).unwrap()).await
}

async fn call(bench: &Bench, token: &str) -> Answer {
    get(bench, token, ("accept", "*/*")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_opens_nothing() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    for token in ["id_token", "access_token", "refresh_token"] {
        let refused = call(&bench, &tokens.text_of(token)).await;
        assert_eq!(refused.refusal(), (401, "auth.unauthorized"), "{token}");
    }
    // Every claim is right and so is the key; only the type says that it is no access token.
    let claims = json!({"iss": bench.site.issuer(), "aud": bench.site.management_indicator(),
        "sub": "tom", "client_id": CLIENT, "scope": "all",
        "iat": NOW.seconds().0, "exp": NOW.seconds().0 + 60});
    let signer = bench.site.signer().unwrap();
    let mint = |typ| crypto::jwt::mint(&signer, typ, &claims).unwrap();
    assert_eq!(call(&bench, &mint(None)).await.refusal(), (401, "auth.unauthorized"));
    assert_eq!(call(&bench, &mint(Some("at+jwt"))).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_of_the_admin_tenant_administers_the_default_tenant() {
    const API: &str = "https://default.logto.app/api";
    let (default, admin) = Bench::pair().await;
    let ada = person(&admin, "ada").await;
    person(&admin, "bob").await;
    let path = format!("/api/users/{ada}/roles");
    let held = admin.request("POST", &path, json!({"roleIds": ["default-admin"]})).await;
    assert_eq!(held.status, 201, "{}", held.text);
    let party = RelyingParty::demo(&admin);
    let request = party.request().with("scope", "openid all").with("resource", API);
    let token = |name| {
        let (admin, party, request) = (&admin, &party, &request);
        async move {
            let code = Browser::new(admin).authorize(request, name).await.sent_on("code");
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", party.redirect_uri.as_str()),
                ("code_verifier", crate::testing::relying_party::VERIFIER),
                ("resource", API),
            ];
            party.token(admin, &fields).await.text_of("access_token")
        }
    };
    let (hers, his) = (token("ada").await, token("bob").await);
    assert_eq!(call(&default, &hers).await.status, 200);
    // It is a token for the tenant `default`, not for the tenant that issued it.
    assert_eq!(call(&admin, &hers).await.refusal(), (401, "auth.unauthorized"));
    assert_eq!(call(&default, &his).await.refusal(), (403, "auth.forbidden"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_another_tenant_opens_nothing_unless_it_is_the_consoles() {
    let (default, admin) = Bench::pair().await;
    let stranger = Bench::new().await;
    let claims = |issuer: &str| {
        json!({"iss": issuer, "aud": default.site.management_indicator(), "sub": CLIENT,
            "client_id": CLIENT, "scope": "all", "iat": NOW.seconds().0,
            "exp": NOW.seconds().0 + 60})
    };
    let (ours, consoles) = (default.site.issuer(), admin.site.issuer());
    for (key, issuer, status) in [
        (&default, ours, 200),
        (&admin, consoles, 200),
        (&admin, ours, 401),
        (&default, consoles, 401),
        (&stranger, ours, 401),
        (&stranger, consoles, 401),
    ] {
        let signer = key.site.signer().unwrap();
        let token = crypto::jwt::mint(&signer, Some("at+jwt"), &claims(issuer)).unwrap();
        assert_eq!(call(&default, &token).await.status, status, "{issuer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_a_client_has_is_not_sent_again() {
    let bench = Bench::new().await;
    let token = bench.token(CLIENT, CLIENT, "all");
    let first = call(&bench, &token).await;
    let tag = first.header("etag").to_owned();
    let again = get(&bench, &token, ("if-none-match", &tag)).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(again.header("etag"), tag);
    person(&bench, "tom").await;
    assert_eq!(get(&bench, &token, ("if-none-match", &tag)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_names_its_position_and_a_read_can_demand_it() {
    let bench = Bench::new().await;
    let token = bench.token(CLIENT, CLIENT, "all");
    let made = bench.request("POST", "/api/users", json!({"username": "tom"})).await;
    assert_eq!(made.header("evident-position"), bench.head().to_string());
    let (past, future) = (bench.head().to_string(), (bench.head() + 1).to_string());
    for (position, status) in [
        ("0", 200),
        (past.as_str(), 200),
        (future.as_str(), 400),
        ("18446744073709551616", 400),
        ("-1", 400),
        ("now", 400),
        ("", 400),
    ] {
        let answer = get(&bench, &token, ("evident-at-least", position)).await;
        assert_eq!(answer.status, status, "{position:?}");
    }
    assert_eq!(call(&bench, &token).await.header("evident-position"), "");
}
