//! The answer to an authorization request, on its way to the redirect URI.
//! Clause: RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207, OAuth 2.0 Form Post Response Mode, JARM.

use form_urlencoded::Serializer;
use serde_json::{Map, Value};

use crate::{
    authorization_request::{RedirectTarget, ResponseMode},
    error::OAuthError,
    ttl,
};

/// How long a signed answer holds: as long as a code.
const SIGNED_ANSWER_TTL_SECONDS: i64 = ttl::AUTHORIZATION_CODE_TTL_SECONDS;

/// What the browser is told to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorizationResponse {
    /// Go to this URI (303).
    Redirect(String),
    /// Post these fields, in order, to this URI.
    FormPost {
        /// The redirect URI.
        action: String,
        /// Names and values, not escaped.
        fields: Vec<(&'static str, String)>,
    },
    /// Nothing yet: the fields must be signed first, see [`signed`].
    Unsigned {
        /// Where the answer goes.
        target: RedirectTarget,
        /// Names and values.
        fields: Vec<(&'static str, String)>,
    },
}

/// Claims of a signed answer (JARM 2.1); `now` is in seconds since the epoch. The fields name the
/// issuer.
pub fn signed_claims(
    target: &RedirectTarget,
    fields: &[(&'static str, String)],
    now: i64,
) -> Map<String, Value> {
    let exp = now.saturating_add(SIGNED_ANSWER_TTL_SECONDS);
    let own = [
        ("aud".to_owned(), Value::from(target.client_id.as_str())),
        ("iat".to_owned(), Value::from(now)),
        ("exp".to_owned(), Value::from(exp)),
    ];
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into()));
    fields.chain(own).collect()
}

/// The answer that carries `jwt` and nothing else.
pub fn signed(target: &RedirectTarget, jwt: String) -> AuthorizationResponse {
    let response_mode = match target.response_mode {
        ResponseMode::Query | ResponseMode::QueryJwt => ResponseMode::Query,
        ResponseMode::Fragment | ResponseMode::FragmentJwt => ResponseMode::Fragment,
        ResponseMode::FormPost | ResponseMode::FormPostJwt => ResponseMode::FormPost,
    };
    deliver(&RedirectTarget { response_mode, ..target.clone() }, vec![("response", jwt)])
}

/// Answer that carries a code.
pub fn success(target: &RedirectTarget, code: &str, issuer: &str) -> AuthorizationResponse {
    let mut fields = vec![("code", code.to_owned())];
    fields.extend(target.state.clone().map(|state| ("state", state)));
    fields.push(("iss", issuer.to_owned()));
    deliver(target, fields)
}

/// Answer that carries an error.
pub fn failure(target: &RedirectTarget, error: &OAuthError, issuer: &str) -> AuthorizationResponse {
    let mut fields = vec![
        ("error", error.kind.as_str().to_owned()),
        ("error_description", error.description.to_string()),
    ];
    fields.extend(error.scope.clone().map(|scope| ("scope", scope)));
    fields.extend(target.state.clone().map(|state| ("state", state)));
    fields.push(("iss", issuer.to_owned()));
    deliver(target, fields)
}

/// `uri` with `fields` added to its query; what was there stays as it is written.
pub(crate) fn append_query(uri: &str, fields: &[(&str, String)]) -> String {
    let separator = match uri.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{separator}{}", encode(fields))
}

fn deliver(target: &RedirectTarget, fields: Vec<(&'static str, String)>) -> AuthorizationResponse {
    let uri = &target.redirect_uri;
    match target.response_mode {
        ResponseMode::Query => AuthorizationResponse::Redirect(append_query(uri, &fields)),
        ResponseMode::Fragment => {
            AuthorizationResponse::Redirect(format!("{uri}#{}", encode(&fields)))
        }
        ResponseMode::FormPost => AuthorizationResponse::FormPost { action: uri.clone(), fields },
        ResponseMode::QueryJwt | ResponseMode::FragmentJwt | ResponseMode::FormPostJwt => {
            AuthorizationResponse::Unsigned { target: target.clone(), fields }
        }
    }
}

fn encode(fields: &[(&str, String)]) -> String {
    let mut text = Serializer::new(String::new());
    for (name, value) in fields {
        text.append_pair(name, value);
    }
    text.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    const ISSUER: &str = "https://id.example/oidc";

    fn target(redirect_uri: &str, response_mode: ResponseMode) -> RedirectTarget {
        let state = Some("a b&c=d".to_owned());
        let (client_id, redirect_uri) = ("app".to_owned(), redirect_uri.to_owned());
        RedirectTarget { client_id, redirect_uri, response_mode, state }
    }

    fn location(response: AuthorizationResponse) -> String {
        let AuthorizationResponse::Redirect(uri) = response else { panic!("no redirect") };
        uri
    }

    #[test]
    fn code_joins_the_query_that_is_there() {
        let uri = location(success(&target("app://cb?x=%2F", ResponseMode::Query), "c", ISSUER));
        let expected =
            "app://cb?x=%2F&code=c&state=a+b%26c%3Dd&iss=https%3A%2F%2Fid.example%2Foidc";
        assert_eq!(uri, expected);
    }

    #[test]
    fn empty_query_gets_no_stray_separator() {
        let fields = [("a", "1".to_owned())];
        assert_eq!(append_query("https://x.example/?", &fields), "https://x.example/?a=1");
        assert_eq!(append_query("https://x.example?b&", &fields), "https://x.example?b&a=1");
    }

    #[test]
    fn fragment_and_form_carry_the_same_members() {
        let uri = target("https://a.example/cb", ResponseMode::Fragment);
        assert!(
            location(success(&uri, "c", ISSUER)).starts_with("https://a.example/cb#code=c&state=")
        );
        let form = success(&target("https://a.example/cb", ResponseMode::FormPost), "c", ISSUER);
        let fields = vec![
            ("code", "c".to_owned()),
            ("state", "a b&c=d".to_owned()),
            ("iss", ISSUER.to_owned()),
        ];
        let action = "https://a.example/cb".to_owned();
        assert_eq!(form, AuthorizationResponse::FormPost { action, fields });
    }

    #[test]
    fn signed_answer_carries_the_fields_as_claims_and_nothing_beside_the_jwt() {
        let modes = [
            (ResponseMode::QueryJwt, "https://a.example/cb?response=j"),
            (ResponseMode::FragmentJwt, "https://a.example/cb#response=j"),
        ];
        for (mode, expected) in modes {
            let target = target("https://a.example/cb", mode);
            let AuthorizationResponse::Unsigned { target, fields } = success(&target, "c", ISSUER)
            else {
                panic!("sent in the clear");
            };
            let claims = signed_claims(&target, &fields, 1_000);
            let expected_claims = serde_json::json!({
                "iss": ISSUER, "aud": "app", "iat": 1_000, "exp": 1_060,
                "code": "c", "state": "a b&c=d",
            });
            assert_eq!(Value::Object(claims), expected_claims);
            assert_eq!(location(signed(&target, "j".to_owned())), expected);
        }
        let target = target("https://a.example/cb", ResponseMode::FormPostJwt);
        let expected = AuthorizationResponse::FormPost {
            action: "https://a.example/cb".to_owned(),
            fields: vec![("response", "j".to_owned())],
        };
        assert_eq!(signed(&target, "j".to_owned()), expected);
    }

    #[test]
    fn error_carries_description_state_and_issuer() {
        let target = target("https://a.example/cb", ResponseMode::Query);
        let uri = location(failure(&target, &OAuthError::consent_cancelled(), ISSUER));
        let url = Url::parse(&uri).unwrap();
        let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
        assert_eq!(names, ["error", "error_description", "state", "iss"]);
        assert!(uri.contains("error=access_denied"));
    }

    proptest! {
        #[test]
        fn what_is_encoded_parses_back(code in "\\PC{1,30}", state in "\\PC{1,30}") {
            for mode in [ResponseMode::Query, ResponseMode::Fragment] {
                let target = RedirectTarget {
                    client_id: "app".to_owned(),
                    redirect_uri: "https://a.example/cb?kept=1".to_owned(),
                    response_mode: mode,
                    state: Some(state.clone()),
                };
                let url = Url::parse(&location(success(&target, &code, ISSUER))).unwrap();
                let text = if mode == ResponseMode::Fragment {
                    format!("kept=1&{}", url.fragment().unwrap())
                } else {
                    url.query().unwrap().to_owned()
                };
                let pairs: Vec<(String, String)> =
                    form_urlencoded::parse(text.as_bytes()).into_owned().collect();
                let expected = [("kept", "1"), ("code", &code), ("state", &state), ("iss", ISSUER)];
                let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
                prop_assert_eq!(pairs, expected.to_vec());
            }
        }
    }
}
