//! Request objects: what is accepted is the request of its client and of nobody else, and nothing
//! in it is a request object again.

use protocol::{
    authorization_request,
    client::ApplicationType,
    request_object::{Expected, check, check_algorithm},
};

use crate::{ISSUER, NOW, client::client, holder};

/// Reads and checks the object, and the request that it holds.
pub fn run(input: &[u8]) {
    let client = client(ApplicationType::Web);
    let expected = Expected { client: &client, issuer: ISSUER, now: NOW };
    for (token, _) in holder::tokens(input) {
        let _ = check_algorithm(&token, &client);
        let claims = token.unverified_claims();
        match check(token.typ(), claims, &expected) {
            Ok(accepted) => {
                assert!(claims["iss"] == "app" && claims["client_id"] == "app");
                assert!(accepted.expires_at > NOW);
                let parameters = accepted.parameters;
                assert!(parameters.get("request").is_none());
                assert!(parameters.get("request_uri").is_none());
                let _ = authorization_request::validate(&parameters, Some(&client));
            }
            Err(error) => crate::assert_one_line(&error.description),
        }
    }
}
