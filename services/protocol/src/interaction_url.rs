//! Which page of the front end a request opens first, with its query.
//! Contract: oidc.md section 4, "Front-end hand-off".

use form_urlencoded::Serializer;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::authorization_request::{
    AuthorizationRequest, DirectSignIn, ExtraParameters, IdentifierKind,
};

/// What is escaped in one segment of a path: all but unreserved characters.
const SEGMENT: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What the server needs to draw the pages of an interaction: value of the cookie `_logto`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PageContext {
    /// Client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// Organization whose look the pages take on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<String>,
    /// Languages, space separated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ui_locales: Option<String>,
}

/// Context of the pages that `request` opens.
pub fn page_context(request: &AuthorizationRequest) -> PageContext {
    let extra = request.extra.as_ref();
    PageContext {
        app_id: Some(request.client_id.clone()),
        organization_id: extra.and_then(|extra| extra.organization_id.clone()),
        ui_locales: request.ui_locales.clone().filter(|_| extra.is_some()),
    }
}

/// Path and query of the page where the user of `request` signs in.
pub fn sign_in(request: &AuthorizationRequest) -> String {
    let none = ExtraParameters::default();
    let extra = request.extra.as_ref().unwrap_or(&none);
    let first_screen = extra.first_screen().route();
    // The hints belong to the set that is dropped as a unit.
    let hint = |text: &Option<String>| text.clone().filter(|_| request.extra.is_some());
    let identifiers = extra.identifiers.iter().map(|kind: &IdentifierKind| kind.as_str());
    let identifiers = identifiers.collect::<Vec<_>>().join(" ");

    let mut query = Serializer::new(String::new());
    query.append_pair("app_id", &request.client_id);
    let optional = [
        ("organization_id", extra.organization_id.clone()),
        ("ui_locales", hint(&request.ui_locales)),
        ("one_time_token", extra.one_time_token.clone()),
        ("login_hint", hint(&request.login_hint)),
        ("identifier", Some(identifiers).filter(|text| !text.is_empty())),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            query.append_pair(name, &value);
        }
    }
    let path = match &extra.direct_sign_in {
        None => format!("/{first_screen}"),
        Some(direct) => {
            query.append_pair("fallback", first_screen);
            direct_path(direct)
        }
    };
    format!("{path}?{}", query.finish())
}

/// Path and query of the page where the user consents to the client.
pub fn consent(client_id: &str) -> String {
    let query = Serializer::new(String::new()).append_pair("app_id", client_id).finish();
    format!("/consent?{query}")
}

fn direct_path(direct: &DirectSignIn) -> String {
    let (method, target) = match direct {
        DirectSignIn::Social(target) => ("social", target),
        DirectSignIn::Sso(connector) => ("sso", connector),
    };
    // A segment of dots only would be taken away by the browser.
    let segment = match target.as_str() {
        "." | ".." => target.replace('.', "%252E"),
        other => utf8_percent_encode(other, &SEGMENT).to_string(),
    };
    format!("/direct/{method}/{segment}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        authorization_request::validate,
        client::{ApplicationType, ClientAuthMethod, ClientMetadata, GrantType},
        parameters::Parameters,
    };

    fn request(extra: &str) -> AuthorizationRequest {
        let grants = vec![GrantType::AuthorizationCode];
        let mut client =
            ClientMetadata::new("app", ApplicationType::Web, ClientAuthMethod::None, grants);
        client.redirect_uris = vec!["https://app.example/cb".to_owned()];
        client.is_pkce_required = false;
        let form =
            format!("client_id=app&redirect_uri=https://app.example/cb&response_type=code&{extra}");
        let parameters = Parameters::parse_form(form.as_bytes()).unwrap();
        validate(&parameters, Some(&client)).unwrap()
    }

    fn url(extra: &str) -> String {
        sign_in(&request(extra))
    }

    #[test]
    fn page_context_holds_only_what_the_request_says() {
        let json = |extra: &str| serde_json::to_string(&page_context(&request(extra))).unwrap();
        let full = json("organization_id=o&ui_locales=de");
        assert_eq!(full, r#"{"appId":"app","organizationId":"o","uiLocales":"de"}"#);
        assert_eq!(json("ui_locales=de&first_screen=x"), r#"{"appId":"app"}"#);
    }

    #[test]
    fn every_first_screen_has_its_page() {
        for (value, path) in [
            ("", "/sign-in"),
            ("sign_in", "/sign-in"),
            ("signIn", "/sign-in"),
            ("register", "/register"),
            ("reset_password", "/reset-password"),
            ("identifier:sign_in", "/identifier-sign-in"),
            ("identifier:register", "/identifier-register"),
            ("single_sign_on", "/single-sign-on"),
        ] {
            assert_eq!(url(&format!("first_screen={value}")), format!("{path}?app_id=app"));
        }
        assert_eq!(url("interaction_mode=signUp"), "/register?app_id=app");
    }

    #[test]
    fn query_has_the_order_of_the_contract() {
        let form = "identifier=email+phone&login_hint=a%40b.c&one_time_token=t&ui_locales=fr+en\
            &organization_id=o&direct_sign_in=social:github&first_screen=register";
        assert_eq!(
            url(form),
            "/direct/social/github?app_id=app&organization_id=o&ui_locales=fr+en&one_time_token=t\
             &login_hint=a%40b.c&identifier=email+phone&fallback=register"
        );
    }

    #[test]
    fn invalid_set_opens_the_plain_page() {
        let form = "first_screen=x&login_hint=a&direct_sign_in=sso:c&organization_id=o";
        assert_eq!(url(form), "/sign-in?app_id=app");
    }

    #[test]
    fn target_cannot_leave_its_path_segment() {
        assert_eq!(
            url("direct_sign_in=sso:../x?y"),
            "/direct/sso/..%2Fx%3Fy?app_id=app&fallback=sign-in"
        );
        assert!(url("direct_sign_in=sso:..").starts_with("/direct/sso/%252E%252E?"));
    }

    #[test]
    fn unknown_direct_method_opens_the_first_screen() {
        assert_eq!(url("direct_sign_in=fax:x&first_screen=register"), "/register?app_id=app");
    }
}
