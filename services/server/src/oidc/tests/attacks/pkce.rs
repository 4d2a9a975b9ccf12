//! PKCE downgrade: a code is only worth something to who began (RFC 7636, RFC 9700 2.1.1).

use crypto::digest::sha256_base64url;

use serde_json::json;

use super::{invalid_grant, registered, registered_with};
use crate::testing::{
    Answer, Bench,
    browser::{Browser, person},
    relying_party::{RelyingParty, VERIFIER},
};

const CALLBACK: &str = "https://app.example/callback";
const METHOD: &str = "not supported value of code_challenge_method";

/// The error that an application is told, with its description.
fn sent_back(answer: &Answer) -> (u16, String, String) {
    (answer.status, answer.sent_on("error"), answer.sent_on("error_description"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_strong_challenge_is_refused() {
    let bench = Bench::new().await;
    let (party, _) = registered(&bench, "SPA", &[CALLBACK]).await;
    let browser = Browser::new(&bench);
    let policy = "Authorization Server policy requires PKCE to be used for this request";
    let bare = party.request().with("code_challenge", "").with("code_challenge_method", "");
    let refused = browser.open(&bare.target()).await;
    assert_eq!(sent_back(&refused), (303, "invalid_request".into(), policy.into()));
    for method in ["plain", "s256", "S512", ""] {
        let weak = party.request().with("code_challenge_method", method);
        let refused = browser.open(&weak.target()).await;
        assert_eq!(sent_back(&refused), (303, "invalid_request".into(), METHOD.into()), "{method}");
    }
    for challenge in ["short", &"a".repeat(42), &"a".repeat(129), "a challenge with spaces"] {
        let weak = party.request().with("code_challenge", challenge);
        let refused = browser.open(&weak.target()).await;
        assert_eq!((refused.status, refused.sent_on("error")), (303, "invalid_request".into()));
    }
    assert_eq!(bench.count("InteractionStarted").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_with_a_challenge_is_not_redeemed_without_its_verifier() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let (party, secret) = registered(&bench, "Traditional", &[CALLBACK]).await;
    let code = Browser::new(&bench).authorize(&party.request(), "tom").await.sent_on("code");
    let redeem = async |verifier: &str| {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_secret", secret.as_str()),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", verifier),
        ];
        party.token(&bench, &fields).await
    };
    assert_eq!(redeem("").await.told(), invalid_grant());
    // The challenge itself is no verifier: that would be the method `plain`.
    assert_eq!(redeem(&sha256_base64url(VERIFIER)).await.told(), invalid_grant());
    assert_eq!(redeem(VERIFIER).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verifier_for_a_code_without_a_challenge_is_refused() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let relaxed = json!({"isPkceRequired": false});
    let made = registered_with(&bench, "Traditional", &[CALLBACK], json!({}), relaxed).await;
    let (party, secret) = made;
    // The attacker strips the challenge from the request; the client still brings its verifier.
    let stripped = party.request().with("code_challenge", "").with("code_challenge_method", "");
    let answered = Browser::new(&bench).authorize(&stripped, "tom").await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_secret", secret.as_str()),
        ("code", &answered.sent_on("code")),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(party.token(&bench, &fields).await.told(), invalid_grant());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_injected_into_another_visit_does_not_fit_its_verifier() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let stolen = Browser::new(&bench).authorize(&party.request(), "tom").await.sent_on("code");
    let own = "the-verifier-of-the-attacker-which-is-long-enough-too";
    let injected = party.redeem_with(&bench, &stolen, &party.redirect_uri, own).await;
    assert_eq!(injected.told(), invalid_grant());
}
