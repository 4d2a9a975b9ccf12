//! Client assertions: one header and one set of claims on two lines, signed, or a token as it is.
//! What is accepted names its client, once, for us, for a bounded time.

use protocol::{
    client::ApplicationType,
    client_assertion::{Expected, LIFETIME_SECONDS_MAX, check, unverified_client_id},
};

use crate::{ISSUER, NOW, client::client, holder};

/// Reads and checks the assertion.
pub fn run(input: &[u8]) {
    let client = client(ApplicationType::Web);
    let endpoints = ["https://id.example/oidc/token"];
    let expected = Expected { client: &client, issuer: ISSUER, endpoints: &endpoints, now: NOW };
    for (token, _) in holder::tokens(input) {
        let _ = token.verify_by_secret(b"a secret that nobody signs with");
        let claims = token.unverified_claims();
        let Ok(accepted) = check(token.typ(), claims, &expected) else { continue };
        assert_eq!(unverified_client_id(&token), Some("app"));
        assert!(claims["iss"] == "app" && claims["sub"] == "app");
        assert!(claims["aud"].to_string().contains("https://id.example/oidc"));
        assert!(!accepted.jti.is_empty());
        let latest = NOW + LIFETIME_SECONDS_MAX + 60;
        assert!((NOW..=latest).contains(&accepted.expires_at), "{accepted:?}");
    }
}
