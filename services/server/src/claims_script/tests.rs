//! Scripts through the router: what they add, deny and break, and what the log says of it.

use axum::{body::Body, http::Request};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use form_urlencoded::Serializer;
use serde_json::{Value, json};

use crate::testing::{
    Answer, Bench,
    browser::{Browser, person},
    relying_party::RelyingParty,
};

const SCRIPTS: &str = "/api/configs/jwt-customizer";

/// A machine that can ask for tokens.
struct Machine {
    id: String,
    secret: String,
}

impl Machine {
    async fn register(bench: &Bench, name: &str) -> Self {
        let body = json!({"name": name, "type": "MachineToMachine"});
        let id = bench.request("POST", "/api/applications", body).await.text_of("id");
        let secrets = bench.get(&format!("/api/applications/{id}/secrets")).await;
        Self { secret: secrets.body[0]["value"].as_str().unwrap().to_owned(), id }
    }

    async fn token(&self, bench: &Bench) -> Answer {
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.id)
            .append_pair("client_secret", &self.secret)
            .append_pair("resource", bench.site.management_indicator())
            .finish();
        let request = Request::post("/oidc/token")
            .header("content-type", "application/x-www-form-urlencoded");
        bench.send(request.body(Body::from(form)).unwrap()).await
    }
}

async fn set(bench: &Bench, token: &str, body: Value) {
    let path = format!("{SCRIPTS}/{token}");
    let set = bench.request("PUT", &path, body).await;
    assert!(matches!(set.status, 200 | 201), "{}", set.text);
}

/// A script of this body.
fn script(body: &str) -> String {
    format!(
        "const getCustomJwtClaims = async ({{ token, context, environmentVariables, api }}) => {{
            {body}
        }};"
    )
}

fn claims(answer: &Answer) -> Value {
    let token = answer.text_of("access_token");
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machines_token_carries_what_the_script_says_and_the_protocol_wins() {
    let bench = Bench::new().await;
    let machine = Machine::register(&bench, "Robot").await;
    let body = "return {
        sub: 'evil', iss: 'evil', aud: 'evil', exp: 1, iat: 1, jti: 'evil', scope: 'all',
        client_id: 'evil', cnf: 1, act: { sub: 'evil' }, organization_id: 'evil',
        plan: environmentVariables.PLAN, told: { token, context },
    };";
    let variables = json!({"PLAN": "gold"});
    let body = json!({"script": script(body), "environmentVariables": variables});
    set(&bench, "client-credentials", body).await;
    let answer = machine.token(&bench).await;
    let claims = claims(&answer);
    assert_eq!(claims["plan"], "gold", "{}", answer.text);
    assert_eq!((&claims["sub"], &claims["client_id"]), (&json!(machine.id), &json!(machine.id)));
    assert_eq!(claims["iss"], bench.site.issuer());
    assert_eq!(claims["aud"], bench.site.management_indicator());
    assert!(claims["exp"].as_i64().unwrap() > 1 && claims["jti"] != "evil");
    for absent in ["scope", "cnf", "act", "organization_id"] {
        assert!(claims.get(absent).is_none(), "{absent}");
    }
    let told = &claims["told"]["token"];
    assert_eq!((&told["kind"], &told["jti"]), (&json!("ClientCredentials"), &claims["jti"]));
    assert_eq!(claims["told"]["context"]["application"]["name"], "Robot");
    assert!(!claims["told"].to_string().contains(&machine.secret));
    // The other kind of token has no script.
    assert_eq!(bench.count("ClaimsScriptFailed").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_users_token_is_told_whom_it_speaks_for_and_an_opaque_one_is_recorded_with_its_claims() {
    let bench = Bench::new().await;
    let user = person(&bench, "ada").await;
    let role = bench.request("POST", "/api/roles", json!({"name": "r", "description": "d"})).await;
    let roles = json!({"roleIds": [role.text_of("id")]});
    bench.request("POST", &format!("/api/users/{user}/roles"), roles).await;
    let body = "const { roles, hasPassword, id, username } = context.user;
        return {
            told: { id, username, hasPassword, roles: roles.map((role) => role.name) },
            token: { kind: token.kind, accountId: token.accountId, gty: token.gty },
            interaction: context.interaction, all: JSON.stringify(context), sub: 'evil',
        };";
    set(&bench, "access-token", json!({"script": script(body)})).await;
    let party = RelyingParty::demo(&bench);
    let tokens = Browser::new(&bench).tokens(&party, &party.request(), "ada").await;
    let events = bench.site.app().log.read(0, 10_000).await.unwrap();
    let issued = events.iter().rev().find(|event| &*event.event_type == "AccessTokenIssued.v2");
    let recorded = serde_json::to_value(&issued.unwrap().event).unwrap();
    let claims = &recorded["data"]["personal"]["claims"];
    let told = json!({"id": user, "username": "ada", "hasPassword": true, "roles": ["r"]});
    assert_eq!(claims["told"], told, "{}", tokens.text);
    let token = json!({"kind": "AccessToken", "accountId": user, "gty": "authorization_code"});
    assert_eq!(claims["token"], token);
    assert_eq!(claims["interaction"]["interactionEvent"], "SignIn");
    assert_eq!(claims["interaction"]["verificationRecords"][0]["type"], "Password");
    assert!(!claims["all"].as_str().unwrap().contains("argon2"));
    // Who holds the token is told at `/oidc/me`, where the user's own claims win.
    let request = Request::get("/oidc/me")
        .header("authorization", format!("Bearer {}", tokens.text_of("access_token")));
    let me = bench.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!((me.status, &me.body["told"]), (200, &told));
    assert_eq!(me.body["sub"], *user);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_token_is_refused_with_the_message_and_nothing_is_issued() {
    let bench = Bench::new().await;
    let machine = Machine::register(&bench, "Robot").await;
    let body = script("api.denyAccess('not on sundays'); return {};");
    set(&bench, "client-credentials", json!({"script": body})).await;
    let answer = machine.token(&bench).await;
    assert_eq!(answer.oauth(), (400, "access_denied"), "{}", answer.text);
    assert_eq!(answer.body["error_description"], "not on sundays");
    assert_eq!(bench.count("MachineTokenIssued").await, 0);
    bench.site.wait(bench.head()).await.unwrap();
    let logs = bench.get("/api/logs?logKey=JwtCustomizer.ClientCredentials").await;
    let payload = &logs.body[0]["payload"];
    assert_eq!(
        (&payload["result"], &payload["applicationId"]),
        (&json!("Error"), &json!(machine.id))
    );
    assert_eq!(payload["message"], "not on sundays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_script_costs_its_claims_or_the_token_as_the_operator_wants() {
    let bench = Bench::new().await;
    let machine = Machine::register(&bench, "Robot").await;
    for (number, body) in [
        "throw new Error('broken');",
        "return 1;",
        "for (;;) {}",
        "await new Promise(() => {});",
        "const held = []; for (;;) held.push(new Array(1e6).fill(1));",
        "return { a: 'a'.repeat(1e5) };",
        "let a = 1; for (let i = 0; i < 40; i++) a = [a]; return { a };",
    ]
    .into_iter()
    .enumerate()
    {
        let block = number % 2 == 0;
        let wanted = json!({"script": script(body), "blockIssuanceOnError": block});
        set(&bench, "client-credentials", wanted).await;
        let answer = machine.token(&bench).await;
        if block {
            assert_eq!(answer.oauth(), (400, "invalid_request"), "{body}");
        } else {
            assert_eq!(claims(&answer)["sub"], machine.id, "{body}: {}", answer.text);
        }
        assert_eq!(bench.count("ClaimsScriptFailed").await, number + 1, "{body}");
        assert_eq!(bench.count("MachineTokenIssued").await, number.div_ceil(2), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_script_delays_no_token_of_another_application() {
    let bench = std::sync::Arc::new(Bench::new().await);
    let hostile = std::sync::Arc::new(Machine::register(&bench, "Hostile").await);
    let other = Machine::register(&bench, "Other").await;
    let body = format!("if (token.clientId === '{}') for (;;) {{}} return {{}};", hostile.id);
    set(&bench, "client-credentials", json!({"script": script(&body)})).await;
    assert_eq!(other.token(&bench).await.status, 200);
    let running: Vec<_> = (0..4)
        .map(|_| {
            let (bench, hostile) = (bench.clone(), hostile.clone());
            tokio::spawn(async move { hostile.token(&bench).await.status })
        })
        .collect();
    // The first two of the hostile runs need a second each, and so do the two that wait for them.
    let mut quick = 0;
    while running.iter().any(|task| !task.is_finished()) && quick < 20 {
        assert_eq!(other.token(&bench).await.status, 200);
        quick += 1;
    }
    assert_eq!(quick, 20, "tokens of the other application came too slowly");
    // Its own tokens come without claims, or are to be asked for again after a long wait.
    for task in running {
        assert!(matches!(task.await.unwrap(), 200 | 503));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_is_set_read_changed_and_removed() {
    let bench = Bench::new().await;
    let path = format!("{SCRIPTS}/access-token");
    assert_eq!(bench.get(SCRIPTS).await.body, json!([]));
    assert_eq!(bench.get(&path).await.refusal(), (404, "entity.not_exists_with_id"));
    let first = json!({"script": "a", "environmentVariables": {"KEY": "hidden"}});
    let patched = bench.request("PATCH", &path, first.clone()).await;
    assert_eq!(patched.refusal(), (404, "entity.not_exists_with_id"));
    let made = bench.request("PUT", &path, first.clone()).await;
    assert_eq!((made.status, &made.body), (201, &first));
    let again = bench.request("PUT", &path, first.clone()).await;
    assert_eq!((again.status, &again.body), (200, &first));
    let change = json!({"script": "b", "tokenSample": {"jti": "x"}});
    let changed = bench.request("PATCH", &path, change).await;
    let expected = json!({
        "script": "b", "environmentVariables": {"KEY": "hidden"}, "tokenSample": {"jti": "x"},
    });
    assert_eq!((changed.status, &changed.body), (200, &expected));
    assert_eq!(bench.get(&path).await.body, expected);
    let listed = bench.get(SCRIPTS).await.body;
    assert_eq!(listed, json!([{"key": "jwt.accessToken", "value": expected}]));
    assert_eq!(bench.request("DELETE", &path, Value::Null).await.status, 204);
    let gone = bench.request("DELETE", &path, Value::Null).await;
    assert_eq!(gone.refusal(), (404, "entity.not_found"));
    let events = bench.get("/api/events?type=ClaimsScriptSet.v1").await;
    assert!(!events.text.contains("hidden") && events.text.contains("redacted"), "{}", events.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_another_shape_are_refused() {
    let bench = Bench::new().await;
    for (method, path, body) in [
        ("PUT", "access-token", json!({})),
        ("PUT", "access-token", json!({"script": 1})),
        ("PUT", "access-token", json!({"script": "a", "other": 1})),
        ("PUT", "access-token", json!({"script": "a", "environmentVariables": {"a": 1}})),
        ("PUT", "access-token", json!({"script": "a", "environmentVariables": null})),
        ("PUT", "access-token", json!({"script": "a".repeat(262_145)})),
        ("PUT", "id-token", json!({"script": "a"})),
        ("PATCH", "access-token", json!({"blockIssuanceOnError": true})),
        ("DELETE", "id-token", Value::Null),
        ("POST", "test", json!({"tokenType": "id-token", "script": "a", "token": {}})),
        ("POST", "test", json!({"tokenType": "access-token", "script": "a"})),
    ] {
        let answer = bench.request(method, &format!("{SCRIPTS}/{path}"), body).await;
        assert_eq!(answer.refusal(), (400, "guard.invalid_input"), "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_can_be_tried_without_a_trace() {
    let bench = Bench::new().await;
    let before = bench.head();
    let attempt = async |source: String| {
        let body = json!({
            "tokenType": "access-token", "script": source, "token": {"jti": "x"},
            "context": {"user": {"id": "u"}}, "environmentVariables": {"A": "b"},
        });
        bench.request("POST", &format!("{SCRIPTS}/test"), body).await
    };
    let body = "return { a: token.jti, b: context.user.id, c: environmentVariables.A };";
    let done = attempt(script(body)).await;
    assert_eq!((done.status, &done.body), (200, &json!({"a": "x", "b": "u", "c": "b"})));
    let denied = attempt(script("api.denyAccess('no');")).await;
    assert_eq!(denied.refusal(), (403, "jwt_customizer.general"));
    assert_eq!(denied.body["message"], "no");
    for (source, said) in [
        (script("throw new TypeError('wrong');"), "TypeError: wrong"),
        ("const getCustomJwtClaims = (".to_owned(), "SyntaxError"),
        ("const other = 1;".to_owned(), "getCustomJwtClaims"),
        (script("return [];"), "object"),
        (script("for (;;) {}"), "time"),
    ] {
        let failed = attempt(source).await;
        assert_eq!(failed.refusal(), (422, "jwt_customizer.general"), "{}", failed.text);
        let message = failed.body["data"]["message"].as_str().unwrap();
        assert!(message.contains(said), "{message}");
    }
    assert_eq!(bench.head(), before);
}
