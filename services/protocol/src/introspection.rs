//! The answer of the introspection endpoint.
//! Clause: RFC 7662 section 2.2; contract: oidc.md section 9.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    error::{ErrorKind, OAuthError},
    scope::ScopeSet,
};

/// Members that only the provider itself may set, whether or not it does.
const OWN_MEMBERS: [&str; 14] = [
    "active",
    "sub",
    "client_id",
    "exp",
    "iat",
    "nbf",
    "iss",
    "aud",
    "jti",
    "scope",
    "username",
    "token_type",
    "cnf",
    "act",
];

/// What is told about a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Introspection {
    /// It is unknown, expired, revoked, or none of the caller's business. Which of them is not told.
    Inactive,
    /// It is good.
    Active(Box<ActiveToken>),
}

/// A good token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActiveToken {
    /// For whom it speaks.
    pub sub: String,
    /// Who holds it.
    pub client_id: String,
    /// Seconds since the epoch at which it ends.
    pub exp: i64,
    /// Seconds since the epoch at which it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// Who issued it.
    pub iss: String,
    /// What it permits.
    pub scope: ScopeSet,
    /// How it is presented: `Bearer` or `DPoP`; absent for a refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// Thumbprint of the key that must be proved with it (RFC 9449 6.2).
    #[serde(skip)]
    pub dpop_jkt: Option<String>,
    /// Who acts for `sub` (RFC 8693 4.1).
    #[serde(skip)]
    pub actor: Option<String>,
    /// Claims of the tenant's script; they never take the place of the others.
    #[serde(skip)]
    pub custom: Map<String, Value>,
}

impl Introspection {
    /// The body of the answer.
    pub fn to_body(&self) -> Map<String, Value> {
        let Self::Active(token) = self else {
            return Map::from_iter([("active".to_owned(), Value::Bool(false))]);
        };
        let mut body = token.custom.clone();
        body.retain(|name, _| !OWN_MEMBERS.contains(&name.as_str()));
        if let Ok(Value::Object(members)) = serde_json::to_value(token) {
            body.extend(members);
        }
        for (name, value) in [
            ("active", Some(Value::Bool(true))),
            ("cnf", token.dpop_jkt.as_ref().map(|jkt| json!({ "jkt": jkt }))),
            ("act", token.actor.as_ref().map(|actor| json!({ "sub": actor }))),
        ] {
            body.extend(value.map(|value| (name.to_owned(), value)));
        }
        body
    }
}

/// 400 for a token that tells all by itself.
pub fn structured_token() -> OAuthError {
    let description = "Structured JWT Tokens cannot be introspected via this endpoint";
    OAuthError::new(ErrorKind::UnsupportedTokenType, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> ActiveToken {
        ActiveToken {
            sub: "u1".into(),
            client_id: "a1".into(),
            exp: 20,
            iat: Some(10),
            iss: "https://id.example/oidc".into(),
            scope: ScopeSet::parse("openid profile").unwrap(),
            token_type: Some("Bearer"),
            dpop_jkt: None,
            actor: None,
            custom: Map::new(),
        }
    }

    fn body(token: ActiveToken) -> Value {
        Value::Object(Introspection::Active(Box::new(token)).to_body())
    }

    #[test]
    fn a_bad_token_is_told_by_one_word() {
        assert_eq!(Value::Object(Introspection::Inactive.to_body()), json!({"active": false}));
    }

    #[test]
    fn a_good_token_tells_who_may_do_what_until_when() {
        let expected = json!({
            "active": true, "sub": "u1", "client_id": "a1", "exp": 20, "iat": 10,
            "iss": "https://id.example/oidc", "scope": "openid profile", "token_type": "Bearer",
        });
        assert_eq!(body(token()), expected);
        let bound = ActiveToken {
            dpop_jkt: Some("thumb".into()),
            actor: Some("u2".into()),
            token_type: Some("DPoP"),
            ..token()
        };
        let bound = body(bound);
        assert_eq!(bound["cnf"], json!({"jkt": "thumb"}));
        assert_eq!(bound["act"], json!({"sub": "u2"}));
        assert_eq!(bound["token_type"], "DPoP");
    }

    #[test]
    fn a_script_adds_claims_but_takes_the_place_of_none() {
        let custom = json!({
            "plan": "gold", "sub": "root", "active": false, "cnf": {"jkt": "x"},
            "act": {"sub": "x"}, "token_type": "x", "iat": 1,
        });
        let Value::Object(custom) = custom else { unreachable!() };
        let refresh = body(ActiveToken { custom, token_type: None, iat: None, ..token() });
        assert_eq!(refresh["plan"], "gold");
        assert_eq!((&refresh["sub"], &refresh["active"]), (&json!("u1"), &json!(true)));
        for name in ["cnf", "act", "token_type", "iat"] {
            assert_eq!(refresh.get(name), None, "{name}");
        }
    }
}
