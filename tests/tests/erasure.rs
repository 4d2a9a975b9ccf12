//! A person can be forgotten: after the deletion no byte on the disk tells who it was.

use std::{fs, path::Path, time::Duration};

use e2e::{
    browser::{Browser, Login},
    evident::Server,
    relying_party::RelyingParty,
    waiting::until,
};
use serde_json::json;

/// Stands in every value of the person.
const MARK: &str = "zqxwvjk7391";
/// The password, which must not be anywhere even before.
const PASSWORD: &str = "pw-bqzkxw-5512-quite-unique";
/// Longest wait for the key to be destroyed.
const ERASURE_WAIT: Duration = Duration::from_secs(30);

/// Files below `folder` that contain `mark`, in any case of letters.
fn files_with(folder: &Path, mark: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, mark));
            continue;
        }
        let bytes = fs::read(&path).unwrap().to_ascii_lowercase();
        if bytes.windows(mark.len()).any(|window| window == mark.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_person_is_nowhere_in_the_data_folder() {
    let mut server = Server::start().await.unwrap();
    let management = server.management().await.unwrap();
    let username = format!("user_{MARK}");
    let user = json!({
        "username": username,
        "password": PASSWORD,
        "primaryEmail": format!("{MARK}@shop.example"),
        "name": format!("Name {MARK}"),
        "avatar": format!("https://shop.example/{MARK}.png"),
        "customData": { MARK: MARK },
        "profile": { "nickname": MARK, "address": { "formatted": MARK } },
    });
    let id = management.create_user(&user).await.unwrap();
    let bystander = management.create_person("bystander", "a right password").await.unwrap();
    let party = RelyingParty::register(&management, "SPA").await.unwrap();
    let browser = Browser::new(&server.endpoint()).unwrap();
    browser.begin(&party.request().with("login_hint", &username)).await.unwrap();
    let wrong = browser.show_password(Login::new(&username, "wrong")).await.unwrap();
    assert_eq!(wrong.status, 422);
    let login = Login::new(&username, PASSWORD);
    let code = browser.authorize(&party.request(), login).await.unwrap().code().unwrap();
    let tokens = party.redeem(&server.http().unwrap(), &code).await.unwrap().expect(200).unwrap();
    let path = format!("/api/users/{id}");
    let change = json!({ "name": format!("Other {MARK}") });
    management.http.patch(&path, &change).await.unwrap().expect(200).unwrap();
    let search = management.http.get(&format!("/api/users?search=%25{MARK}%25")).await.unwrap();
    assert_eq!(search.json().as_array().map(Vec::len), Some(1));

    management.http.delete(&path).await.unwrap().expect(204).unwrap();
    let erased = until("the data key to be destroyed", ERASURE_WAIT, || async {
        let events = management.events(&format!("stream=user-default.{id}")).await.unwrap();
        let open = events.iter().any(|event| event["personal"].is_object());
        (!events.is_empty() && !open).then_some(())
    });
    erased.await.unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let refused = party.refresh(&server.http().unwrap(), refresh).await.unwrap();
    assert_eq!(refused.oauth(), (400, "invalid_grant".into()));
    server.stop().await.unwrap();

    assert_eq!(
        files_with(&server.data_folder(), MARK),
        Vec::<String>::new(),
        "the person is still there"
    );
    assert_eq!(files_with(&server.data_folder(), PASSWORD), Vec::<String>::new());
    assert_eq!(files_with(server.text_log().parent().unwrap(), MARK), Vec::<String>::new());
    server.verify().unwrap();

    fs::remove_dir_all(server.data_folder().join("views")).unwrap();
    server.start_again().await.unwrap();
    let gone = management.http.get(&path).await.unwrap();
    assert_eq!(gone.refusal(), (404, "entity.not_found".into()));
    let other = management.user(&bystander).await.unwrap();
    assert_eq!(other["username"], "bystander", "somebody else was forgotten too");
    let again = json!({ "username": username });
    management.create_user(&again).await.expect("the name of a deleted user is free");
}
