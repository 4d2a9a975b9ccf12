//! What the grants refuse (contract: oidc §1 and §5).

use serde_json::json;

use super::registered;
use crate::{
    oidc::tests::{
        attacks::{invalid_grant, refused},
        resource,
    },
    testing::{
        Bench,
        browser::{Browser, person, suspend},
        relying_party::RelyingParty,
    },
};

const API: &str = "https://api.example";

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_must_be_named_known_and_allowed() {
    let bench = Bench::new().await;
    let (party, _) = registered(&bench, "SPA", json!({})).await;
    let missing = |name: &str| {
        refused(400, "invalid_request", &format!("missing required parameter '{name}'"))
    };
    assert_eq!(party.token(&bench, &[]).await.told(), missing("grant_type"));
    for grant in ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"] {
        let answered = party.token(&bench, &[("grant_type", grant)]).await;
        let unsupported = "unsupported grant_type requested";
        assert_eq!(answered.told(), refused(400, "unsupported_grant_type", unsupported));
    }
    let answered = party.token(&bench, &[("grant_type", "client_credentials")]).await;
    let not_allowed = "requested grant type is not allowed for this client";
    assert_eq!(answered.told(), refused(400, "unauthorized_client", not_allowed));
    let code = [("grant_type", "authorization_code")];
    assert_eq!(party.token(&bench, &code).await.told(), missing("code"));
    let code = [code[0], ("code", "x")];
    assert_eq!(party.token(&bench, &code).await.told(), missing("redirect_uri"));
    let refresh = [("grant_type", "refresh_token")];
    assert_eq!(party.token(&bench, &refresh).await.told(), missing("refresh_token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_reaches_no_further_than_its_grant() {
    let bench = Bench::new().await;
    let tom = person(&bench, "tom").await;
    resource(&bench, API).await;
    let party = RelyingParty::demo(&bench);
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "tom").await;
    let refresh = tokens.text_of("refresh_token");
    let (status, mut body) = refused(400, "invalid_scope", "requested scope is not allowed");
    body["scope"] = json!("email");
    let wider = party.refresh(&bench, &refresh, &[("scope", "openid email")]).await;
    assert_eq!(wider.told(), (status, body));
    let unknown = "resource indicator is missing, or unknown";
    for indicator in [API, "https://unknown.example"] {
        let answered = party.refresh(&bench, &refresh, &[("resource", indicator)]).await;
        assert_eq!(answered.told(), refused(400, "invalid_target", unknown), "{indicator}");
    }
    let relative = "resource indicator must be an absolute URI";
    let answered = party.refresh(&bench, &refresh, &[("resource", "x")]).await;
    assert_eq!(answered.told(), refused(400, "invalid_target", relative));
    for text in ["x", "rt_x.y", &format!("{refresh}x"), &refresh.replace("rt_", "at_")] {
        assert_eq!(party.refresh(&bench, text, &[]).await.told(), invalid_grant(), "{text}");
    }
    suspend(&bench, &tom).await;
    assert_eq!(party.refresh(&bench, &refresh, &[]).await.told(), invalid_grant());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_ends_to_the_millisecond() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (party, secret) = registered(&bench, "Traditional", json!({"refreshTokenTtl": 100})).await;
    let code = Browser::new(&bench).authorize(&party.request(), "tom").await.sent_on("code");
    let own = ("client_secret", secret.as_str());
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", super::CALLBACK),
        ("code_verifier", crate::testing::relying_party::VERIFIER),
        own,
    ];
    let refresh = party.token(&bench, &fields).await.text_of("refresh_token");
    bench.advance_millis(69_999);
    let kept = party.refresh(&bench, &refresh, &[own]).await;
    assert_eq!((kept.status, kept.text_of("refresh_token")), (200, refresh.clone()));
    bench.advance_millis(30_001);
    assert_eq!(party.refresh(&bench, &refresh, &[own]).await.told(), invalid_grant());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_says_what_its_token_is_for() {
    let bench = Bench::new().await;
    let (machine, secret) = registered(&bench, "MachineToMachine", json!({})).await;
    let ask = async |more: &[(&str, &str)]| {
        let fields = [("grant_type", "client_credentials"), ("client_secret", secret.as_str())];
        machine.token(&bench, &[fields.as_slice(), more].concat()).await
    };
    let no_target = "both `resource` and `organization_id` are not provided";
    assert_eq!(ask(&[]).await.told(), refused(400, "invalid_target", no_target));
    let unknown = "resource indicator is missing, or unknown";
    let answered = ask(&[("resource", "https://unknown.example")]).await;
    assert_eq!(answered.told(), refused(400, "invalid_target", unknown));
    let several = "only a single resource indicator value is supported";
    let answered = ask(&[("resource", "urn:a:a"), ("resource", "urn:b:b")]).await;
    assert_eq!(answered.told(), refused(400, "invalid_target", several));
    // No scope asked, none given; scopes that no role gives are passed over.
    resource(&bench, API).await;
    for more in [&[("resource", API)][..], &[("resource", API), ("scope", "nobody:gave")]] {
        let answered = ask(more).await;
        assert_eq!(answered.status, 200, "{}", answered.text);
        assert_eq!(answered.body["token_type"], "Bearer");
        assert!(answered.body.get("scope").is_none(), "{}", answered.text);
        assert!(
            answered.body.get("refresh_token").is_none() && answered.body.get("id_token").is_none()
        );
    }
}
