//! Only our own pages drive a visit.

use serde_json::json;

use crate::testing::{Bench, ENDPOINT, browser::Browser, relying_party::RelyingParty};

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_origins_cannot_drive_a_visit() {
    let bench = Bench::new().await;
    let purpose = json!({"interactionEvent": "SignIn"});
    let mut browser = Browser::new(&bench);
    browser.open(&RelyingParty::demo(&bench).request().target()).await;
    for origin in ["https://evil.example", "null", "http://localhost:3001.evil.example", ""] {
        browser = browser.with_origin(origin);
        let before = bench.head();
        let refused = browser.experience("PUT", "", purpose.clone()).await;
        assert_eq!(refused.refusal(), (403, "auth.forbidden"), "{origin}");
        assert_eq!(bench.head(), before, "{origin}");
    }
    browser = browser.with_origin(ENDPOINT);
    assert_eq!(browser.experience("PUT", "", purpose).await.status, 204);
}
