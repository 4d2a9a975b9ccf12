//! Discovery, keys, code exchange, refresh and client credentials, as a client sees them.

use e2e::{
    browser::{Browser, Login},
    evident::Server,
    http::Http,
    management::Management,
    relying_party::RelyingParty,
    signature::{header, published_keys, verified_claims},
};
use reqwest::Method;
use serde_json::{Value, json};

const LOGIN: (&str, &str) = ("tom", "a right password");

struct Ground {
    server: Server,
    management: Management,
    http: Http,
    user: String,
}

impl Ground {
    async fn new() -> Self {
        let server = Server::start().await.unwrap();
        let management = server.management().await.unwrap();
        let user = management.create_person(LOGIN.0, LOGIN.1).await.unwrap();
        let http = server.http().unwrap();
        Self { server, management, http, user }
    }

    async fn tokens(&self, party: &RelyingParty, more: &[(&str, &str)]) -> Value {
        let browser = Browser::new(&self.server.endpoint()).unwrap();
        let add = |request: e2e::relying_party::AuthorizationRequest,
                   (name, value): &(&str, &str)| { request.with(name, value) };
        let request = more.iter().fold(party.request(), add);
        let callback = browser.authorize(&request, Login::new(LOGIN.0, LOGIN.1)).await.unwrap();
        assert_eq!(callback.parameter("state").as_deref(), Some("a-state"));
        assert_eq!(callback.parameter("iss"), Some(self.server.issuer()));
        let code = callback.code().unwrap();
        party.redeem(&self.http, &code).await.unwrap().expect(200).unwrap()
    }

    /// An API resource with a scope that the user holds by a role; gives the indicator.
    async fn resource(&self) -> String {
        let indicator = "https://orders.example/api";
        let body = json!({ "name": "Orders", "indicator": indicator });
        let resource = self.management.create("/api/resources", &body).await.unwrap();
        let scopes = format!("/api/resources/{resource}/scopes");
        let scope =
            self.management.create(&scopes, &json!({ "name": "read:orders" })).await.unwrap();
        self.management.create(&scopes, &json!({ "name": "write:orders" })).await.unwrap();
        let role = json!({ "name": "clerk", "description": "Reads", "scopeIds": [scope] });
        let role = self.management.create("/api/roles", &role).await.unwrap();
        let given = format!("/api/users/{}/roles", self.user);
        let given = self.management.http.post(&given, &json!({ "roleIds": [role] })).await.unwrap();
        given.expect(201).unwrap();
        indicator.to_owned()
    }
}

fn text<'a>(tokens: &'a Value, member: &str) -> &'a str {
    tokens[member].as_str().unwrap_or_else(|| panic!("no {member} in {tokens}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn discovery_and_keys_say_what_the_contract_says() {
    let server = Server::start().await.unwrap();
    let http = server.http().unwrap();
    let answer = http.get("/oidc/.well-known/openid-configuration").await.unwrap();
    let found = answer.expect(200).unwrap();
    let base = server.endpoint();
    for (member, path) in [
        ("issuer", "/oidc"),
        ("authorization_endpoint", "/oidc/auth"),
        ("token_endpoint", "/oidc/token"),
        ("userinfo_endpoint", "/oidc/me"),
        ("jwks_uri", "/oidc/jwks"),
        ("end_session_endpoint", "/oidc/session/end"),
    ] {
        assert_eq!(found[member], format!("{base}{path}"), "{member}");
    }
    assert_eq!(found["response_types_supported"], json!(["code"]));
    assert_eq!(found["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(found["subject_types_supported"], json!(["public"]));
    assert_eq!(found["claims_parameter_supported"], false);
    assert_eq!(found["authorization_response_iss_parameter_supported"], true);
    for grant in ["authorization_code", "refresh_token", "client_credentials"] {
        let grants = found["grant_types_supported"].as_array().unwrap();
        assert!(grants.contains(&json!(grant)), "{grant}");
    }

    let keys = http.get("/oidc/jwks").await.unwrap();
    assert!(keys.header("content-type").starts_with("application/jwk-set+json"));
    assert_eq!(keys.header("cache-control"), "no-cache, max-age=0, must-revalidate");
    let etag = keys.header("etag");
    let keys = keys.expect(200).unwrap();
    let key = &keys["keys"][0];
    assert_eq!((key["use"].as_str(), key.get("d")), (Some("sig"), None));
    assert!(!text(key, "kid").is_empty());
    assert!(
        found["id_token_signing_alg_values_supported"].as_array().unwrap().contains(&key["alg"])
    );
    let again = http.request(Method::GET, "/oidc/jwks").header("if-none-match", etag);
    assert_eq!(http.send(again).await.unwrap().status, 304);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_becomes_tokens_that_verify() {
    let ground = Ground::new().await;
    let party = RelyingParty::register(&ground.management, "SPA").await.unwrap();
    let tokens = ground.tokens(&party, &[]).await;
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert_eq!(tokens["scope"], "openid offline_access profile");
    assert!(!text(&tokens, "refresh_token").is_empty());

    let keys = published_keys(&ground.http).await.unwrap();
    let claims = verified_claims(text(&tokens, "id_token"), &keys).unwrap();
    assert_eq!(claims["iss"], ground.server.issuer());
    assert_eq!(claims["aud"], party.client_id);
    assert_eq!(claims["sub"], ground.user);
    assert_eq!(claims["nonce"], "a-nonce");
    assert_eq!(claims.get("at_hash"), None);
    assert_eq!(header(text(&tokens, "id_token")).unwrap().get("typ"), None);
    let lifetime = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(lifetime, 3600);

    let me = ground.http.bearer(text(&tokens, "access_token")).get("/oidc/me").await.unwrap();
    assert_eq!(me.expect(200).unwrap()["sub"], ground.user);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_answers_the_next_request_without_a_page() {
    let ground = Ground::new().await;
    let party = RelyingParty::register(&ground.management, "SPA").await.unwrap();
    let browser = Browser::new(&ground.server.endpoint()).unwrap();
    let login = Login::new(LOGIN.0, LOGIN.1);
    browser.authorize(&party.request(), login).await.unwrap();
    let again = browser.follow(&party.request().with("prompt", "none").target()).await.unwrap();
    party.redeem(&ground.http, &again.code().unwrap()).await.unwrap().expect(200).unwrap();
    let other = browser.open(&party.request().with("prompt", "login").target()).await.unwrap();
    assert_eq!(other.status, 303);
    assert!(other.header("location").contains("/sign-in"), "{}", other.header("location"));
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_access_without_consent_gives_no_refresh_token() {
    let ground = Ground::new().await;
    let party = RelyingParty::register(&ground.management, "SPA").await.unwrap();
    let tokens = ground.tokens(&party, &[("prompt", "login")]).await;
    assert_eq!(tokens.get("refresh_token"), None);
    assert_eq!(tokens["scope"], "openid profile");
    let always = json!({ "alwaysIssueRefreshToken": true });
    let party = RelyingParty::register_with(&ground.management, "SPA", always).await.unwrap();
    let tokens = ground.tokens(&party, &[("prompt", "login")]).await;
    assert!(!text(&tokens, "refresh_token").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_narrows_the_scope_and_reaches_the_resource() {
    let ground = Ground::new().await;
    let indicator = ground.resource().await;
    let party = RelyingParty::register(&ground.management, "SPA").await.unwrap();
    let scope = "openid offline_access profile read:orders write:orders";
    let tokens = ground.tokens(&party, &[("scope", scope), ("resource", &indicator)]).await;
    let refresh = |token: String, more: Vec<(&'static str, String)>| {
        let (http, party) = (ground.http.clone(), party.clone());
        async move {
            let more: Vec<_> = more.iter().map(|(name, value)| (*name, value.as_str())).collect();
            party.refresh_with(&http, &token, &more).await.unwrap().expect(200).unwrap()
        }
    };
    let token = text(&tokens, "refresh_token").to_owned();
    let plain = refresh(token, vec![]).await;
    assert!(plain["id_token"].is_string());
    assert_ne!(plain["refresh_token"], tokens["refresh_token"], "a public client's token rotates");

    let token = text(&plain, "refresh_token").to_owned();
    let narrow = refresh(token, vec![("scope", "offline_access profile".into())]).await;
    assert_eq!(narrow.get("id_token"), None);

    let token = text(&narrow, "refresh_token").to_owned();
    let api = refresh(token, vec![("resource", indicator.clone())]).await;
    let keys = published_keys(&ground.http).await.unwrap();
    let access = text(&api, "access_token");
    let claims = verified_claims(access, &keys).unwrap();
    assert_eq!(header(access).unwrap()["typ"], "at+jwt");
    assert_eq!(claims["aud"], indicator);
    assert_eq!(claims["scope"], "read:orders", "only what the user's roles permit");
    assert_eq!(
        (&claims["client_id"], &claims["sub"]),
        (&json!(party.client_id), &json!(ground.user))
    );
    let me = ground.http.bearer(access).get("/oidc/me").await.unwrap();
    assert_eq!(me.oauth(), (401, "invalid_token".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confidential_client_keeps_its_refresh_token_until_it_is_old() {
    let ground = Ground::new().await;
    let party = RelyingParty::register(&ground.management, "Traditional").await.unwrap();
    let tokens = ground.tokens(&party, &[]).await;
    let token = text(&tokens, "refresh_token");
    let again = party.refresh(&ground.http, token).await.unwrap().expect(200).unwrap();
    assert_eq!(again["refresh_token"], tokens["refresh_token"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_get_a_token_for_a_resource_and_only_the_scopes_asked_for() {
    let ground = Ground::new().await;
    let credentials = &ground.management.credentials;
    let tokens = credentials.ask(&ground.http).await.unwrap().expect(200).unwrap();
    assert_eq!((&tokens["scope"], &tokens["expires_in"]), (&json!("all"), &json!(3600)));
    let keys = published_keys(&ground.http).await.unwrap();
    let claims = verified_claims(text(&tokens, "access_token"), &keys).unwrap();
    assert_eq!(claims["aud"], credentials.resource);
    assert_eq!(
        (&claims["sub"], &claims["client_id"]),
        (&json!(credentials.client_id), &json!(credentials.client_id))
    );

    let machine = RelyingParty {
        client_id: credentials.client_id.clone(),
        secret: Some(credentials.client_secret.clone()),
    };
    let fields = [("grant_type", "client_credentials"), ("resource", &credentials.resource)];
    let silent = machine.token(&ground.http, &fields).await.unwrap().expect(200).unwrap();
    assert_eq!(silent.get("scope"), None);
    let nothing = machine.token(&ground.http, &fields[..1]).await.unwrap();
    assert_eq!(nothing.oauth(), (400, "invalid_target".into()));
    let recorded = ground.management.count("MachineTokenIssued", "").await.unwrap();
    assert!(recorded >= 3, "{recorded}");
}
