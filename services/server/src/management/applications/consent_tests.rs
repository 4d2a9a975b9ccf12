//! What third-party applications may ask users for, and who may use applications.

use serde_json::{Value, json};

use crate::testing::{Answer, Bench, browser::person, relying_party::RelyingParty};

const API: &str = "https://api.example";

async fn scope(bench: &Bench, indicator: &str, name: &str) -> (String, String) {
    let body = json!({"name": "API", "indicator": indicator});
    let resource = bench.request("POST", "/api/resources", body).await.text_of("id");
    let path = format!("/api/resources/{resource}/scopes");
    let body = json!({"name": name, "description": "d"});
    (resource, bench.request("POST", &path, body).await.text_of("id"))
}

async fn organization_scope(bench: &Bench, name: &str) -> String {
    let body = json!({"name": name, "description": "d"});
    let made = bench.request("POST", "/api/organization-scopes", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.text_of("id")
}

fn path(party: &RelyingParty) -> String {
    format!("/api/applications/{}/user-consent-scopes", party.id)
}

async fn add(bench: &Bench, party: &RelyingParty, body: Value) -> Answer {
    bench.request("POST", &path(party), body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_are_listed_where_they_belong_and_removed_one_by_one() {
    let bench = Bench::new().await;
    let party = RelyingParty::register(&bench, true).await;
    let empty = json!({
        "organizationScopes": [], "resourceScopes": [], "organizationResourceScopes": [],
        "userScopes": [],
    });
    assert_eq!(bench.get(&path(&party)).await.body, empty);
    assert_eq!(add(&bench, &party, json!({})).await.status, 201);
    let (resource, id) = scope(&bench, API, "read").await;
    let inside = organization_scope(&bench, "invite").await;
    let body = json!({
        "organizationScopes": [inside, inside], "resourceScopes": [id],
        "organizationResourceScopes": [id], "userScopes": ["email", "phone"],
    });
    for _ in 0..2 {
        let added = add(&bench, &party, body.clone()).await;
        assert_eq!((added.status, added.text.as_str()), (201, ""));
    }
    let line = json!({"id": id, "name": "read", "description": "d"});
    let group = json!([{
        "resource": {"id": resource, "name": "API", "indicator": API}, "scopes": [line],
    }]);
    let expected = json!({
        "organizationScopes": [{"id": inside, "name": "invite", "description": "d"}],
        "resourceScopes": group, "organizationResourceScopes": group,
        "userScopes": ["email", "phone"],
    });
    assert_eq!(bench.get(&path(&party)).await.body, expected);
    for one in [
        format!("organization-scopes/{inside}"),
        format!("resource-scopes/{id}"),
        format!("organization-resource-scopes/{id}"),
        "user-scopes/email".into(),
        "user-scopes/phone".into(),
    ] {
        let one = format!("{}/{one}", path(&party));
        assert_eq!(bench.request("DELETE", &one, Value::Null).await.status, 204, "{one}");
        let gone = bench.request("DELETE", &one, Value::Null).await;
        assert_eq!(gone.refusal(), (404, "entity.not_found"), "{one}");
    }
    assert_eq!(bench.get(&path(&party)).await.body, empty);
    let wrong = format!("{}/some-scopes/x", path(&party));
    let wrong = bench.request("DELETE", &wrong, Value::Null).await;
    assert_eq!(wrong.refusal(), (400, "guard.invalid_input"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_is_not_there_is_named() {
    let bench = Bench::new().await;
    let party = RelyingParty::register(&bench, true).await;
    let (_, id) = scope(&bench, API, "read").await;
    let body = json!({
        "organizationScopes": ["o"], "resourceScopes": [id, "r"],
        "organizationResourceScopes": ["b", "not an id"],
    });
    let refused = add(&bench, &party, body).await;
    assert_eq!(refused.refusal(), (422, "application.user_consent_scopes_not_found"));
    let expected = json!({
        "invalidOrganizationScopes": ["o"], "invalidResourceScopes": ["r"],
        "invalidOrganizationResourceScopes": ["b", "not an id"],
    });
    assert_eq!(refused.body["data"], expected);
    let refused = add(&bench, &party, json!({"userScopes": ["openid"]})).await;
    assert_eq!(refused.refusal(), (400, "guard.invalid_input"));
    let refused = add(&bench, &party, json!({"userScopes": ["nonsense"]})).await;
    assert_eq!(refused.refusal(), (400, "guard.invalid_input"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_management_api_is_not_for_third_parties() {
    let bench = Bench::new().await;
    let party = RelyingParty::register(&bench, true).await;
    let resources = bench.get("/api/resources?includeScopes=true").await;
    let resources = resources.body.as_array().unwrap();
    let ours = resources.iter().find(|it| it["indicator"] == bench.site.management_indicator());
    let all = ours.unwrap()["scopes"][0]["id"].clone();
    for kind in ["resourceScopes", "organizationResourceScopes"] {
        let refused = add(&bench, &party, json!({kind: [all]})).await;
        let code = "application.consent_management_api_scopes_not_allowed";
        assert_eq!(refused.refusal(), (422, code));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_applications_ask_for_no_consent() {
    let bench = Bench::new().await;
    let ours = RelyingParty::register(&bench, false).await;
    let refused = add(&bench, &ours, json!({"userScopes": ["email"]})).await;
    assert_eq!(refused.refusal(), (422, "application.third_party_application_only"));
    let user = person(&bench, "tom").await;
    let list = format!("/api/applications/{}/users/{user}/consent-organizations", ours.id);
    let code = "application.third_party_application_only";
    assert_eq!(bench.get(&list).await.refusal(), (422, code));
    let body = json!({"organizationIds": []});
    assert_eq!(bench.request("PUT", &list, body).await.refusal(), (422, code));
    let nobody = RelyingParty { id: "nobody".into(), redirect_uri: String::new() };
    let absent = (404, "entity.not_exists_with_id");
    assert_eq!(bench.get(&path(&nobody)).await.refusal(), absent);
    assert_eq!(add(&bench, &nobody, json!({})).await.refusal(), absent);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_decides_about_organizations_of_members() {
    let bench = Bench::new().await;
    let party = RelyingParty::register(&bench, true).await;
    let user = person(&bench, "tom").await;
    let mut ids = Vec::new();
    for name in ["Acme", "Zeta"] {
        let made = bench.request("POST", "/api/organizations", json!({"name": name})).await;
        let id = made.text_of("id");
        let body = json!({"userIds": [user]});
        bench.request("POST", &format!("/api/organizations/{id}/users"), body).await;
        ids.push(id);
    }
    let list = format!("/api/applications/{}/users/{user}/consent-organizations", party.id);
    let of = |ids: &[&String]| json!({"organizationIds": ids});
    let held = async || {
        let listed = bench.get(&list).await;
        let all = listed.body["organizations"].as_array().unwrap().clone();
        all.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(bench.request("POST", &list, of(&[&ids[0]])).await.status, 201);
    assert_eq!(bench.request("POST", &list, of(&[&ids[0], &ids[1]])).await.status, 201);
    assert_eq!(held().await, ids);
    assert_eq!(bench.request("PUT", &list, of(&[&ids[1]])).await.status, 204);
    assert_eq!(held().await, ids[1..]);
    let one = format!("{list}/{}", ids[1]);
    assert_eq!(bench.request("DELETE", &one, Value::Null).await.status, 204);
    assert_eq!(
        bench.request("DELETE", &one, Value::Null).await.refusal(),
        (404, "entity.not_found")
    );
    assert_eq!(bench.request("POST", &list, of(&[])).await.refusal(), (400, "guard.invalid_input"));
    let stranger = bench.request("POST", "/api/organizations", json!({"name": "X"})).await;
    let stranger = stranger.text_of("id");
    for method in ["POST", "PUT"] {
        let refused = bench.request(method, &list, of(&[&stranger])).await;
        assert_eq!(refused.refusal(), (422, "organization.require_membership"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn access_control_names_only_what_is_there() {
    let bench = Bench::new().await;
    let party = RelyingParty::register(&bench, false).await;
    let user = person(&bench, "tom").await;
    let application = format!("/api/applications/{}", party.id);
    let control = format!("{application}/access-control");
    let lists = |users: Value, rules: Value| {
        json!({"userIds": users, "userRoleIds": [], "organizationIds": [],
            "organizationRoleRules": rules})
    };
    assert_eq!(bench.get(&control).await.body, lists(json!([]), json!([])));
    let unknown = bench.request("PUT", &control, lists(json!(["nobody000000"]), json!([]))).await;
    assert_eq!(unknown.refusal(), (404, "entity.relation_foreign_key_not_found"));
    let no_role = json!([{"organizationId": "o", "organizationRoleIds": []}]);
    let refused = bench.request("PUT", &control, lists(json!([]), no_role)).await;
    assert_eq!(refused.refusal(), (404, "entity.relation_foreign_key_not_found"));
    let twice = lists(json!([user, user]), json!([]));
    let set = bench.request("PUT", &control, twice).await;
    assert_eq!((set.status, set.body), (200, lists(json!([user]), json!([]))));
    let enable = json!({"appLevelAccessControlEnabled": true});
    assert_eq!(bench.request("PATCH", &application, enable).await.status, 200);
    let emptied = bench.request("PUT", &control, lists(json!([]), json!([]))).await;
    assert_eq!(emptied.refusal(), (422, "request.invalid_input"));
    let partial = bench.request("PUT", &control, json!({"userIds": []})).await;
    assert_eq!(partial.refusal(), (400, "guard.invalid_input"));
}
