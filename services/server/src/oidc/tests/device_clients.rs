//! Which applications use the device flow, and what those of others must ask.

use serde_json::{Value, json};

use crate::{
    oidc::tests::device::{Device, signed_in},
    testing::{
        Answer, Bench,
        browser::{Browser, person},
        relying_party::RelyingParty,
    },
};

/// Registers a native application.
pub(super) async fn native(bench: &Bench, custom: Value, is_third_party: bool) -> Answer {
    let body = json!({
        "name": "Screen", "type": "Native", "isThirdParty": is_third_party,
        "customClientMetadata": custom,
    });
    bench.request("POST", "/api/applications", body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_third_party_on_a_device_needs_consent() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let id = native(&bench, json!({"isDeviceFlow": true}), true).await.text_of("id");
    let browser = signed_in(&bench, "tom").await;
    for (decision, location, poll) in [
        ("cancel", "/device?error=AbortedError", (400, "access_denied")),
        ("authorize", "/device/success", (200, "")),
    ] {
        let device = Device::begin_as(&bench, &id, "openid").await;
        let sent = device.decide(&browser, ("confirm", "yes")).await;
        assert!(sent.header("location").starts_with("/consent"), "{:?}", sent.headers);
        let page = browser.open(sent.header("location")).await;
        assert!(page.text.contains("Screen"), "{}", page.text);
        let tag = page.text.split("<input").find(|tag| tag.contains("name=\"csrf\"")).unwrap();
        let csrf = tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
        let said = browser.post("/consent", &[("csrf", csrf), ("decision", decision)]).await;
        assert_eq!((said.status, said.header("location")), (303, location), "{}", said.text);
        assert_eq!(device.poll().await.oauth(), poll);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_the_device_flow_cannot_be_sent_a_code() {
    let bench = Bench::new().await;
    let body = json!({
        "name": "Screen", "type": "Native", "customClientMetadata": {"isDeviceFlow": true},
        "oidcClientMetadata":
            {"redirectUris": ["https://app.example/callback"], "postLogoutRedirectUris": []},
    });
    let id = bench.request("POST", "/api/applications", body).await.text_of("id");
    let party = RelyingParty { id, redirect_uri: "https://app.example/callback".into() };
    let sent = Browser::new(&bench).open(&party.request().target()).await;
    assert_eq!(sent.sent_on("error"), "unauthorized_client");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_device_flow_is_chosen_once_and_only_for_native_applications() {
    let bench = Bench::new().await;
    for kind in ["SPA", "Traditional", "MachineToMachine"] {
        let custom = json!({"isDeviceFlow": true});
        let body = json!({"name": "App", "type": kind, "customClientMetadata": custom});
        let refused = bench.request("POST", "/api/applications", body).await;
        assert_eq!(refused.refusal(), (422, "application.device_flow_native_only"), "{kind}");
    }
    let on = native(&bench, json!({"isDeviceFlow": true}), false).await.text_of("id");
    let off = native(&bench, json!({}), false).await.text_of("id");
    let change = async |id: &str, custom: Value| {
        let body = json!({"customClientMetadata": custom});
        bench.request("PATCH", &format!("/api/applications/{id}"), body).await
    };
    for (id, custom) in [
        (&on, json!({"isDeviceFlow": false})),
        (&on, json!({"idTokenTtl": 60})),
        (&off, json!({"isDeviceFlow": true})),
    ] {
        let refused = change(id, custom.clone()).await;
        let code = (422, "application.device_flow_not_changeable");
        assert_eq!(refused.refusal(), code, "{custom}");
    }
    assert_eq!(change(&on, json!({"isDeviceFlow": true, "idTokenTtl": 60})).await.status, 200);
    assert_eq!(change(&off, json!({"isDeviceFlow": false})).await.status, 200);
    let built_in = bench.get("/api/applications/device-demo-app").await;
    assert_eq!(built_in.body["type"], "Native");
    assert_eq!(built_in.body["customClientMetadata"], json!({"isDeviceFlow": true}));
}
