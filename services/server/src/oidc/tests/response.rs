//! How answers look: the form that posts itself, and tags of what a client has already.

use axum::{body::Body, http::Request};

use crate::testing::{
    Bench,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

/// The value of a hidden field.
fn field(page: &str, name: &str) -> String {
    let marker = format!("name=\"{name}\"");
    let tag = page.split("<input").find(|tag| tag.contains(&marker)).unwrap_or_default();
    let value = tag.split("value=\"").nth(1).unwrap_or_default();
    value.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_by_form_carries_the_code_without_inline_script() {
    let bench = Bench::new().await;
    person(&bench, "tom").await;
    let party = RelyingParty::demo(&bench);
    let request = party.request().with("response_mode", "form_post");
    let page = Browser::new(&bench).authorize(&request, "tom").await;
    assert_eq!((page.status, page.header("location")), (200, ""), "{}", page.text);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text.contains(&format!("action=\"{}\"", party.redirect_uri)), "{}", page.text);
    assert_eq!(field(&page.text, "state"), "a-state");
    assert_eq!(field(&page.text, "iss"), bench.site.issuer());
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    for script in page.text.split("<script").skip(1) {
        assert!(script.split('>').next().unwrap().contains("src=\""), "{script}");
        assert!(script.split('>').nth(1).unwrap().starts_with("</script"), "{script}");
    }
    assert_eq!(page.header("cache-control"), "no-store");
    let code = field(&page.text, "code");
    assert_eq!(party.redeem(&bench, &code).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_a_client_has_are_not_sent_again() {
    let bench = Bench::new().await;
    let get = |tag: String| {
        let request = Request::get("/oidc/jwks").header("if-none-match", tag);
        bench.send(request.body(Body::empty()).unwrap())
    };
    let first = get("\"other\"".into()).await;
    assert_eq!(first.status, 200);
    let again = get(first.header("etag").to_owned()).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    let path = "/api/configs/oidc/private-keys/rotate";
    assert_eq!(bench.request("POST", path, serde_json::json!({})).await.status, 200);
    assert_eq!(get(first.header("etag").to_owned()).await.status, 200);
}
