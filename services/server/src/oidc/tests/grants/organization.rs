//! Tokens for organizations and for resources inside them (contract: oidc §5 and §6).

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use super::{
    API, IMPERSONATION, api, application, claims, done, exchange, made, role_of, subject_token,
};
use crate::testing::{
    Answer, Bench,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

const SCOPE: &str = "openid offline_access urn:logto:scope:organizations invite remove read write";
const RESERVED: &str = "urn:logto:resource:organizations";

/// Tom is a member of `here` with a role that permits `invite` there and `write` on the API, and a
/// member of `there` without a role. By a role of the tenant he may `read`.
struct Ground {
    bench: Bench,
    tom: String,
    here: String,
    there: String,
    role: String,
    party: RelyingParty,
    refresh: String,
}

impl Ground {
    async fn new() -> Self {
        let bench = Bench::new().await;
        let tom = person(&bench, "tom").await;
        let scopes = api(&bench, &["read", "write"]).await;
        role_of(&bench, &tom, &[&scopes[0]]).await;
        let invite = made(&bench, "/api/organization-scopes", json!({"name": "invite"})).await;
        made(&bench, "/api/organization-scopes", json!({"name": "remove"})).await;
        let role = json!({
            "name": "editor", "organizationScopeIds": [invite], "resourceScopeIds": [scopes[1]],
        });
        let role = made(&bench, "/api/organization-roles", role).await;
        let mut ids = Vec::new();
        for name in ["here", "there"] {
            let id = made(&bench, "/api/organizations", json!({"name": name})).await;
            let members = format!("/api/organizations/{id}/users");
            done(&bench, "POST", &members, json!({"userIds": [tom]})).await;
            ids.push(id);
        }
        let (there, here) = (ids.pop().unwrap(), ids.pop().unwrap());
        let roles = format!("/api/organizations/{here}/users/{tom}/roles");
        done(&bench, "POST", &roles, json!({"organizationRoleIds": [role]})).await;
        let (party, _) = application(&bench, "SPA", json!({"rotateRefreshToken": false})).await;
        let request = party.request().with("scope", SCOPE);
        let request = request.with("resource", &format!("{API},{RESERVED}"));
        let tokens = Browser::new(&bench).tokens(&party, &request, "tom").await;
        let refresh = tokens.text_of("refresh_token");
        Self { bench, tom, here, there, role, party, refresh }
    }

    async fn refresh(&self, more: &[(&str, &str)]) -> Answer {
        let answer = self.party.refresh(&self.bench, &self.refresh, more).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer
    }

    /// Scope of the answer and claims of the token.
    async fn told(&self, more: &[(&str, &str)]) -> (String, Value) {
        let answer = self.refresh(more).await;
        (answer.text_of("scope"), claims(&answer.text_of("access_token")))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_token_permits_what_the_roles_there_do() {
    let ground = Ground::new().await;
    let (scope, told) = ground.told(&[("organization_id", &ground.here)]).await;
    assert_eq!(scope, "invite");
    let audience = format!("urn:logto:organization:{}", ground.here);
    assert_eq!((&told["aud"], &told["scope"]), (&json!(audience), &json!("invite")));
    assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 3_600);
    assert!(told.get("organization_id").is_none());
    let (scope, told) = ground.told(&[("organization_id", &ground.there)]).await;
    assert_eq!((scope.as_str(), told.get("scope")), ("", None));
    let narrowed = [("organization_id", ground.here.as_str()), ("scope", "openid remove")];
    assert_eq!(ground.told(&narrowed).await.0, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_in_an_organization_counts_the_roles_there_only() {
    let ground = Ground::new().await;
    let inside = |id| [("resource", API), ("organization_id", id)];
    let (scope, told) = ground.told(&inside(&ground.here)).await;
    assert_eq!(scope, "read write");
    assert_eq!((&told["aud"], &told["organization_id"]), (&json!(API), &json!(ground.here)));
    assert_eq!(ground.told(&inside(&ground.there)).await.0, "read");
    // Without an organization the roles in all of them count.
    let (scope, told) = ground.told(&[("resource", API)]).await;
    assert_eq!((scope.as_str(), told.get("organization_id")), ("read write", None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_taken_away_is_missed_at_the_next_refresh() {
    let ground = Ground::new().await;
    let Ground { here, tom, role, .. } = &ground;
    let path = format!("/api/organizations/{here}/users/{tom}/roles/{role}");
    done(&ground.bench, "DELETE", &path, Value::Null).await;
    assert_eq!(ground.told(&[("organization_id", here)]).await.0, "");
    assert_eq!(ground.told(&[("resource", API), ("organization_id", here)]).await.0, "read");
    assert_eq!(ground.told(&[("resource", API)]).await.0, "read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_organization_has_no_members() {
    let ground = Ground::new().await;
    let path = format!("/api/organizations/{}", ground.here);
    done(&ground.bench, "DELETE", &path, Value::Null).await;
    let more = [("organization_id", ground.here.as_str())];
    let refused = ground.party.refresh(&ground.bench, &ground.refresh, &more).await;
    assert_eq!(refused.oauth(), (403, "access_denied"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_reaches_organizations_of_the_user_without_the_scope() {
    let ground = Ground::new().await;
    let (party, _) = application(&ground.bench, "SPA", json!({"allowTokenExchange": true})).await;
    let token = subject_token(&ground.bench, &ground.tom).await;
    let stranger = made(&ground.bench, "/api/organizations", json!({"name": "x"})).await;
    let more = |id| [("organization_id", id), ("scope", "invite remove")];
    let subject = (IMPERSONATION, token.as_str());
    let refused = exchange(&ground.bench, &party, subject, &more(&stranger)).await;
    assert_eq!(refused.oauth(), (403, "access_denied"));
    let given = exchange(&ground.bench, &party, subject, &more(&ground.here)).await;
    assert_eq!((given.status, &given.body["scope"]), (200, &json!("invite")), "{}", given.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_acts_in_its_organizations_by_its_roles_there() {
    let bench = Bench::new().await;
    let scopes = api(&bench, &["read", "write"]).await;
    let invite = made(&bench, "/api/organization-scopes", json!({"name": "invite"})).await;
    let role = json!({
        "name": "robot", "type": "MachineToMachine",
        "organizationScopeIds": [invite], "resourceScopeIds": [scopes[1]],
    });
    let role = made(&bench, "/api/organization-roles", role).await;
    let (machine, secret) = application(&bench, "MachineToMachine", json!({})).await;
    let here = made(&bench, "/api/organizations", json!({"name": "here"})).await;
    let path = format!("/api/organizations/{here}/applications");
    done(&bench, "POST", &path, json!({"applicationIds": [machine.id]})).await;
    let path = format!("{path}/{}/roles", machine.id);
    done(&bench, "POST", &path, json!({"organizationRoleIds": [role]})).await;
    let ask = async |more: &str| {
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={secret}&scope=invite+read+write{more}",
            machine.id
        );
        let request = Request::post("/oidc/token")
            .header("content-type", "application/x-www-form-urlencoded");
        bench.send(request.body(Body::from(form)).unwrap()).await
    };
    let given = ask(&format!("&organization_id={here}")).await;
    assert_eq!((given.status, &given.body["scope"]), (200, &json!("invite")), "{}", given.text);
    let told = claims(&given.text_of("access_token"));
    assert_eq!(told["aud"], format!("urn:logto:organization:{here}"));
    assert_eq!((&told["sub"], &told["client_id"]), (&json!(machine.id), &json!(machine.id)));
    let given = ask(&format!("&organization_id={here}&resource={API}")).await;
    assert_eq!(given.body["scope"], "write");
    let told = claims(&given.text_of("access_token"));
    assert_eq!((&told["aud"], &told["organization_id"]), (&json!(API), &json!(here)));
    // Without the organization its roles there count for nothing.
    let given = ask(&format!("&resource={API}")).await;
    assert_eq!((given.status, given.body.get("scope")), (200, None));
}
