//! Authorization requests: only a registered redirect URI is ever answered, in one line, with the
//! `state` that came.

use protocol::{
    Parameters,
    authorization_request::{self, AuthorizationRequest, Delivery, RedirectTarget},
    authorization_response::{self, AuthorizationResponse},
    client::ApplicationType,
    interaction_url,
    redirect_uri::is_registered,
};
use url::Url;

use crate::{ISSUER, NOW, assert_one_line, client::client};

/// Reads the query, checks it, and writes the answers that it could get.
pub fn run(input: &[u8]) {
    let Ok(parameters) = Parameters::parse_form(input) else { return };
    for kind in [ApplicationType::Web, ApplicationType::Native] {
        let client = client(kind);
        let Ok(client_id) = authorization_request::client_id(&parameters) else { return };
        let known = (client_id == client.client_id).then_some(&client);
        match authorization_request::validate(&parameters, known) {
            Ok(request) => {
                assert!(known.is_some(), "a client that nobody knows was served");
                assert!(is_registered(&request.redirect_uri, &client.redirect_uris, kind));
                assert_eq!(request.state.as_deref(), parameters.get("state"));
                check_answer(&request.target());
                check_page(&request);
                let stored = serde_json::to_vec(&request).unwrap();
                let read: AuthorizationRequest = serde_json::from_slice(&stored).unwrap();
                assert_eq!(read, request, "a stored request reads back differently");
            }
            Err(refused) => match *refused.delivery {
                Delivery::Page => assert_one_line(&refused.error.description),
                Delivery::Redirect(target) => {
                    assert!(is_registered(&target.redirect_uri, &client.redirect_uris, kind));
                    let told = authorization_response::failure(&target, &refused.error, ISSUER);
                    check_delivery(&target, &told);
                }
            },
        }
    }
}

fn check_answer(target: &RedirectTarget) {
    let answer = authorization_response::success(target, "ac_x.y", ISSUER);
    check_delivery(target, &answer);
}

/// The answer goes to the redirect URI and nowhere else.
fn check_delivery(target: &RedirectTarget, answer: &AuthorizationResponse) {
    match answer {
        AuthorizationResponse::Redirect(location) => {
            assert_one_line(location);
            assert!(location.starts_with(&target.redirect_uri));
            let asked = Url::parse(&target.redirect_uri).unwrap();
            let sent = Url::parse(location).unwrap();
            assert_eq!(place(&sent), place(&asked));
            assert!(sent.username().is_empty() && sent.password().is_none());
        }
        AuthorizationResponse::FormPost { action, .. } => assert_eq!(action, &target.redirect_uri),
        AuthorizationResponse::Unsigned { target: asked, fields } => {
            assert_eq!(asked, target);
            let claims = authorization_response::signed_claims(asked, fields, NOW);
            assert!(claims["iss"] == ISSUER && claims["aud"] == asked.client_id.as_str());
            let jwt = "e30.e30.AAAA".to_owned();
            check_delivery(target, &authorization_response::signed(asked, jwt));
        }
    }
}

/// Scheme, host, port and path.
fn place(url: &Url) -> (&str, Option<&str>, Option<u16>, &str) {
    (url.scheme(), url.host_str(), url.port(), url.path())
}

/// The way to the sign-in pages stays on this site.
fn check_page(request: &AuthorizationRequest) {
    for page in [interaction_url::sign_in(request), interaction_url::consent(&request.client_id)] {
        assert_one_line(&page);
        let own = Url::parse("https://id.example/").unwrap();
        let page = own.join(&page).unwrap();
        assert_eq!(page.origin(), own.origin());
    }
}
