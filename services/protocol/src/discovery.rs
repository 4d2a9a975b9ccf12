//! The provider metadata: only what is really served.
//! Clause: OpenID Connect Discovery 1.0 section 3, RFC 8414; contract: oidc.md section 1.

use serde::Serialize;

use crate::{
    authorization_request::ResponseMode, claims::USER_CLAIMS, client::GrantType, pkce, scope,
};

/// Ways in which a client may authenticate at the token endpoint.
const AUTH_METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "none"];

/// Body of `/.well-known/openid-configuration`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProviderMetadata {
    /// Issuer, without a slash at its end.
    pub issuer: String,
    /// Where users are sent.
    pub authorization_endpoint: String,
    /// Where codes and refresh tokens are exchanged.
    pub token_endpoint: String,
    /// Where a token is exchanged for claims.
    pub userinfo_endpoint: String,
    /// Where the public keys are.
    pub jwks_uri: String,
    /// Where users sign out.
    pub end_session_endpoint: String,
    /// Where tokens are given back.
    pub revocation_endpoint: String,
    /// Scopes that give claims or rights.
    pub scopes_supported: Vec<&'static str>,
    /// Claims that can be told.
    pub claims_supported: Vec<&'static str>,
    /// Only `code`.
    pub response_types_supported: Vec<&'static str>,
    /// Ways in which an answer travels.
    pub response_modes_supported: Vec<&'static str>,
    /// Grants of the token endpoint.
    pub grant_types_supported: Vec<&'static str>,
    /// Only `S256`.
    pub code_challenge_methods_supported: Vec<&'static str>,
    /// Client authentication at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Client authentication at the revocation endpoint.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// JWS algorithms of ID tokens.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Only `public`.
    pub subject_types_supported: Vec<&'static str>,
    /// Only `normal`.
    pub claim_types_supported: Vec<&'static str>,
    /// The parameter `claims` is ignored.
    pub claims_parameter_supported: bool,
    /// Request objects are refused.
    pub request_parameter_supported: bool,
    /// Request objects by reference are refused.
    pub request_uri_parameter_supported: bool,
    /// Answers carry `iss` (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
}

impl ProviderMetadata {
    /// Metadata of `issuer`, which signs with `algorithms` (JWS names, current first).
    pub fn new(issuer: &str, algorithms: &[&str]) -> Self {
        let at = |path: &str| format!("{issuer}{path}");
        let claims = ["sub"].into_iter().chain(USER_CLAIMS).chain(["sid", "auth_time", "iss"]);
        let scopes = scope::OIDC_SCOPES.into_iter();
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: at("/auth"),
            token_endpoint: at("/token"),
            userinfo_endpoint: at("/me"),
            jwks_uri: at("/jwks"),
            end_session_endpoint: at("/session/end"),
            revocation_endpoint: at("/token/revocation"),
            // Rights of the account API, which is not served yet.
            scopes_supported: scopes
                .filter(|name| ![scope::SESSIONS, scope::TRUSTED_DEVICES].contains(name))
                .collect(),
            claims_supported: claims.collect(),
            response_types_supported: vec!["code"],
            response_modes_supported: ResponseMode::ALL.map(ResponseMode::as_str).to_vec(),
            grant_types_supported: GrantType::ALL.map(GrantType::as_str).to_vec(),
            code_challenge_methods_supported: vec![pkce::METHOD],
            token_endpoint_auth_methods_supported: AUTH_METHODS.to_vec(),
            revocation_endpoint_auth_methods_supported: AUTH_METHODS.to_vec(),
            id_token_signing_alg_values_supported: algorithms
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            subject_types_supported: vec!["public"],
            claim_types_supported: vec!["normal"],
            claims_parameter_supported: false,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            authorization_response_iss_parameter_supported: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metadata() -> serde_json::Value {
        let metadata = ProviderMetadata::new("http://localhost:3001/oidc", &["EdDSA", "ES384"]);
        serde_json::to_value(metadata).unwrap()
    }

    #[test]
    fn endpoints_stand_under_the_issuer() {
        let metadata = metadata();
        assert_eq!(metadata["issuer"], "http://localhost:3001/oidc");
        for (name, path) in [
            ("authorization_endpoint", "auth"),
            ("token_endpoint", "token"),
            ("userinfo_endpoint", "me"),
            ("jwks_uri", "jwks"),
            ("end_session_endpoint", "session/end"),
            ("revocation_endpoint", "token/revocation"),
        ] {
            assert_eq!(metadata[name], format!("http://localhost:3001/oidc/{path}"));
        }
    }

    #[test]
    fn neither_implicit_nor_hybrid_is_offered() {
        let metadata = metadata();
        assert_eq!(metadata["response_types_supported"], json!(["code"]));
        let grants = json!(["authorization_code", "refresh_token", "client_credentials"]);
        assert_eq!(metadata["grant_types_supported"], grants);
        assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(metadata["id_token_signing_alg_values_supported"], json!(["EdDSA", "ES384"]));
    }

    #[test]
    fn claims_have_the_order_of_the_contract() {
        let claims = &metadata()["claims_supported"];
        assert_eq!((&claims[0], &claims[1]), (&json!("sub"), &json!("name")));
        let count = claims.as_array().unwrap().len();
        assert_eq!(claims[count - 1], "iss");
    }
}
