//! A fresh server makes whoever comes first its administrator, once (contract: tenants §1).

use std::collections::HashSet;

use e2e::{
    browser::{Browser, Login},
    evident::{Server, free_port},
    http::{Answer, Http},
    management::Management,
    page::Form,
    relying_party::{CODE_VERIFIER, RelyingParty},
};
use serde_json::Value;
use tokio::task::JoinSet;

const PASSWORD: &str = "quiet river 7 stones";
const API: &str = "https://default.logto.app/api";

/// A server whose tenant `admin` is served at the URL given with it.
async fn ground() -> (Server, String) {
    let address = format!("127.0.0.1:{}", free_port().unwrap());
    let server = Server::start_with(&["--admin-listen", &address]).await.unwrap();
    (server, format!("http://{address}"))
}

/// The machine that can read the tenant `admin`.
async fn machine(server: &Server, admin: &str) -> Management {
    let file = server.data_folder().join("management-admin.json");
    Management::connect(Http::new(admin).unwrap(), &file).await.unwrap()
}

/// The first-run form, filled in.
async fn form(http: &Http, username: &str, password: &str) -> Form {
    let page = http.get("/").await.unwrap();
    assert_eq!(page.status, 200, "{}", page.text());
    let form = Form::read(&page.text()).unwrap();
    let form = form.fill("identifier", username).fill("newPassword", password);
    form.fill("confirmPassword", password)
}

async fn post(http: &Http, form: &Form) -> Answer {
    http.form("/", &form.pairs()).await.unwrap()
}

fn has_form(page: &Answer) -> bool {
    page.text().contains("name=\"newPassword\"")
}

/// Signs in at the tenant `admin` with the built-in application; gives a token for [`API`].
async fn token(admin: &str, username: &str) -> String {
    let party = RelyingParty { client_id: "demo-app".into(), secret: None };
    let redirect_uri = format!("{admin}/demo-app");
    let request = party.request().with("redirect_uri", &redirect_uri);
    let request = request.with("scope", "openid all").with("resource", API);
    let browser = Browser::new(admin).unwrap();
    browser.begin(&request).await.unwrap();
    let target = browser.sign_in(Login::new(username, PASSWORD)).await.unwrap();
    let sent_on = browser.open(&target).await.unwrap().header("location");
    assert!(sent_on.starts_with(&redirect_uri), "{sent_on}");
    let url = url::Url::parse(&sent_on).unwrap();
    let code = url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", redirect_uri.as_str()),
        ("code_verifier", CODE_VERIFIER),
        ("resource", API),
    ];
    let tokens = party.token(&Http::new(admin).unwrap(), &fields).await.unwrap();
    let tokens = tokens.expect(200).unwrap();
    tokens.get("access_token").and_then(Value::as_str).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_first_administers_the_server() {
    let (server, admin) = ground().await;
    let http = Http::new(&admin).unwrap();
    let machine = machine(&server, &admin).await;

    let weak = post(&http, &form(&http, "ada", "ada").await).await;
    assert_eq!((weak.status, has_form(&weak)), (422, true), "{}", weak.text());
    let forged = post(&http, &form(&http, "ada", PASSWORD).await.fill("csrf", "forged")).await;
    assert_eq!((forged.status, forged.header("location").as_str()), (303, "/"));
    let different = form(&http, "ada", PASSWORD).await.fill("confirmPassword", "another one");
    assert_eq!(post(&http, &different).await.status, 422);
    assert_eq!(machine.count("UserCreated", "").await.unwrap(), 0);

    let good = form(&http, "ada", PASSWORD).await;
    let done = post(&http, &good).await;
    assert_eq!((done.status, done.header("location").as_str()), (303, "/"), "{}", done.text());
    let page = http.get("/").await.unwrap();
    assert_eq!((page.status, has_form(&page)), (200, false));
    post(&http, &good).await;
    post(&http, &good.fill("identifier", "eve")).await;
    assert_eq!(machine.count("UserCreated", "").await.unwrap(), 1);

    let other = server.http().unwrap().get("/").await.unwrap();
    assert_eq!((other.status, has_form(&other)), (200, false), "the default tenant has no form");

    let token = token(&admin, "ada").await;
    server.management().await.unwrap().create_person("tom", PASSWORD).await.unwrap();
    let users = server.http().unwrap().bearer(&token).get("/api/users").await.unwrap();
    let users = users.expect(200).unwrap();
    assert_eq!(users[0]["username"], "tom");
    let refused = http.bearer(&token).get("/api/users").await.unwrap();
    assert_eq!(refused.refusal(), (401, "auth.unauthorized".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ten_who_come_first_at_once_exactly_one_is() {
    let (mut server, admin) = ground().await;
    let http = Http::new(&admin).unwrap();
    let mut racing = JoinSet::new();
    let mut forms = Vec::new();
    for at in 0..10 {
        forms.push(form(&http, &format!("ada{at}"), PASSWORD).await);
    }
    for form in forms {
        let http = http.clone();
        racing.spawn(async move { post(&http, &form).await.status });
    }
    let answers: HashSet<u16> = racing.join_all().await.into_iter().collect();
    assert_eq!(answers, HashSet::from([303]));
    let machine = machine(&server, &admin).await;
    assert_eq!(machine.count("UserCreated", "").await.unwrap(), 1);
    let users = machine.http.get("/api/users").await.unwrap().expect(200).unwrap();
    assert_eq!(users.as_array().unwrap().len(), 1);
    let winner = users[0]["username"].as_str().unwrap().to_owned();
    let token = token(&admin, &winner).await;
    let opened = server.http().unwrap().bearer(&token).get("/api/users").await.unwrap();
    assert_eq!(opened.status, 200, "{}", opened.text());

    server.restart().await.unwrap();
    assert!(!has_form(&http.get("/").await.unwrap()), "a restart offers the form again");
}
