//! The newer endpoints of the provider, each by requests that can be sent again and again.

use std::sync::Arc;

use e2e::{
    management::Credentials,
    relying_party::{CODE_CHALLENGE, REDIRECT_URI, encode_form},
};

use crate::{
    ground::Ground,
    scenario::{Body, Fixed, Scenario, one, request},
};

/// Client of the device flow, built in.
pub(crate) const DEVICE_CLIENT: &str = "device-demo-app";
/// Its grant.
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const EXCHANGE_GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const PERSONAL_TOKEN: &str = "urn:logto:token-type:personal_access_token";

/// Every one of them.
pub(super) fn all(ground: &Ground) -> Vec<Box<dyn Scenario>> {
    let post = |target: &str, fields: &[(&str, &str)]| {
        request(&ground.host, "POST", target, None, Some(Body::form(&encode_form(fields))))
    };
    let begin = post("/oidc/device/auth", &[("client_id", DEVICE_CLIENT), ("scope", "openid")]);
    // Nobody has decided, and most polls come too early: either way 400, and the work is the same.
    let poll = |code: &String| {
        let fields = [("client_id", DEVICE_CLIENT), ("grant_type", DEVICE_GRANT)];
        post("/oidc/token", &[&fields[..], &[("device_code", code.as_str())]].concat())
    };
    let exchange = [
        ("grant_type", EXCHANGE_GRANT),
        ("client_id", ground.exchanger.as_str()),
        ("subject_token", ground.personal_token.as_str()),
        ("subject_token_type", PERSONAL_TOKEN),
        ("scope", "openid profile"),
    ];
    let pushed = [
        ("client_id", ground.client_id.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", "a-state"),
        ("code_challenge", CODE_CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let polls = ground.device_codes.iter().map(poll).collect();
    let asked = ground
        .access_tokens
        .iter()
        .map(|token| introspect(&ground.host, &ground.credentials, token));
    vec![
        Box::new(Fixed { name: "device_start", status: 200, requests: one(begin) }),
        Box::new(Fixed { name: "device_poll", status: 400, requests: Arc::new(polls) }),
        Box::new(Fixed {
            name: "token_exchange",
            status: 200,
            requests: one(post("/oidc/token", &exchange)),
        }),
        Box::new(Fixed { name: "par", status: 201, requests: one(post("/oidc/request", &pushed)) }),
        Box::new(Fixed { name: "introspection", status: 200, requests: Arc::new(asked.collect()) }),
    ]
}

/// What a service asks about a token.
fn introspect(host: &str, credentials: &Credentials, token: &str) -> Vec<u8> {
    let fields = [
        ("client_id", credentials.client_id.as_str()),
        ("client_secret", credentials.client_secret.as_str()),
        ("token", token),
    ];
    let body = encode_form(&fields);
    request(host, "POST", "/oidc/token/introspection", None, Some(Body::form(&body)))
}
