//! Applications through the router.

use serde_json::{Value, json};

use crate::testing::{Answer, Bench};

async fn create(bench: &Bench, kind: &str) -> Answer {
    bench.request("POST", "/api/applications", json!({"name": "App", "type": kind})).await
}

async fn created(bench: &Bench, kind: &str) -> String {
    create(bench, kind).await.body["id"].as_str().unwrap().to_owned()
}

async fn role(bench: &Bench, name: &str, kind: &str) -> String {
    let body = json!({"name": name, "description": "d", "type": kind});
    let answer = bench.request("POST", "/api/roles", body).await;
    answer.body["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_machine_has_one_secret_that_its_own_answer_does_not_show() {
    let bench = Bench::new().await;
    let answer = create(&bench, "MachineToMachine").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["id"].as_str().unwrap().len(), 21);
    assert!(answer.body.get("secret").is_none());
    assert_eq!(
        answer.body["oidcClientMetadata"],
        json!({"redirectUris": [], "postLogoutRedirectUris": []})
    );
    let id = answer.body["id"].as_str().unwrap();
    let secrets = bench.get(&format!("/api/applications/{id}/secrets")).await;
    assert_eq!(secrets.body[0]["name"], "Default secret");
    assert_eq!(secrets.body[0]["value"].as_str().unwrap().len(), 32);
    assert_eq!(secrets.body.as_array().unwrap().len(), 1);
    let id = created(&bench, "SPA").await;
    let secrets = bench.get(&format!("/api/applications/{id}/secrets")).await;
    assert_eq!(secrets.body, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn applications_that_cannot_be_are_refused() {
    let bench = Bench::new().await;
    for (body, status, code) in [
        (json!({"name": "A"}), 400, "guard.invalid_input"),
        (json!({"name": "", "type": "SPA"}), 400, "guard.invalid_input"),
        (json!({"name": "a".repeat(257), "type": "SPA"}), 400, "guard.invalid_input"),
        (json!({"name": 1, "type": "SPA"}), 400, "guard.invalid_input"),
        (json!({"name": "A", "type": "Other"}), 400, "guard.invalid_input"),
        (json!({"name": "A", "type": "SAML"}), 400, "application.saml.use_saml_app_api"),
        (
            json!({"name": "A", "type": "Protected"}),
            400,
            "application.protected_app_metadata_is_required",
        ),
        (
            json!({"name": "A", "type": "MachineToMachine", "isThirdParty": true}),
            400,
            "application.invalid_third_party_application_type",
        ),
        (
            json!({"name": "A", "type": "SPA", "customClientMetadata": {"isDeviceFlow": true}}),
            422,
            "application.device_flow_native_only",
        ),
        (
            json!({"name": "A", "type": "SPA", "isThirdParty": true,
                "customClientMetadata": {"allowTokenExchange": true}}),
            422,
            "application.third_party_application_cannot_enable_token_exchange",
        ),
        (
            json!({"name": "A", "type": "SPA",
                "oidcClientMetadata": {"redirectUris": ["javascript:alert(1)"]}}),
            400,
            "guard.invalid_input",
        ),
    ] {
        let answer = bench.request("POST", "/api/applications", body.clone()).await;
        assert_eq!(answer.refusal(), (status, code), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn third_parties_sign_users_in() {
    let bench = Bench::new().await;
    for kind in ["Traditional", "SPA", "Native"] {
        let body = json!({"name": "A", "type": kind, "isThirdParty": true});
        let answer = bench.request("POST", "/api/applications", body).await;
        assert_eq!((answer.status, &answer.body["isThirdParty"]), (200, &json!(true)), "{kind}");
    }
    let third = bench.get("/api/applications?isThirdParty=true").await;
    assert_eq!(third.body.as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_that_are_objects_are_replaced_and_custom_data_can_be_merged() {
    let bench = Bench::new().await;
    let id = created(&bench, "Traditional").await;
    let path = format!("/api/applications/{id}");
    let body = json!({"customData": {"a": {"x": 1}, "b": 2}, "description": "text"});
    assert_eq!(bench.request("PATCH", &path, body).await.status, 200);
    let merged = bench
        .request("PATCH", &format!("{path}/custom-data"), json!({"a": {"y": 2}, "c": 3}))
        .await;
    assert_eq!((merged.status, merged.body), (200, json!({"a": {"y": 2}, "b": 2, "c": 3})));
    let body = json!({"customData": {"z": 1}, "description": ""});
    let changed = bench.request("PATCH", &path, body).await;
    assert_eq!(changed.body["customData"], json!({"z": 1}));
    assert_eq!(changed.body["description"], Value::Null);
    let read = bench.get(&path).await;
    assert_eq!((&read.body["isAdmin"], &read.body["name"]), (&json!(false), &json!("App")));
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_cannot_be_are_refused() {
    let bench = Bench::new().await;
    let metadata = json!({"isDeviceFlow": true});
    let body = json!({"name": "A", "type": "Native", "customClientMetadata": metadata});
    let native = bench.request("POST", "/api/applications", body).await;
    let path = format!("/api/applications/{}", native.body["id"].as_str().unwrap());
    for (body, status, code) in [
        (json!({}), 422, "entity.invalid_input"),
        (json!({"name": null}), 400, "guard.invalid_input"),
        (json!({"customClientMetadata": {}}), 422, "application.device_flow_not_changeable"),
        (json!({"appLevelAccessControlEnabled": true}), 422, "request.invalid_input"),
        (
            json!({"protectedAppMetadata": {"origin": "https://a"}}),
            400,
            "application.protected_application_only",
        ),
        (json!({"isAdmin": true}), 500, "entity.not_exists"),
    ] {
        let answer = bench.request("PATCH", &path, body.clone()).await;
        assert_eq!(answer.refusal(), (status, code), "{body}");
    }
    let absent = bench.request("PATCH", "/api/applications/none", json!({"name": "A"})).await;
    assert_eq!(absent.refusal(), (404, "entity.not_exists_with_id"));
    let absent =
        bench.request("PATCH", "/api/applications/none/custom-data", json!({"a": 1})).await;
    assert_eq!(absent.refusal(), (404, "entity.not_exists"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_application_is_gone_and_the_demo_application_is_always_there() {
    let bench = Bench::new().await;
    let path = format!("/api/applications/{}", created(&bench, "SPA").await);
    assert_eq!(bench.request("DELETE", &path, Value::Null).await.status, 204);
    assert_eq!(bench.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
    let again = bench.request("DELETE", &path, Value::Null).await;
    assert_eq!(again.refusal(), (404, "entity.not_found"));
    let demo = bench.get("/api/applications/demo-app").await;
    assert_eq!((demo.status, &demo.body["createdAt"]), (200, &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_newest_first_and_pages_only_when_asked() {
    let bench = Bench::new().await;
    for kind in ["SPA", "Native", "MachineToMachine"] {
        create(&bench, kind).await;
    }
    let all = bench.get("/api/applications").await;
    let types: Vec<&str> =
        all.body.as_array().unwrap().iter().map(|app| app["type"].as_str().unwrap()).collect();
    assert_eq!(types[..3], ["MachineToMachine", "Native", "SPA"]);
    assert_eq!(all.header("total-number"), "");
    let some = bench.get("/api/applications?types=SPA&types=Native&page=1&page_size=1").await;
    assert_eq!((some.header("total-number"), some.body.as_array().unwrap().len()), ("2", 1));
    assert_eq!(bench.get("/api/applications?types=SAML").await.body, json!([]));
    let wrong = bench.get("/api/applications?types=x").await;
    assert_eq!(wrong.refusal(), (400, "guard.invalid_input"));
    let both = bench.get("/api/applications?excludeRoleId=a&excludeOrganizationId=b").await;
    assert_eq!(both.refusal(), (400, "request.invalid_input"));
    let found = bench.get("/api/applications?search=%25app%25").await;
    assert_eq!(found.body.as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_created_renamed_and_deleted() {
    let bench = Bench::new().await;
    let path = format!("/api/applications/{}/secrets", created(&bench, "Traditional").await);
    let made = bench.request("POST", &path, json!({"name": "second"})).await;
    assert_eq!((made.status, &made.body["expiresAt"]), (201, &Value::Null));
    let taken = bench.request("POST", &path, json!({"name": "second"})).await;
    assert_eq!(taken.refusal(), (422, "application.secret_name_exists"));
    let past = bench.request("POST", &path, json!({"name": "third", "expiresAt": 1})).await;
    assert_eq!(past.refusal(), (400, "request.invalid_input"));
    let second = format!("{path}/second");
    let renamed = bench.request("PATCH", &second, json!({"name": "new name"})).await;
    assert_eq!((renamed.status, &renamed.body["value"]), (200, &made.body["value"]));
    let gone = bench.request("PATCH", &second, json!({"name": "x"})).await;
    assert_eq!(gone.refusal(), (404, "entity.not_exists"));
    let duplicate = bench
        .request("PATCH", &format!("{path}/new%20name"), json!({"name": "Default secret"}))
        .await;
    assert_eq!(duplicate.refusal(), (422, "application.secret_name_exists"));
    for name in ["new%20name", "Default%20secret"] {
        let deleted = bench.request("DELETE", &format!("{path}/{name}"), Value::Null).await;
        assert_eq!(deleted.status, 204);
    }
    let again = bench.request("DELETE", &second, Value::Null).await;
    assert_eq!(again.refusal(), (404, "entity.not_found"));
    let public = format!("/api/applications/{}/secrets", created(&bench, "SPA").await);
    let refused = bench.request("POST", &public, json!({"name": "a"})).await;
    assert_eq!(refused.refusal(), (422, "entity.db_constraint_violated"));
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_hold_machine_roles() {
    let bench = Bench::new().await;
    let id = created(&bench, "MachineToMachine").await;
    let path = format!("/api/applications/{id}/roles");
    let (one, two) = (
        role(&bench, "one", "MachineToMachine").await,
        role(&bench, "two", "MachineToMachine").await,
    );
    let given = bench.request("POST", &path, json!({"roleIds": [one, one]})).await;
    assert_eq!((given.status, &given.body["addedRoleIds"]), (201, &json!([one])));
    let given = bench.request("POST", &path, json!({"roleIds": [one, two]})).await;
    assert_eq!(given.body, json!({"roleIds": [one, two], "addedRoleIds": [two]}));
    let listed = bench.get(&path).await;
    assert_eq!((listed.header("total-number"), &listed.body[0]["name"]), ("2", &json!("two")));
    let replaced = bench.request("PUT", &path, json!({"roleIds": [one]})).await;
    assert_eq!((replaced.status, replaced.text.as_str()), (200, ""));
    let taken = format!("{path}/{one}");
    assert_eq!(bench.request("DELETE", &taken, Value::Null).await.status, 204);
    let again = bench.request("DELETE", &taken, Value::Null).await;
    assert_eq!(again.refusal(), (404, "entity.not_found"));
    assert_eq!(bench.get(&path).await.body, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_an_application_cannot_hold_are_refused() {
    let bench = Bench::new().await;
    let machine = format!("/api/applications/{}/roles", created(&bench, "MachineToMachine").await);
    let page = format!("/api/applications/{}/roles", created(&bench, "SPA").await);
    let user = json!({"roleIds": [role(&bench, "user", "User").await]});
    for (method, path, body, status, code) in [
        ("POST", &machine, json!({"roleIds": []}), 400, "guard.invalid_input"),
        ("POST", &machine, json!({"roleIds": "x"}), 400, "guard.invalid_input"),
        ("POST", &machine, json!({"roleIds": ["none"]}), 404, "entity.not_exists_with_id"),
        ("POST", &machine, user.clone(), 422, "application.invalid_role_type"),
        ("PUT", &machine, user.clone(), 422, "entity.db_constraint_violated"),
        ("POST", &page, user, 422, "application.invalid_type"),
        ("GET", &page, Value::Null, 422, "application.invalid_type"),
    ] {
        let answer = bench.request(method, path, body.clone()).await;
        assert_eq!(answer.refusal(), (status, code), "{method} {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_the_scope_opens_nothing() {
    let mut bench = Bench::new().await;
    let token = bench.token("tester", "tester", "openid");
    bench.use_token(token);
    let answer = bench.get("/api/applications").await;
    assert_eq!(answer.refusal(), (403, "auth.forbidden"));
}
