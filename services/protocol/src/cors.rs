//! Which origins may read the answers of the token, revocation and userinfo endpoints.
//! Contract: oidc.md section 2, "CORS". Discovery and JWKS are open to every origin.

use crate::{client::ClientMetadata, redirect_uri::is_registered_origin};

/// Whether a page of `origin` may call on behalf of `client`: our own origin, one that the client
/// names, or that of one of its redirect URIs.
pub fn is_origin_allowed(client: &ClientMetadata, own_origin: &str, origin: &str) -> bool {
    origin == own_origin
        || client.cors_allowed_origins.iter().any(|allowed| allowed == origin)
        || is_registered_origin(origin, &client.redirect_uris)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{ApplicationType, ClientAuthMethod};

    #[test]
    fn own_named_and_redirect_origins_are_allowed() {
        let (kind, method) = (ApplicationType::Web, ClientAuthMethod::None);
        let mut client = ClientMetadata::new("app", kind, method, Vec::new());
        client.redirect_uris = vec!["https://app.example/cb".to_owned()];
        client.cors_allowed_origins = vec!["https://other.example".to_owned()];
        let own = "https://id.example";
        for origin in [own, "https://app.example", "https://other.example"] {
            assert!(is_origin_allowed(&client, own, origin), "{origin}");
        }
        for origin in ["null", "https://evil.example", "http://app.example", ""] {
            assert!(!is_origin_allowed(&client, own, origin), "{origin}");
        }
    }
}
