//! Claims of the JWTs: ID tokens (OpenID Connect Core 2) and access tokens (RFC 9068).
//! Claims of the protocol always win over claims of the user that bear the same name.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::scope::ScopeSet;

/// Header `typ` of a JWT access token; ID tokens have none.
pub const ACCESS_TOKEN_TYP: &str = "at+jwt";

/// Claims of the protocol in an ID token. Moments are seconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdTokenClaims {
    /// User.
    pub sub: String,
    /// Client; a text, never a list, since the SDKs want it so.
    pub aud: String,
    /// Issuer.
    pub iss: String,
    /// When it was made.
    pub iat: i64,
    /// When it ends.
    pub exp: i64,
    /// That of the authorization request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// When the user signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// Session, for clients that want it for back-channel logout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

impl IdTokenClaims {
    /// All claims of the token: `user` and those of the protocol over it.
    pub fn with_user(self, user: Map<String, Value>) -> Map<String, Value> {
        let mut claims = user;
        claims.extend([
            ("sub".to_owned(), Value::from(self.sub)),
            ("aud".to_owned(), Value::from(self.aud)),
            ("iss".to_owned(), Value::from(self.iss)),
            ("iat".to_owned(), Value::from(self.iat)),
            ("exp".to_owned(), Value::from(self.exp)),
        ]);
        put_optional(&mut claims, "nonce", self.nonce.map(Value::from));
        put_optional(&mut claims, "auth_time", self.auth_time.map(Value::from));
        put_optional(&mut claims, "sid", self.sid.map(Value::from));
        claims
    }
}

/// Claims of the protocol in a JWT access token. Moments are seconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessTokenClaims {
    /// Id of the token.
    pub jti: String,
    /// User, or the client itself.
    pub sub: String,
    /// When it was made.
    pub iat: i64,
    /// When it ends.
    pub exp: i64,
    /// What it permits; absent when nothing.
    #[serde(skip_serializing_if = "ScopeSet::is_empty")]
    pub scope: ScopeSet,
    /// Client that it was issued to.
    pub client_id: String,
    /// Issuer.
    pub iss: String,
    /// Resource that it is for.
    pub aud: String,
    /// Organization in which it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// Who acts in the user's name (RFC 8693 4.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<ActClaim>,
    /// The key whose possession its bearer must prove (RFC 9449 6.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<ConfirmationClaim>,
}

/// Value of `act`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActClaim {
    /// The user who acts.
    pub sub: String,
}

/// Value of `cnf`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfirmationClaim {
    /// Thumbprint of the key (RFC 7638).
    pub jkt: String,
}

impl AccessTokenClaims {
    /// All claims of the token: `extra` and those of the protocol over it.
    pub fn with_extra(self, extra: Map<String, Value>) -> Map<String, Value> {
        let mut claims = extra;
        claims.extend([
            ("jti".to_owned(), Value::from(self.jti)),
            ("sub".to_owned(), Value::from(self.sub)),
            ("iat".to_owned(), Value::from(self.iat)),
            ("exp".to_owned(), Value::from(self.exp)),
            ("client_id".to_owned(), Value::from(self.client_id)),
            ("iss".to_owned(), Value::from(self.iss)),
            ("aud".to_owned(), Value::from(self.aud)),
        ]);
        let scope = Some(self.scope).filter(|scope| !scope.is_empty());
        put_optional(&mut claims, "scope", scope.map(|scope| Value::from(scope.to_string())));
        put_optional(&mut claims, "organization_id", self.organization_id.map(Value::from));
        put_optional(&mut claims, "act", self.act.map(|act| json!({"sub": act.sub})));
        put_optional(&mut claims, "cnf", self.cnf.map(|cnf| json!({"jkt": cnf.jkt})));
        claims
    }
}

/// Puts a claim of the protocol, or takes away what somebody else put in its place.
fn put_optional(claims: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => claims.insert(name.to_owned(), value),
        None => claims.remove(name),
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn access_token(scope: &str) -> AccessTokenClaims {
        AccessTokenClaims {
            jti: "j".to_owned(),
            sub: "m".to_owned(),
            iat: 1,
            exp: 2,
            scope: ScopeSet::parse(scope).unwrap(),
            client_id: "m".to_owned(),
            iss: "https://id.example/oidc".to_owned(),
            aud: "https://api.example".to_owned(),
            organization_id: None,
            act: None,
            cnf: None,
        }
    }

    #[test]
    fn claims_of_the_protocol_win_and_absent_ones_cannot_be_forged() {
        let claims = IdTokenClaims {
            sub: "u".to_owned(),
            aud: "c".to_owned(),
            iss: "i".to_owned(),
            iat: 1,
            exp: 2,
            nonce: Some("n".to_owned()),
            auth_time: None,
            sid: None,
        };
        let user = map(json!({"sub": "other", "sid": "forged", "name": "Ada"}));
        let expected = json!({"sub": "u", "aud": "c", "iss": "i", "iat": 1, "exp": 2, "nonce": "n", "name": "Ada"});
        assert_eq!(Value::Object(claims.with_user(user)), expected);
    }

    #[test]
    fn empty_scope_is_absent_from_an_access_token() {
        assert!(!access_token("").with_extra(Map::new()).contains_key("scope"));
        assert_eq!(access_token("a b").with_extra(Map::new())["scope"], "a b");
    }

    #[test]
    fn claims_without_extra_serialize_the_same_either_way() {
        let bound = AccessTokenClaims {
            organization_id: Some("o".to_owned()),
            act: Some(ActClaim { sub: "admin".to_owned() }),
            cnf: Some(ConfirmationClaim { jkt: "k".to_owned() }),
            ..access_token("all")
        };
        for claims in [access_token(""), access_token("all"), bound] {
            let direct = serde_json::to_value(&claims).unwrap();
            assert_eq!(direct, Value::Object(claims.with_extra(Map::new())));
        }
    }

    #[test]
    fn a_script_forges_neither_scope_nor_actor_nor_key() {
        let names = ["scope", "organization_id", "act", "cnf"];
        let forged = names.map(|name| (name.to_owned(), json!("forged")));
        let claims = access_token("").with_extra(Map::from_iter(forged));
        assert!(names.iter().all(|name| !claims.contains_key(*name)), "{claims:?}");
    }
}
