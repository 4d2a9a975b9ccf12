//! Consent of a person to an application of somebody else, by the hosted page and by the API.

use serde_json::{Value, json};

use crate::{
    oidc::tests::{me, resource},
    testing::{
        Answer, Bench,
        browser::{Browser, person},
        relying_party::{AuthorizationRequest, RelyingParty},
    },
};

const API: &str = "https://api.example";
const ORGANIZATIONS: &str = "urn:logto:scope:organizations";

/// A site with a person, an API with two scopes of which the person has `read`, and an application of
/// somebody else.
struct Ground {
    bench: Bench,
    user: String,
    party: RelyingParty,
    scopes: Vec<String>,
}

async fn ground() -> Ground {
    let bench = Bench::new().await;
    let user = person(&bench, "tom").await;
    let api = resource(&bench, API).await;
    let mut scopes = Vec::new();
    for name in ["read", "write"] {
        let body = json!({"name": name, "description": format!("May {name}")});
        let made = bench.request("POST", &format!("/api/resources/{api}/scopes"), body).await;
        scopes.push(made.text_of("id"));
    }
    let body = json!({"name": "reader", "description": "r", "scopeIds": [scopes[0]]});
    let role = bench.request("POST", "/api/roles", body).await.text_of("id");
    let body = json!({"roleIds": [role]});
    let given = bench.request("POST", &format!("/api/users/{user}/roles"), body).await;
    assert_eq!(given.status, 201, "{}", given.text);
    let party = RelyingParty::register(&bench, true).await;
    Ground { bench, user, party, scopes }
}

impl Ground {
    /// Lets the application ask for these.
    async fn list(&self, body: Value) {
        let path = format!("/api/applications/{}/user-consent-scopes", self.party.id);
        let added = self.bench.request("POST", &path, body).await;
        assert_eq!(added.status, 201, "{}", added.text);
    }

    fn request(&self, scope: &str) -> AuthorizationRequest {
        self.party.request().with("scope", scope)
    }

    /// Signs in and stops at the consent page; gives the page.
    async fn asked(&self, browser: &Browser<'_>, request: &AuthorizationRequest) -> Answer {
        let sent_on = browser.authorize(request, "tom").await;
        assert!(sent_on.header("location").contains("/consent"), "{:?}", sent_on.headers);
        let page = browser.open("/consent").await;
        assert_eq!(page.status, 200, "{}", page.text);
        page
    }

    /// Signs in, says yes on the page, and redeems the code.
    async fn consented(&self, browser: &Browser<'_>, request: &AuthorizationRequest) -> Answer {
        let page = self.asked(browser, request).await;
        let code = say_yes(browser, &page, &[]).await.sent_on("code");
        let tokens = self.party.redeem(&self.bench, &code).await;
        assert_eq!(tokens.status, 200, "{}", tokens.text);
        tokens
    }

    async fn organization(&self, name: &str) -> String {
        let made = self.bench.request("POST", "/api/organizations", json!({"name": name})).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let id = made.text_of("id");
        let body = json!({"userIds": [self.user]});
        let path = format!("/api/organizations/{id}/users");
        assert_eq!(self.bench.request("POST", &path, body).await.status, 201);
        id
    }
}

/// The value of the field `csrf` on a page.
fn csrf(page: &Answer) -> String {
    let tag = page.text.split("<input").find(|tag| tag.contains("name=\"csrf\"")).unwrap();
    tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn say_yes(browser: &Browser<'_>, page: &Answer, more: &[(&str, &str)]) -> Answer {
    let token = csrf(page);
    let fields = [("csrf", token.as_str()), ("decision", "authorize")];
    let answer = browser.post("/consent", &[fields.as_slice(), more].concat()).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_what_is_asked_and_a_yes_gives_just_that() {
    let ground = ground().await;
    let all = &ground.scopes;
    ground.list(json!({"userScopes": ["profile", "email"], "resourceScopes": all})).await;
    let browser = Browser::new(&ground.bench);
    let request = ground.request("openid offline_access profile read write").with("resource", API);
    let page = ground.asked(&browser, &request).await;
    for words in ["see your name, picture and profile", "May read", "tom"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    for words in ["see your e-mail address", "May write"] {
        assert!(!page.text.contains(words), "{words}");
    }
    let code = say_yes(&browser, &page, &[]).await.sent_on("code");
    let tokens = ground.party.redeem(&ground.bench, &code).await;
    let refresh = tokens.text_of("refresh_token");
    let api = ground.party.refresh(&ground.bench, &refresh, &[("resource", API)]).await;
    assert_eq!((api.status, &api.body["scope"]), (200, &json!("read")), "{}", api.text);
    assert_eq!(me(&ground.bench, &tokens.text_of("access_token")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_may_ask_for_its_list_and_for_nothing_else() {
    let ground = ground().await;
    ground.list(json!({"userScopes": ["email"]})).await;
    let refused = Browser::new(&ground.bench).open(&ground.request("openid phone").target()).await;
    assert_eq!(refused.sent_on("error"), "invalid_scope");
    // The list is longer at once; an API that is not on it is left out without a word.
    ground.list(json!({"userScopes": ["phone"]})).await;
    let browser = Browser::new(&ground.bench);
    let request = ground.request("openid phone read").with("resource", API);
    let tokens = ground.consented(&browser, &request).await;
    assert_eq!(tokens.body["scope"], "openid phone");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_asked_before_is_asked_again_only_for_more_or_on_demand() {
    let ground = ground().await;
    ground.list(json!({"userScopes": ["email", "phone"]})).await;
    let browser = Browser::new(&ground.bench);
    ground.consented(&browser, &ground.request("openid email")).await;
    let plain = |scope: &str| ground.request(scope).with("prompt", "");
    let silent = |scope: &str| ground.request(scope).with("prompt", "none");
    let again = browser.open(&plain("openid email").target()).await;
    assert!(!again.sent_on("code").is_empty(), "{:?}", again.headers);
    let again = browser.open(&silent("openid").target()).await;
    assert!(!again.sent_on("code").is_empty(), "{:?}", again.headers);
    let more = browser.open(&silent("openid phone").target()).await;
    assert_eq!(more.sent_on("error"), "consent_required");
    let more = browser.open(&plain("openid email phone").target()).await;
    assert!(more.header("location").starts_with("/consent"), "{:?}", more.headers);
    let page = browser.open("/consent").await;
    assert!(page.text.contains("see your phone number"));
    assert!(!page.text.contains("see your e-mail address"), "it was given before");
    let insisted = browser.open(&ground.request("openid email").target()).await;
    assert!(insisted.header("location").starts_with("/consent"), "{:?}", insisted.headers);
    let page = browser.open("/consent").await;
    assert!(page.text.contains("see your e-mail address"), "the application insists");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_elsewhere_needs_no_second_yes() {
    let ground = ground().await;
    ground.list(json!({"userScopes": ["email"]})).await;
    ground.consented(&Browser::new(&ground.bench), &ground.request("openid email")).await;
    let other = Browser::new(&ground.bench);
    let request = ground.request("openid email").with("prompt", "login");
    let sent_on = other.authorize(&request, "tom").await;
    assert!(!sent_on.sent_on("code").is_empty(), "{:?}", sent_on.headers);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_is_asked_for_again() {
    let ground = ground().await;
    ground.list(json!({"userScopes": ["email"]})).await;
    let browser = Browser::new(&ground.bench);
    let tokens = ground.consented(&browser, &ground.request("openid offline_access email")).await;
    let path = format!("/api/users/{}/grants", ground.user);
    let grants = ground.bench.get(&format!("{path}?appType=thirdParty")).await;
    let grant = grants.body["grants"][0]["id"].as_str().unwrap();
    let revoked = ground.bench.request("DELETE", &format!("{path}/{grant}"), Value::Null).await;
    assert_eq!(revoked.status, 204);
    let refresh = tokens.text_of("refresh_token");
    let refused = ground.party.refresh(&ground.bench, &refresh, &[]).await;
    assert_eq!(refused.oauth(), (400, "invalid_grant"));
    let silent = ground.request("openid email").with("prompt", "none");
    assert_eq!(browser.open(&silent.target()).await.sent_on("error"), "consent_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_is_chosen_on_the_page_and_only_that_one_is_open() {
    let ground = ground().await;
    ground.list(json!({"userScopes": [ORGANIZATIONS]})).await;
    let (chosen, other) = (ground.organization("Acme").await, ground.organization("Zeta").await);
    let browser = Browser::new(&ground.bench);
    let scope = format!("openid offline_access {ORGANIZATIONS}");
    let request = ground.request(&scope).with("resource", "urn:logto:resource:organizations");
    let page = ground.asked(&browser, &request).await;
    assert!(page.text.contains("Acme") && page.text.contains("Zeta"), "{}", page.text);
    let answer = say_yes(&browser, &page, &[("organizationIds", &chosen)]).await;
    let tokens = ground.party.redeem(&ground.bench, &answer.sent_on("code")).await;
    let refresh = tokens.text_of("refresh_token");
    let open = ground.party.refresh(&ground.bench, &refresh, &[("organization_id", &chosen)]).await;
    assert_eq!(open.status, 200, "{}", open.text);
    let refresh = open.text_of("refresh_token");
    let shut = ground.party.refresh(&ground.bench, &refresh, &[("organization_id", &other)]).await;
    assert_eq!(shut.oauth(), (403, "access_denied"));
    assert_eq!(
        shut.body["error_description"],
        "organization access is not granted to the application"
    );
    let path = format!(
        "/api/applications/{}/users/{}/consent-organizations",
        ground.party.id, ground.user
    );
    let listed = ground.bench.get(&path).await;
    assert_eq!(listed.body["organizations"][0]["id"], chosen);
    assert_eq!(listed.header("total-number"), "1");
    // Whoever leaves takes the consent along, and joining again does not bring it back.
    let member = format!("/api/organizations/{chosen}/users");
    let own = format!("{member}/{}", ground.user);
    assert_eq!(ground.bench.request("DELETE", &own, Value::Null).await.status, 204);
    let body = json!({"userIds": [ground.user]});
    assert_eq!(ground.bench.request("POST", &member, body).await.status, 201);
    assert_eq!(ground.bench.get(&path).await.body, json!({"organizations": []}));
    let shut = ground.party.refresh(&ground.bench, &refresh, &[("organization_id", &chosen)]).await;
    assert_eq!(shut.oauth(), (403, "access_denied"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_page_reads_and_gives_consent() {
    let ground = ground().await;
    ground
        .list(json!({
            "userScopes": ["email", ORGANIZATIONS], "resourceScopes": ground.scopes,
        }))
        .await;
    let organization = ground.organization("Acme").await;
    let browser = Browser::new(&ground.bench);
    let scope = format!("openid offline_access email {ORGANIZATIONS} read write");
    let request = ground.request(&scope).with("resource", API);
    browser.authorize(&request, "tom").await;
    let asked = browser.open("/api/interaction/consent").await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    assert_eq!(asked.body["application"], json!({"id": ground.party.id, "name": "App"}));
    assert_eq!(asked.body["user"]["id"], ground.user);
    assert_eq!(asked.body["user"]["username"], "tom");
    assert_eq!(asked.body["user"]["primaryEmail"], Value::Null);
    assert_eq!(asked.body["missingOIDCScope"], json!(["email", ORGANIZATIONS]));
    assert_eq!(asked.body["redirectUri"], ground.party.redirect_uri);
    let resource = &asked.body["missingResourceScopes"][0];
    assert_eq!(resource["resource"]["indicator"], API);
    let scope = json!({"id": ground.scopes[0], "name": "read", "description": "May read"});
    assert_eq!(resource["scopes"], json!([scope]));
    let organizations = &asked.body["organizations"];
    let expected = json!([{"id": organization, "name": "Acme", "missingResourceScopes": []}]);
    assert_eq!(*organizations, expected);
    let post = async |body: Value| {
        let target = "/api/interaction/consent";
        browser.send("POST", target, "application/json", &body.to_string()).await
    };
    let refused = post(json!({"organizationIds": ["nowhere00000"]})).await;
    assert_eq!(refused.refusal(), (422, "organization.require_membership"));
    let given = post(json!({"organizationIds": [organization]})).await;
    assert_eq!(given.status, 200, "{}", given.text);
    let code = browser.open(&given.text_of("redirectTo")).await.sent_on("code");
    assert_eq!(ground.party.redeem(&ground.bench, &code).await.status, 200);
    assert_eq!(post(json!({})).await.refusal(), (400, "session.not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_page_ends_the_visit_without_a_grant() {
    let ground = ground().await;
    let browser = Browser::new(&ground.bench);
    browser.authorize(&ground.request("openid"), "tom").await;
    let ended = browser.send("DELETE", "/api/interaction", "application/json", "").await;
    assert_eq!(ended.status, 204, "{}", ended.text);
    let gone = browser.open("/api/interaction/consent").await;
    assert_eq!(gone.refusal(), (400, "session.not_found"));
    assert_eq!(ground.bench.count("GrantCreated").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_by_an_application_of_our_own() {
    let ground = ground().await;
    let ours = RelyingParty::register(&ground.bench, false).await;
    let sent_on = Browser::new(&ground.bench).authorize(&ours.request(), "tom").await;
    assert!(!sent_on.sent_on("code").is_empty(), "{:?}", sent_on.headers);
    assert_eq!(ground.bench.count("ConsentGiven").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_application_that_is_let_in_is_noted_with_the_user() {
    let ground = ground().await;
    let path = format!("/api/users/{}", ground.user);
    assert_eq!(ground.bench.get(&path).await.body["applicationId"], Value::Null);
    ground.consented(&Browser::new(&ground.bench), &ground.request("openid")).await;
    assert_eq!(ground.bench.get(&path).await.body["applicationId"], ground.party.id);
    let ours = RelyingParty::register(&ground.bench, false).await;
    Browser::new(&ground.bench).authorize(&ours.request(), "tom").await;
    assert_eq!(ground.bench.get(&path).await.body["applicationId"], ground.party.id);
    assert_eq!(ground.bench.count("FirstApplicationAuthorized").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn access_control_turns_away_who_is_not_listed() {
    let ground = ground().await;
    let ours = RelyingParty::register(&ground.bench, false).await;
    let path = format!("/api/applications/{}", ours.id);
    let other = person(&ground.bench, "ann").await;
    let lists = json!({
        "userIds": [other], "userRoleIds": [], "organizationIds": [], "organizationRoleRules": [],
    });
    let control = format!("{path}/access-control");
    assert_eq!(ground.bench.request("PUT", &control, lists.clone()).await.body, lists);
    let enabled = json!({"appLevelAccessControlEnabled": true});
    let changed = ground.bench.request("PATCH", &path, enabled).await;
    assert_eq!(changed.body["appLevelAccessControlEnabled"], true, "{}", changed.text);
    let refused = Browser::new(&ground.bench).authorize(&ours.request(), "tom").await;
    assert_eq!(refused.sent_on("error"), "access_denied");
    assert_eq!(refused.sent_on("state"), "a-state");
    let let_in = Browser::new(&ground.bench).authorize(&ours.request(), "ann").await;
    assert!(!let_in.sent_on("code").is_empty(), "{:?}", let_in.headers);
    // The same for an application of somebody else, on its page and for a custom one.
    let path = format!("/api/applications/{}", ground.party.id);
    ground.bench.request("PUT", &format!("{path}/access-control"), lists).await;
    let enabled = json!({"appLevelAccessControlEnabled": true});
    assert_eq!(ground.bench.request("PATCH", &path, enabled).await.status, 200);
    let browser = Browser::new(&ground.bench);
    let page = ground.asked(&browser, &ground.request("openid")).await;
    let custom = browser.send("POST", "/api/interaction/consent", "application/json", "{}").await;
    assert_eq!(custom.refusal(), (403, "oidc.access_denied"));
    assert_eq!(say_yes(&browser, &page, &[]).await.sent_on("error"), "access_denied");
    assert_eq!(ground.bench.count("ConsentGiven").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_of_a_registered_application_fails_at_consent() {
    let ground = ground().await;
    ground.list(json!({"userScopes": ["email", ORGANIZATIONS]})).await;
    let organizations = "urn:logto:resource:organizations";
    for (scope, resources) in [
        ("", &[][..]),
        ("openid", &[][..]),
        ("nonsense read", &[][..]),
        ("openid read write nonsense", &[API][..]),
        ("read", &[API][..]),
        ("openid email urn:logto:scope:organizations", &[organizations][..]),
        ("invite openid urn:logto:scope:organizations", &[API, organizations][..]),
        ("offline_access", &[organizations][..]),
    ] {
        let mut request = ground.request(scope);
        if !resources.is_empty() {
            request = request.with("resource", &resources.join(","));
        }
        let browser = Browser::new(&ground.bench);
        let page = ground.asked(&browser, &request).await;
        let asked = browser.open("/api/interaction/consent").await;
        assert_eq!(asked.status, 200, "{scope} {resources:?}: {}", asked.text);
        let code = say_yes(&browser, &page, &[]).await.sent_on("code");
        let tokens = ground.party.redeem(&ground.bench, &code).await;
        assert_eq!(tokens.status, 200, "{scope} {resources:?}: {}", tokens.text);
    }
}
