//! Bodies of the token endpoint: what is read from a form is what its JSON twin gives, and secrets
//! do not show in debug text.

use protocol::{Parameters, client::ApplicationType, client_authentication, token_request};

use crate::client::client;

/// Reads the body both ways.
pub fn run(input: &[u8]) {
    for parameters in [Parameters::parse_form(input), Parameters::parse_json(input)] {
        let Ok(parameters) = parameters else { continue };
        if let Ok(credentials) = client_authentication::read(None, &parameters) {
            assert!(!credentials.client_id().is_empty());
        }
        let read = token_request::TokenRequest::read(&parameters, &client(ApplicationType::Web));
        if let Err(error) = read {
            assert!((400..404).contains(&error.status), "{error:?}");
            crate::assert_one_line(&error.description);
        }
    }
}
