//! Logout requests: the browser is only sent where the client registered.

use protocol::{Parameters, client::ApplicationType, end_session::EndSessionParameters};

use crate::client::client;

/// Reads the query and checks it with and without a hint.
pub fn run(input: &[u8]) {
    let Ok(parameters) = Parameters::parse_form(input) else { return };
    let Ok(read) = EndSessionParameters::read(&parameters) else { return };
    let client = client(ApplicationType::Web);
    for audience in [None, Some("app"), Some("other")] {
        let Ok(request) = read.clone().validate(audience, Some(&client)) else { continue };
        let Some(location) = request.location else { continue };
        crate::assert_one_line(&location);
        assert_eq!(request.client_id.as_deref(), Some("app"));
        let asked = read.post_logout_redirect_uri.as_deref().unwrap();
        assert!(location.starts_with(asked));
        let (asked, sent) = (url::Url::parse(asked).unwrap(), url::Url::parse(&location).unwrap());
        let place = |url: &url::Url| {
            let host = url.host_str().map(str::to_owned);
            (url.scheme().to_owned(), host, url.port(), url.path().to_owned())
        };
        assert_eq!(place(&sent), place(&asked));
    }
}
