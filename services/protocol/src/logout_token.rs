//! Claims of a logout token: tells a client that a person's session is over.
//! Clause: OpenID Connect Back-Channel Logout 1.0 section 2.4.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// Header `typ` of a logout token: it can be taken for no other token.
pub const LOGOUT_TOKEN_TYP: &str = "logout+jwt";
/// Lifetime of a logout token. Each attempt to deliver it gets a new one of the same id.
pub const LOGOUT_TOKEN_TTL_SECONDS: i64 = 120;
/// The one member of `events`.
pub const BACKCHANNEL_LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Claims of a logout token. Moments are seconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogoutTokenClaims {
    /// Issuer.
    pub iss: String,
    /// User.
    pub sub: String,
    /// Client.
    pub aud: String,
    /// When it was made.
    pub iat: i64,
    /// When it ends.
    pub exp: i64,
    /// The same for the same session and client, however often it is delivered.
    pub jti: String,
    /// The session that is over, as ID tokens name it.
    pub sid: String,
    /// What happened.
    events: Map<String, Value>,
}

impl LogoutTokenClaims {
    /// That the session `sid` of `sub` is over, for the client `aud`.
    pub fn new(iss: &str, sub: &str, aud: &str, sid: &str, jti: &str, iat: i64) -> Self {
        let events = [(BACKCHANNEL_LOGOUT_EVENT.to_owned(), json!({}))];
        Self {
            iss: iss.to_owned(),
            sub: sub.to_owned(),
            aud: aud.to_owned(),
            iat,
            exp: iat + LOGOUT_TOKEN_TTL_SECONDS,
            jti: jti.to_owned(),
            sid: sid.to_owned(),
            events: events.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logout_token_says_what_the_standard_asks_for_and_no_more() {
        let claims = LogoutTokenClaims::new("https://id/oidc", "u", "c", "s", "j", 100);
        let expected = json!({
            "iss": "https://id/oidc", "sub": "u", "aud": "c", "iat": 100, "exp": 220, "jti": "j",
            "sid": "s",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        });
        assert_eq!(serde_json::to_value(claims).unwrap(), expected);
    }
}
