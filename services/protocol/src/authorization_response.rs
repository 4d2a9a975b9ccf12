//! The answer to an authorization request, on its way to the redirect URI.
//! Clause: RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207, OAuth 2.0 Form Post Response Mode.

use form_urlencoded::Serializer;

use crate::{
    authorization_request::{RedirectTarget, ResponseMode},
    error::OAuthError,
};

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
        RedirectTarget { redirect_uri: redirect_uri.to_owned(), response_mode, state }
    }

    fn location(response: AuthorizationResponse) -> String {
        match response {
            AuthorizationResponse::Redirect(uri) => uri,
            AuthorizationResponse::FormPost { .. } => panic!("not a redirect"),
        }
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
                    redirect_uri: "https://a.example/cb?kept=1".to_owned(),
                    response_mode: mode,
                    state: Some(state.clone()),
                };
                let url = Url::parse(&location(success(&target, &code, ISSUER))).unwrap();
                let text = match mode {
                    ResponseMode::Fragment => format!("kept=1&{}", url.fragment().unwrap()),
                    ResponseMode::Query | ResponseMode::FormPost => url.query().unwrap().to_owned(),
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
